"""TXT records of a domain, asked of a DNS server."""

from __future__ import annotations

import dns.exception
import dns.resolver

SECONDS = 5.0


class NoNameServerError(Exception):
    """No answer could be had from here: no resolver, no network, or it refused."""


def look_up_txt(name: str, *, server: str = "") -> list[str] | None:
    """The TXT records of a name, each in one piece; ``None`` where the name does not exist.

    ``server`` is ``address`` or ``address:port``; empty asks the system's. Raises
    NoNameServerError.
    """
    try:
        resolver = _resolver(server)
        answer = resolver.resolve(name, "TXT", lifetime=SECONDS, search=False)
    except dns.resolver.NXDOMAIN:
        return None
    except dns.resolver.NoAnswer:
        return []
    except (dns.exception.DNSException, OSError, ValueError) as error:
        raise NoNameServerError(str(error)) from error
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def _resolver(server: str) -> dns.resolver.Resolver:
    if not server:
        return dns.resolver.Resolver()
    address, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "53")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [address]
    resolver.port = int(port)
    return resolver

"""A DNS server of the tests' own: TXT records from a table, NXDOMAIN for any other name."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@contextmanager
def running_dns(records: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Answer on a port of 127.0.0.1; give it as ``SOLLECITO_DNS_SERVER`` wants it."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, line = self.request
            line.sendto(answer(data, records), self.client_address)

    server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def answer(data: bytes, records: Mapping[str, Sequence[str]]) -> bytes:
    query = dns.message.from_wire(data)
    question = query.question[0]
    reply: Any = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    found = records.get(question.name.to_text(omit_final_dot=True).lower())
    if found is None:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    elif found:
        texts = [
            " ".join(f'"{text[i : i + 200]}"' for i in range(0, len(text), 200)) for text in found
        ]
        reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", "TXT", *texts))
    wire: bytes = reply.to_wire()
    return wire

"""HTTP as a gateway wants it, with a moment of decision: all but the last byte, gate, last byte.

A request that lacks its last byte is no request (RFC 9112 6.3): whatever fails before it is safe
to try again. Redirects are not followed and no proxy is asked: what was configured is what is
called.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sollecito.channels.base import Phase, Refused, ReplyLost, Withheld, is_loopback

LONGEST_ANSWER = 256 * 1024
WITHOUT_BODY = frozenset({"GET", "DELETE"})


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """How a gateway may be reached. Times in seconds; plain HTTP only where an administrator said.

    To this machine itself plain HTTP needs nobody's word.
    """

    allow_plain: bool = False
    connect_seconds: float = 20
    reply_seconds: float = 60


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """Richiesta: method, whole address, headers, body."""

    url: str = field(repr=False)
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Risposta: status and body, as they came."""

    status: int
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        """2xx."""
        return self.status // 100 == 2  # noqa: PLR2004  RFC 9110 15.3

    @property
    def words(self) -> str:
        """The beginning of the body on one line, for a person."""
        return " ".join(self.body.decode("utf-8", "replace").split())[:300]

    def read_json(self) -> Any:
        """The body as JSON; ``None`` where it is none."""
        with suppress(ValueError, RecursionError):
            return json.loads(self.body)
        return None


def json_request(
    url: str, document: Any, *, headers: tuple[tuple[str, str], ...] = ()
) -> HttpRequest:
    """A POST of one JSON document in UTF-8."""
    kind = ("Content-Type", "application/json; charset=utf-8")
    body = json.dumps(document, ensure_ascii=False).encode()
    return HttpRequest(url, headers=(*headers, kind), body=body)


def ask(request: HttpRequest, limits: HttpLimits, *, phase: Phase = Phase.LOGIN) -> HttpAnswer:
    """Call and return the answer, whatever its status. Raises Refused: nothing was sent by it."""
    connection = _connect(request, limits)
    try:
        _write(connection, request, request.body)
        return _read(connection, limits)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Refused(_say(request, error), phase=phase) from error
    finally:
        connection.close()


def send(request: HttpRequest, limits: HttpLimits, gate: Callable[[], bool]) -> HttpAnswer:
    """Call with ``gate`` asked before the last byte; return the answer, whatever its status.

    Raises Refused (before the gate), Withheld (gate shut), ReplyLost (after it).
    """
    connection = _connect(request, limits)
    try:
        if request.method not in WITHOUT_BODY:
            try:
                _write(connection, request, request.body[:-1])
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise Refused(_say(request, error), phase=Phase.BODY) from error
        if not gate():
            raise Withheld
        return _finish(connection, request, limits)
    finally:
        connection.close()


def _finish(
    connection: http.client.HTTPConnection, request: HttpRequest, limits: HttpLimits
) -> HttpAnswer:
    """Write what makes the request whole and read the answer.

    A write that fails left something out, so that nothing was asked for; an answer that came
    before it is heard all the same.
    """
    try:
        if request.method in WITHOUT_BODY:
            _write(connection, request, b"")
        else:
            connection.send(request.body[-1:])
    except (OSError, http.client.HTTPException, ValueError) as error:
        with suppress(OSError, http.client.HTTPException, ValueError):
            return _read(connection, limits)
        raise Refused(_say(request, error), phase=Phase.GATE) from error
    try:
        return _read(connection, limits)
    except (OSError, http.client.HTTPException, ValueError) as error:
        words = str(error) or type(error).__name__
        reason = f"Risposta del gateway non letta dopo l'invio: {words}"[:500]
        raise ReplyLost(reason) from error


def _connect(request: HttpRequest, limits: HttpLimits) -> http.client.HTTPConnection:
    parts = urlsplit(request.url)
    host, is_plain = parts.hostname or "", parts.scheme != "https"
    if is_plain and not (parts.scheme == "http" and (limits.allow_plain or is_loopback(host))):
        reason = f"Invio in chiaro verso {host or request.method} non consentito: usa https://."
        raise Refused(reason, phase=Phase.TLS)
    try:
        if is_plain:
            connection = http.client.HTTPConnection(host, parts.port or 80)
        else:
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(host, parts.port or 443, context=context)
        connection.timeout = limits.connect_seconds
        connection.connect()
    except (OSError, http.client.HTTPException, ValueError) as error:
        phase = Phase.TLS if isinstance(error, ssl.SSLError) else Phase.CONNECT
        raise Refused(_say(request, error), phase=phase) from error
    return connection


def _write(connection: http.client.HTTPConnection, request: HttpRequest, body: bytes) -> None:
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.putrequest(request.method, target, skip_accept_encoding=True)
    for name, value in request.headers:
        connection.putheader(name, value)
    if request.method not in WITHOUT_BODY:
        connection.putheader("Content-Length", str(len(request.body)))
    connection.putheader("Accept", "application/json, */*")
    connection.putheader("Connection", "close")
    connection.endheaders(body or None)


def _read(connection: http.client.HTTPConnection, limits: HttpLimits) -> HttpAnswer:
    connection.sock.settimeout(limits.reply_seconds)
    response = connection.getresponse()
    return HttpAnswer(response.status, response.read(LONGEST_ANSWER))


def _say(request: HttpRequest, error: Exception) -> str:
    host = urlsplit(request.url).netloc.rpartition("@")[2]
    words = str(error) or type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        words = f"certificato non valido: {error.verify_message}"
    return f"Il gateway {host} non risponde: controlla l'indirizzo ({words})."[:500]

"""What SMTP asks of bytes, addresses and connections (RFC 5321), without any policy."""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
from contextlib import suppress

from sollecito.channels.base import LATER, NEVER, START, SUCCESS, Phase, Refused, Reply, family
from sollecito.channels.smtp_settings import SmtpSettings

MAX_LINE = 998
CLOSING = 421
_ENHANCED = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")
_REFERENCE = re.compile(r"(?:queued as|\bid[=: ])\s*<?([\w.@+-]+)", re.IGNORECASE)
_UNSAFE_ADDRESS = re.compile(r"[\x00-\x20\x7f<>]")
_STUFFED = re.compile(rb"(?m)^\.")


def check_bytes(raw: bytes) -> None:
    """Raise Refused where the bytes cannot cross SMTP unchanged (RFC 5321 2.3.8, 4.5.3.1.6)."""
    ends = raw.count(b"\r\n")
    if not raw or raw.count(b"\n") != ends or raw.count(b"\r") != ends:
        reason = "Il messaggio contiene fine riga non validi: rigenera il sollecito."
    elif max(map(len, raw.split(b"\r\n"))) > MAX_LINE:
        reason = "Il messaggio contiene righe troppo lunghe: rigenera il sollecito."
    else:
        return
    raise Refused(reason, for_good=True, phase=Phase.CHECK)


def stuff_dots(raw: bytes) -> bytes:
    """Return the body as DATA wants it (RFC 5321 4.5.2), its last line ended, without the dot."""
    stuffed = _STUFFED.sub(b"..", raw) if raw.startswith(b".") or b"\n." in raw else raw
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def parse_reply(recipient: str, phase: Phase, answer: tuple[int, bytes]) -> Reply:
    """Return the server's words as a Reply; ``answer`` is what smtplib gives."""
    code, raw = answer
    text = " ".join(raw.decode("utf-8", "replace").split())[:500]
    enhanced = _ENHANCED.match(text)
    reference = _REFERENCE.search(text)
    return Reply(
        recipient=recipient,
        code=code,
        enhanced=enhanced[1] if enhanced else "",
        text=text[enhanced.end() :] if enhanced else text,
        reference=reference[1] if reference else "",
        phase=phase,
    )


def wire_address(address: str) -> str:
    """Return the address as it goes on the wire, its domain in ASCII (RFC 5891).

    Raises ValueError where it cannot be written in an envelope.
    """
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or _UNSAFE_ADDRESS.search(address):
        raise ValueError(address)
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"


def open_client(settings: SmtpSettings, context: ssl.SSLContext) -> smtplib.SMTP:
    """Connect and read the banner; TLS from the start where the account says so."""
    host, port, seconds = settings.host, settings.port, settings.connect_seconds
    name = "[127.0.0.1]"  # replaced below; without one smtplib asks the network for ours
    client = (
        smtplib.SMTP_SSL(host, port, name, timeout=seconds, context=context)
        if settings.security == "tls"
        else smtplib.SMTP(host, port, name, timeout=seconds)
    )
    sock = socket_of(client)
    # The dot is a small write after the body: with Nagle it would wait for a delayed ACK.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.settimeout(settings.command_seconds)
    address = str(sock.getsockname()[0])
    client.local_hostname = f"[IPv6:{address}]" if ":" in address else f"[{address}]"
    return client


def socket_of(client: smtplib.SMTP) -> socket.socket:
    """Return the client's socket; raise SMTPServerDisconnected where smtplib has closed it."""
    if client.sock is None:
        raise smtplib.SMTPServerDisconnected("Connection closed")
    return client.sock


def has_spoken(client: smtplib.SMTP) -> bool:
    """Whether the server said something unasked, or hung up, without waiting for it.

    A reply that nobody asked for must never be taken for the reply to the dot.
    """
    sock = socket_of(client)
    kept = sock.gettimeout()
    sock.settimeout(0)
    try:
        with suppress(BlockingIOError, ssl.SSLWantReadError):
            if client.file is not None and client.file.peek(1):
                return True
        return bool(select.select([sock], [], [], 0)[0])
    finally:
        sock.settimeout(kept)


def ask(client: smtplib.SMTP, command: str) -> tuple[int, bytes]:
    """Send one command and return its reply. Raises OSError or SMTPException."""
    client.send(f"{command}\r\n".encode())
    return _read_reply(client)


def converse(client: smtplib.SMTP, commands: list[str]) -> list[tuple[int, bytes]]:
    """Send MAIL and its RCPTs, together where the server can (RFC 2920), and read the replies.

    One reply a command: where MAIL is refused its own means everything, and a server that hangs
    up (421) has said the same to what follows.
    """
    at_once = client.has_extn("pipelining")
    if at_once:
        client.send("".join(f"{command}\r\n" for command in commands).encode())
    answers: list[tuple[int, bytes]] = []
    for command in commands:
        answers.append(_read_reply(client) if at_once else ask(client, command))
        is_over = not at_once and family(answers[0][0]) != SUCCESS
        if answers[-1][0] == CLOSING or is_over:
            break
    return answers + answers[-1:] * (len(commands) - len(answers))


def early_reply(client: smtplib.SMTP) -> tuple[int, bytes] | None:
    """What the server said before the end of data, unasked: a refusal; ``None`` while it listens.

    Raises SMTPServerDisconnected where it hung up, or said what nobody can mean there.
    """
    if not has_spoken(client):
        return None
    answer = _read_reply(client)
    if family(answer[0]) not in {LATER, NEVER}:
        raise smtplib.SMTPServerDisconnected("Unexpected reply before the end of data")
    return answer


def read_decision(client: smtplib.SMTP) -> tuple[int, bytes]:
    """Return the reply to the dot. Raises where its words say neither yes nor no."""
    answer = client.getreply()
    if family(answer[0]) not in {SUCCESS, LATER, NEVER}:
        raise smtplib.SMTPResponseException(*answer)
    return answer


def _read_reply(client: smtplib.SMTP) -> tuple[int, bytes]:
    answer = client.getreply()
    if family(answer[0]) not in {SUCCESS, START, LATER, NEVER}:
        raise smtplib.SMTPServerDisconnected("Unreadable reply")
    return answer

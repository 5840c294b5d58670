"""An SMTP account as a value, and the addresses an administrator writes it with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from sollecito.channels.base import is_loopback

Security = Literal["tls", "starttls", "plain"]
DEFAULT_PORTS: dict[Security, int] = {"tls": 465, "starttls": 587, "plain": 25}
_SCHEMES: dict[str, Security] = {
    "smtps": "tls",
    "smtp+starttls": "starttls",
    "smtp": "plain",
}


class BadSenderUrlError(ValueError):
    """The address of an SMTP account cannot be used; the message says what to write."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Casella di posta in uscita: where, how secured, as whom.

    ``security`` is demanded, never a preference: without it nothing is sent. ``allow_plain`` is
    the administrator's word for a plain connection to another machine. Times in seconds;
    ``reply_seconds`` is the wait after the dot (RFC 5321 4.5.3.2.6).
    """

    host: str
    port: int
    security: Security = "tls"
    user: str = ""
    password: str = field(default="", repr=False)
    allow_plain: bool = False
    connect_seconds: float = 30
    command_seconds: float = 120
    reply_seconds: float = 600


def parse_sender_url(url: str, *, reply_seconds: float = 600) -> SmtpSettings:
    """Read ``smtps://``, ``smtp+starttls://`` or ``smtp://`` with ``user:password@host:port``.

    ``smtp://`` is plain: to this machine only, or with ``?plain=yes``. Raises BadSenderUrlError.
    """
    parts = urlsplit(url)
    security = _SCHEMES.get(parts.scheme)
    try:
        port = parts.port
    except ValueError:
        security = None
    if security is None or not parts.hostname:
        raise BadSenderUrlError(
            "Indirizzo SMTP non valido: scrivi smtps://utente:password@server:465, "
            "smtp+starttls://utente:password@server:587 oppure smtp://127.0.0.1:25."
        )
    allow_plain = dict(parse_qsl(parts.query)).get("plain") == "yes"
    if security == "plain" and not (allow_plain or is_loopback(parts.hostname)):
        raise BadSenderUrlError(
            f"smtp:// verso {parts.hostname} non è cifrato: usa smtps:// o smtp+starttls://, "
            "oppure aggiungi ?plain=yes se la rete è tua."
        )
    return SmtpSettings(
        host=parts.hostname,
        port=port or DEFAULT_PORTS[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        allow_plain=allow_plain,
        reply_seconds=reply_seconds,
    )

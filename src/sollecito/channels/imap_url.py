"""A mailbox as an administrator writes it: ``imaps://user:password@host:993/INBOX``."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from sollecito.channels.base import is_loopback
from sollecito.channels.imap import ImapSettings
from sollecito.channels.smtp_settings import Security

PORTS: dict[Security, int] = {"tls": 993, "starttls": 143, "plain": 143}
SCHEMES: dict[str, Security] = {"imaps": "tls", "imap+starttls": "starttls", "imap": "plain"}
INBOX = "INBOX"


class BadMailboxUrlError(ValueError):
    """The address of a mailbox cannot be used; the message says what to write."""


def parse_mailbox_url(url: str, *, seconds: float = 60) -> tuple[ImapSettings, str]:
    """The account and its folder. ``imap://`` is plain: to this machine only.

    Raises BadMailboxUrlError.
    """
    parts = urlsplit(url)
    security = SCHEMES.get(parts.scheme)
    try:
        port = parts.port
    except ValueError:
        security = None
    if security is None or not parts.hostname or not parts.username:
        raise BadMailboxUrlError(
            "Indirizzo IMAP non valido: scrivi imaps://utente:password@server:993/INBOX oppure "
            "imap+starttls://utente:password@server:143/INBOX."
        )
    if security == "plain" and not is_loopback(parts.hostname):
        words = f"imap:// verso {parts.hostname} non è cifrato: usa imaps:// o imap+starttls://."
        raise BadMailboxUrlError(words)
    account = ImapSettings(
        host=parts.hostname,
        port=port or PORTS[security],
        security=security,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        seconds=seconds,
    )
    return account, unquote(parts.path.strip("/")) or INBOX

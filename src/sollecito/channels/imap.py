"""Mailboxes read over IMAP (RFC 3501): what came back is found and fetched, nothing is changed.

A thin client on ``imaplib``. Folders are opened with EXAMINE and bodies fetched with BODY.PEEK, so
that neither flags nor counts move: what was read is remembered by who reads, as UIDVALIDITY + UID.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from sollecito.channels.base import Phase, is_loopback
from sollecito.channels.imap_folders import Folder, parse_folder, quoted_name, quoted_text
from sollecito.channels.smtp_settings import Security

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_BYTES = 50_000_000
"""Of one message; what is beyond is not fetched."""


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """Casella in arrivo: as ``SmtpSettings``; ``seconds`` is the wait for each answer."""

    host: str
    port: int = 993
    security: Security = "tls"
    user: str = ""
    password: str = field(default="", repr=False)
    allow_plain: bool = False
    seconds: float = 60


class MailboxRefused(Exception):  # noqa: N818  named for the fact, not for the mechanism
    """The mailbox cannot be read. ``phase`` is CONNECT, TLS, LOGIN, or CHECK for what follows.

    ``reason`` is a sentence for a person; the cause is what the network or the server said.
    """

    def __init__(self, reason: str, phase: Phase) -> None:
        """Keep what is known."""
        super().__init__(reason)
        self.reason = reason
        self.phase = phase


@dataclass(frozen=True, slots=True)
class FolderState:
    """An open folder. UIDs mean the same only while ``uid_validity`` does (RFC 3501 2.3.1.1)."""

    name: str
    uid_validity: int
    count: int


class ImapMailbox:
    """One connection to one account, for one thread: ``with ImapMailbox(settings) as mailbox:``.

    Every method raises MailboxRefused; after it the connection is closed.
    """

    def __init__(self, settings: ImapSettings) -> None:
        """Remember the account; nothing is opened before ``connect``."""
        self.settings = settings
        self._client: imaplib.IMAP4 | None = None

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def connect(self) -> None:
        """Open the connection, with TLS where it is demanded, and log in."""
        wanted = self.settings
        if wanted.security == "plain" and not (wanted.allow_plain or is_loopback(wanted.host)):
            words = f"Connessione non cifrata verso {wanted.host}: scegli TLS o STARTTLS."
            raise MailboxRefused(words, Phase.TLS)
        with self._during(Phase.CONNECT):
            self._client = self._open()
        if wanted.security == "starttls":
            with self._during(Phase.TLS):
                self._ask("STARTTLS", self._line.starttls(ssl.create_default_context()))
        with self._during(Phase.LOGIN):
            self._line.login(wanted.user, wanted.password)

    def folders(self) -> list[Folder]:
        """Every folder of the account, in the server's order."""
        with self._during(Phase.CHECK):
            lines = self._ask("LIST", self._line.list())
        return [folder for line in lines if (folder := parse_folder(line))]

    def examine(self, folder: str) -> FolderState:
        """Open a folder read-only."""
        with self._during(Phase.CHECK):
            counted = self._ask("EXAMINE", self._line.select(quoted_name(folder), readonly=True))
            validity = self._line.response("UIDVALIDITY")[1]
        return FolderState(folder, _number(validity), _number(counted))

    def search_since(self, day: date) -> list[int]:
        """UIDs of what arrived on ``day`` or later, by the server's own date, ascending."""
        return self._search("SINCE", f"{day.day}-{MONTHS[day.month - 1]}-{day.year}")

    def search_after(self, uid: int) -> list[int]:
        """UIDs greater than ``uid``, ascending."""
        # "n:*" also names the last message when it is older than n
        return [each for each in self._search("UID", f"{uid + 1}:*") if each > uid]

    def search_header(self, name: str, value: str) -> list[int]:
        """UIDs of messages whose header contains ``value``, ascending."""
        return self._search("HEADER", name, quoted_text(value))

    def fetch(self, uid: int, *, most: int = MOST_BYTES) -> bytes | None:
        """A message as it lies there, at most ``most`` bytes; ``None`` where it is gone."""
        with self._during(Phase.CHECK):
            answer = self._line.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{most}>)")
            parts = self._ask("FETCH", answer)
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), None)

    def close(self) -> None:
        """Let the connection go; never raises."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                client.logout()

    @property
    def _line(self) -> imaplib.IMAP4:
        if self._client is None:
            raise imaplib.IMAP4.abort("not connected")
        return self._client

    def _open(self) -> imaplib.IMAP4:
        wanted = self.settings
        if wanted.security == "tls":
            context = ssl.create_default_context()
            return imaplib.IMAP4_SSL(
                wanted.host, wanted.port, ssl_context=context, timeout=wanted.seconds
            )
        return imaplib.IMAP4(wanted.host, wanted.port, timeout=wanted.seconds)

    def _search(self, *criteria: str) -> list[int]:
        with self._during(Phase.CHECK):
            lines = self._ask("SEARCH", self._line.uid("SEARCH", *criteria))
        return sorted(int(word) for line in lines if line for word in line.split())

    def _ask(self, command: str, answer: tuple[str, list[Any]]) -> list[Any]:
        kind, data = answer
        if kind != "OK":
            words = b" ".join(part for part in data if isinstance(part, bytes))
            raise imaplib.IMAP4.error(f"{command}: {words.decode('utf-8', 'replace')}")
        return data

    @contextmanager
    def _during(self, phase: Phase) -> Iterator[None]:
        try:
            yield
        except (OSError, imaplib.IMAP4.error) as error:
            self.close()
            at = Phase.TLS if isinstance(error, ssl.SSLError) else phase
            raise MailboxRefused(_explain(self.settings, at, error), at) from error
        except BaseException:
            self.close()
            raise


def _number(data: list[Any] | None) -> int:
    words = [part for part in data or [] if isinstance(part, bytes) and part.isdigit()]
    return int(words[-1]) if words else 0


def _explain(settings: ImapSettings, phase: Phase, error: Exception) -> str:
    place = f"{settings.host}:{settings.port}"
    words = str(error) or type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        words = f"certificato non valido: {error.verify_message}"
    said = {
        Phase.CONNECT: f"Il server IMAP {place} non risponde: controlla nome e porta",
        Phase.TLS: f"Connessione cifrata con {place} non riuscita: controlla la sicurezza",
        Phase.LOGIN: f"{place} rifiuta l'accesso: controlla utente e password",
    }.get(phase, f"Lettura della casella su {place} non riuscita")
    return f"{said} ({words})."[:500]

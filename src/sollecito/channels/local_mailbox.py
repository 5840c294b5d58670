"""Channel `file`: a local mailbox. Mail is kept in a folder and nothing leaves the machine.

The bytes and their envelope are written and synced first; the atomic rename of the message is the
dot. A name begins with the moment of writing, so that names sort by age.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from sollecito.channels.base import Gate, Outgoing, Phase, Reply, Withheld

MAIL = ".eml"
ENVELOPE = ".json"


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """Casella locale: the folder."""

    folder: Path


@dataclass(frozen=True, slots=True)
class KeptMail:
    """Messaggio nella casella locale. ``recipients`` is the envelope: Bcc are in it."""

    id: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    written_at_ns: int
    size: int
    raw: bytes = b""


class MailboxChannel:
    """One folder; several processes may write to it."""

    def __init__(self, settings: MailboxSettings) -> None:
        """Remember the folder; it is made when the first mail is written."""
        self._folder = settings.folder

    def send(self, outgoing: Outgoing, gate: Gate) -> list[Reply]:
        """Keep one content; see ``Channel.send``."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f".{secrets.token_hex(8)}.part"
        name = ""
        try:
            _write_synced(part, outgoing.raw)
            name = f"{part.stat().st_mtime_ns:020d}-{secrets.token_hex(4)}"
            envelope = {"sender": outgoing.sender, "recipients": list(outgoing.recipients)}
            _write_synced(self._folder / f"{name}{ENVELOPE}", json.dumps(envelope).encode())
            opened = gate(outgoing.recipients)
        except BaseException:
            self._forget(part, name)
            raise
        if not opened:
            self._forget(part, name)
            raise Withheld
        part.rename(self._folder / f"{name}{MAIL}")
        _sync_folder(self._folder)
        words = "Conservato nella casella locale"
        return [
            Reply(recipient, 250, "2.0.0", words, name, Phase.DOT)
            for recipient in outgoing.recipients
        ]

    def close(self) -> None:
        """Nothing is held open."""

    def _forget(self, part: Path, name: str) -> None:
        for path in (part, self._folder / f"{name}{ENVELOPE}"):
            with suppress(OSError):
                path.unlink()


def list_mail(folder: Path, *, limit: int = 50, offset: int = 0) -> tuple[list[KeptMail], int]:
    """Return a page of the kept mails, newest first and without their bytes, and how many are."""
    if not folder.is_dir():
        return [], 0
    names = sorted((path.name for path in folder.glob(f"[0-9]*{MAIL}")), reverse=True)
    page = [read_mail(folder, name.removesuffix(MAIL)) for name in names[offset : offset + limit]]
    return [mail for mail in page if mail is not None], len(names)


def read_mail(folder: Path, mail_id: str) -> KeptMail | None:
    """Return one kept mail with its exact bytes; ``None`` where there is none of that name."""
    if not mail_id.replace("-", "").isalnum():
        return None
    try:
        raw = (folder / f"{mail_id}{MAIL}").read_bytes()
        envelope = json.loads((folder / f"{mail_id}{ENVELOPE}").read_bytes())
    except FileNotFoundError:
        return None
    return KeptMail(
        id=mail_id,
        sender=envelope["sender"],
        recipients=tuple(envelope["recipients"]),
        subject=str(open_mail(raw)["Subject"] or ""),
        written_at_ns=int(mail_id.partition("-")[0]),
        size=len(raw),
        raw=raw,
    )


def delete_mail(folder: Path, mail_id: str) -> None:
    """Throw one kept mail away; one that is not there is no error."""
    if mail_id.replace("-", "").isalnum():
        for ending in (MAIL, ENVELOPE):
            (folder / f"{mail_id}{ending}").unlink(missing_ok=True)


def open_mail(raw: bytes) -> EmailMessage:
    """Parse a kept mail for reading: headers, bodies, attachments."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101  what policy.default makes
    return message


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

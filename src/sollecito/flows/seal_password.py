"""Keep the secrets of an account: encrypted in the database, their key in a file elsewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from sollecito.channels.imap import ImapSettings
from sollecito.channels.smtp_settings import Security, SmtpSettings
from sollecito.outbox.models import Sender


class PasswordLostError(Exception):
    """The key file is not the one the secret was sealed with."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "La password dell'account non si può più leggere: il file delle chiavi "
            f"({settings.BOX_KEY_FILE}) manca o è cambiato. Rimettilo da una copia, oppure "
            "riscrivi la password in Impostazioni › Mittenti."
        )


def seal_password(password: str) -> str:
    """The text to store (Fernet: AES-128-CBC with HMAC-SHA-256); empty stays empty."""
    return _box().encrypt(password.encode()).decode("ascii") if password else ""


def open_password(sealed: str) -> str:
    """The password back. Raises PasswordLostError."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode("ascii")).decode()
    except InvalidToken as error:
        raise PasswordLostError from error


def seal_secrets(secrets: Mapping[str, str]) -> str:
    """The secrets of a gateway, by name, as the text to store; none stays empty."""
    kept = {name: value for name, value in secrets.items() if value}
    return seal_password(json.dumps(kept)) if kept else ""


def open_secrets(sealed: str) -> dict[str, str]:
    """The secrets of a gateway back. Raises PasswordLostError."""
    return dict(json.loads(open_password(sealed) or "{}"))


def smtp_settings(
    sender: Sender, *, reply_seconds: float = 600, connect_seconds: float = 30
) -> SmtpSettings:
    """The account as the channel wants it. Raises PasswordLostError."""
    return SmtpSettings(
        host=sender.host,
        port=sender.port,
        security=cast("Security", sender.security),
        user=sender.user,
        password=open_password(sender.password_box),
        connect_seconds=connect_seconds,
        command_seconds=min(120, reply_seconds),
        reply_seconds=reply_seconds,
    )


def imap_settings(sender: Sender, *, seconds: float = 60) -> ImapSettings:
    """Where what comes back is read; user and password of SMTP where there are no others.

    Raises PasswordLostError.
    """
    own = bool(sender.imap_user)
    return ImapSettings(
        host=sender.imap_host,
        port=sender.imap_port,
        security=cast("Security", sender.imap_security),
        user=sender.imap_user if own else sender.user,
        password=open_password(sender.imap_password_box if own else sender.password_box),
        seconds=seconds,
    )


def bounce_settings(sender: Sender, *, seconds: float = 60) -> ImapSettings:
    """Where its returns are read: another account of the same IMAP server.

    Raises PasswordLostError.
    """
    return replace(
        imap_settings(sender, seconds=seconds),
        user=sender.bounce_user,
        password=open_password(sender.bounce_password_box),
    )


def _box() -> Fernet:
    path = Path(settings.BOX_KEY_FILE)
    if not path.exists():
        _make_key(path)
    return Fernet(path.read_bytes().strip())


def _make_key(path: Path) -> None:
    """Written whole under another name first: two processes may begin at the same moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(Fernet.generate_key())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()

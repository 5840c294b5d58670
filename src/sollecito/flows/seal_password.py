"""Keep the password of a mail account: encrypted in the database, its key in a file elsewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from sollecito.channels.smtp_settings import Security, SmtpSettings
from sollecito.outbox.models import Sender


class PasswordLostError(Exception):
    """The key file is not the one the password was sealed with."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "La password della posta non si può più leggere: il file delle chiavi è cambiato. "
            "Riscrivila in Impostazioni › E-mail."
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

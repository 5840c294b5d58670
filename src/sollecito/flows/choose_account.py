"""Through what a lane's contents leave: a company's account, the instance's, or the mailbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from sollecito.channels.base import Channel
from sollecito.channels.local_mailbox import MailboxChannel, MailboxSettings
from sollecito.channels.smtp import SmtpChannel
from sollecito.channels.smtp_settings import SmtpSettings, parse_sender_url
from sollecito.flows.seal_password import smtp_settings
from sollecito.outbox.models import Sender
from sollecito.outbox.queries import Lane

OPENERS: dict[type, Callable[[Any], Channel]] = {
    SmtpSettings: SmtpChannel,
    MailboxSettings: MailboxChannel,
}


class AccountGoneError(Exception):
    """The account was removed after the content was written for it."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "L'account di posta è stato tolto: annulla questi messaggi e scrivili di nuovo, "
            "oppure rimetti l'account in Impostazioni › E-mail."
        )


def default_channel() -> str:
    """The channel of a content without a company's own account: ``email``, else ``file``."""
    return "email" if settings.SMTP_URL else "file"


def open_channel(lane: Lane) -> Channel:
    """Return the way out of a lane; nothing is connected yet.

    Raises AccountGoneError, PasswordLostError, BadSenderUrlError: each says what to do.
    """
    account = account_settings(lane)
    return OPENERS[type(account)](account)


def account_settings(lane: Lane) -> SmtpSettings | MailboxSettings:
    """The account of a lane as a value. A local mailbox never turns into a server by itself."""
    if lane.sender_id is not None:
        sender = Sender.objects.get(pk=lane.sender_id)
        if not sender.is_active:
            raise AccountGoneError
        return smtp_settings(sender, reply_seconds=settings.REPLY_SECONDS)
    if lane.channel == "email" and settings.SMTP_URL:
        return parse_sender_url(settings.SMTP_URL, reply_seconds=settings.REPLY_SECONDS)
    return MailboxSettings(Path(settings.MAILBOX))

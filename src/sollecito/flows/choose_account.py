"""Through what a lane's contents leave: a company's account, the instance's, or the mailbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from sollecito.channels.base import Channel
from sollecito.channels.local_mailbox import MailboxChannel, MailboxSettings
from sollecito.channels.pec import PecChannel
from sollecito.channels.smtp import SmtpChannel
from sollecito.channels.smtp_settings import parse_sender_url
from sollecito.flows.open_gateway import open_gateway
from sollecito.flows.seal_password import smtp_settings
from sollecito.outbox.models import Sender
from sollecito.outbox.queries import Lane


class AccountGoneError(Exception):
    """The account was removed after the content was written for it."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "L'account è stato tolto: annulla questi messaggi e scrivili di nuovo, oppure rimetti "
            "l'account in Impostazioni › Mittenti."
        )


def default_channel() -> str:
    """The channel of a content without a company's own account: ``email``, else ``file``."""
    return "email" if settings.SMTP_URL else "file"


def open_channel(lane: Lane) -> Channel:
    """Return the way out of a lane; nothing is connected yet.

    A local mailbox never turns into a server by itself. Raises AccountGoneError,
    PasswordLostError, BadSenderUrlError: each says what to do.
    """
    if lane.sender_id is not None:
        sender = Sender.objects.select_related("company").get(pk=lane.sender_id)
        if not sender.is_active or sender.channel not in OPENERS:
            raise AccountGoneError
        return OPENERS[sender.channel](sender)
    if lane.channel == "email" and settings.SMTP_URL:
        url = settings.SMTP_URL
        return SmtpChannel(parse_sender_url(url, reply_seconds=settings.REPLY_SECONDS))
    return MailboxChannel(MailboxSettings(Path(settings.MAILBOX)))


def _open_smtp(sender: Sender) -> Channel:
    return SmtpChannel(smtp_settings(sender, reply_seconds=settings.REPLY_SECONDS))


def _open_pec(sender: Sender) -> Channel:
    return PecChannel(_open_smtp(sender), sender.from_address)


OPENERS: dict[str, Callable[[Sender], Channel]] = {
    "email": _open_smtp,
    "pec": _open_pec,
    "sms": open_gateway,
}
"""How an account of a channel becomes a way out; a channel adds itself in one line."""

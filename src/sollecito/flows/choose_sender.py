"""Through which account a company writes, and under which name."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass

from django.conf import settings

from sollecito.accounts.models import Company
from sollecito.flows.choose_account import default_channel
from sollecito.formats.mime import Mailbox
from sollecito.outbox.models import Sender


@dataclass(frozen=True, slots=True)
class SendingAccount:
    """Mittente: ``channel`` is ``email`` or ``file``; ``sender`` is null for the instance's own.

    ``shown`` is the From, ``reply_to`` is set only where replies go elsewhere.
    """

    channel: str
    shown: Mailbox
    sender: Sender | None = None
    reply_to: Mailbox | None = None

    @property
    def answers_to(self) -> str:
        """The address at which replies arrive."""
        return self.reply_to.address if self.reply_to else self.shown.address

    @property
    def domain(self) -> str:
        """Of the From address: what a Message-ID ends with."""
        return self.shown.address.rpartition("@")[2]


def choose_sender(company: Company, *, keep_here: bool = False) -> SendingAccount:
    """The company's own account, else the instance's with replies to the company.

    Without either, or with ``keep_here``, the local mailbox: nothing leaves the machine. Mail of
    the sample company never does.
    """
    if company.is_sample and company.email:
        return SendingAccount("file", Mailbox(company.email, company.name))
    own = Sender.objects.filter(company=company, channel="email", is_active=True).first()
    keep_here = keep_here or company.is_sample
    if own and not keep_here:
        return SendingAccount(
            channel="email",
            shown=Mailbox(own.from_address, own.from_name or company.name),
            sender=own,
        )
    address = default_address()
    reply_to = None
    if company.email and company.email.lower() != address.lower():
        reply_to = Mailbox(company.email, company.name)
    channel = "file" if keep_here else default_channel()
    return SendingAccount(channel, Mailbox(address, company.name), reply_to=reply_to)


def default_address() -> str:
    """The instance's From address: ``SOLLECITO_SMTP_FROM``, else ``solleciti@`` and the host."""
    if settings.SMTP_FROM:
        return str(settings.SMTP_FROM)
    host = re.sub(r"[^A-Za-z0-9.-]+", "-", socket.gethostname()).strip(".-").lower()
    return f"solleciti@{host or 'localhost'}"

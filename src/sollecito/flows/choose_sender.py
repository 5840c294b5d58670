"""Through which account a company writes on a channel, and under which name."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from sollecito.accounts.models import Company
from sollecito.accounts.queries import has_module
from sollecito.domain.tiers import MODULE_OF_CHANNEL
from sollecito.flows.choose_account import default_channel
from sollecito.flows.count_quota import not_included
from sollecito.formats.mime import Mailbox
from sollecito.outbox.models import Sender
from sollecito.outbox.queries import BY_PERSON


class NoSenderError(Exception):
    """The company has no account of this channel, and nothing stands in for it.

    ``words`` where it could not have one.
    """

    def __init__(self, channel: str, words: str = "") -> None:
        """Say what to do."""
        names = {"pec": "una casella PEC: aggiungila", "sms": "un gateway SMS: aggiungilo"}
        lacking = names.get(channel, "un mittente: aggiungilo")
        super().__init__(words or f"Manca {lacking} in Impostazioni › Mittenti.")
        self.channel = channel


@dataclass(frozen=True, slots=True)
class SendingAccount:
    """Mittente: ``channel`` is that of the content; ``sender`` is null for the instance's own.

    ``shown`` is the From of a mail, of a PEC the mailbox itself; for an SMS its name is the alias
    and its address says who is responsible for it. ``reply_to`` is set only where replies go
    elsewhere.
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

    @property
    def stays_here(self) -> bool:
        """Whether what is written through it is kept in the local mailbox."""
        return self.sender is None and self.channel != "email"

    @property
    def alias(self) -> str:
        """The registered name under which SMS arrive."""
        return self.sender.alias if self.sender else ""


def usable_senders(company: Company, channel: str = "email") -> QuerySet[Sender]:
    """Accounts of a channel among which a person may choose: the default one first."""
    rows = Sender.objects.filter(company=company, channel=channel, is_active=True)
    return rows.order_by("-is_default", "pk")


def choose_sender(
    company: Company,
    channel: str = "email",
    *,
    sender_id: int | None = None,
    keep_here: bool = False,
) -> SendingAccount:
    """The account asked for, else the company's default one of the channel.

    E-mail without one leaves through the instance's sender with replies to the company; without
    that too, or with ``keep_here``, it stays in the local mailbox, and so do SMS where nothing at
    all is configured. Nothing of the sample company leaves the machine. Raises NoSenderError for
    ``pec`` and ``sms``.
    """
    if channel in MODULE_OF_CHANNEL and not has_module(company, MODULE_OF_CHANNEL[channel]):
        raise NoSenderError(channel, not_included(company, MODULE_OF_CHANNEL[channel]))
    if channel in BY_PERSON:
        return SendingAccount(channel, Mailbox(company.email or default_address(), company.name))
    if company.is_sample:
        return _kept_here(company, channel)
    if keep_here:
        return instance_account(company, "file")
    rows = usable_senders(company, channel)
    own = rows.filter(pk=sender_id).first() if sender_id else None
    own = own or rows.first()
    if own:
        return account_of(own)
    if channel == "sms" and choose_sender(company).stays_here:
        return _kept_here(company, channel)
    if channel != "email":
        raise NoSenderError(channel)
    return instance_account(company)


def account_of(sender: Sender) -> SendingAccount:
    """An account as what is written through it sees it."""
    company = sender.company
    if sender.channel == Sender.Kind.SMS:
        address = company.email or default_address()
        return SendingAccount("sms", Mailbox(address, sender.alias), sender=sender)
    shown = Mailbox(sender.from_address, sender.from_name or company.name)
    return SendingAccount(sender.channel, shown, sender=sender)


def _kept_here(company: Company, channel: str) -> SendingAccount:
    if channel == "sms":
        return SendingAccount("sms", Mailbox(company.email or default_address(), company.name))
    address = (company.pec if channel == "pec" else "") or company.email
    if address:
        return SendingAccount("file", Mailbox(address, company.name))
    return instance_account(company, "file")


def instance_account(company: Company, channel: str = "") -> SendingAccount:
    """The installation's own, ``email`` or else ``file``; replies go to the company."""
    address = default_address()
    reply_to = None
    if company.email and company.email.lower() != address.lower():
        reply_to = Mailbox(company.email, company.name)
    shown = Mailbox(address, company.name)
    return SendingAccount(channel or default_channel(), shown, reply_to=reply_to)


def default_address() -> str:
    """The instance's From address: ``SOLLECITO_SMTP_FROM``, else ``solleciti@`` and the host."""
    if settings.SMTP_FROM:
        return str(settings.SMTP_FROM)
    host = re.sub(r"[^A-Za-z0-9.-]+", "-", socket.gethostname()).strip(".-").lower()
    return f"solleciti@{host or 'localhost'}"

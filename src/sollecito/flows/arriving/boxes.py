"""The mailboxes that are read: of each account, of its returns, of the installation's returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db.models import QuerySet

from sollecito.channels.imap import ImapMailbox, ImapSettings
from sollecito.channels.imap_url import parse_mailbox_url
from sollecito.flows import clock
from sollecito.flows.arriving.instance_returns import take_in_return
from sollecito.flows.arriving.keeping import Place
from sollecito.flows.arriving.sent_folder import look_in_sent_folder
from sollecito.flows.seal_password import bounce_settings, imap_settings
from sollecito.flows.set_aside_mail import take_in_or_set_aside
from sollecito.outbox.models import InstanceMailbox, Mailbox, Sender

SECONDS = 30
INBOX = "INBOX"
INSTANCE = "ritorni dell'installazione"


@dataclass(frozen=True, slots=True)
class Box:
    """Casella da leggere: where it stands, how it is opened, what happens to each mail.

    ``rows`` is its one row. ``connect`` raises PasswordLostError and BadMailboxUrlError.
    """

    name: str
    folder: str
    rows: QuerySet[Mailbox] | QuerySet[InstanceMailbox]
    connect: Callable[[], ImapSettings]
    take: Callable[[bytes, Place], object]
    finish: Callable[[ImapMailbox], object]


def readable_senders() -> QuerySet[Sender]:
    """Accounts whose mailbox can be read."""
    rows = Sender.objects.filter(channel__in=["email", "pec"], is_active=True)
    return rows.exclude(imap_host="").select_related("company").order_by("pk")


def boxes() -> Iterator[Box]:
    """Every mailbox that can be read; its row is made where it was never read."""
    for sender in readable_senders():
        yield box_of(sender)
        if sender.bounce_user:
            yield box_of(sender, Mailbox.Account.BOUNCES)
    if settings.BOUNCE_IMAP_URL:
        yield _of_instance()


def has_box_to_read() -> bool:
    """Whether the time of some mailbox has come. Asked at every tick: makes no row."""
    now = clock.real_now()
    late = Mailbox.objects.filter(next_read_at__gt=now)
    mains = readable_senders().exclude(pk__in=late.filter(account="").values("sender"))
    returns = readable_senders().exclude(bounce_user="")
    bounces = late.filter(account=Mailbox.Account.BOUNCES)
    if mains.exists() or returns.exclude(pk__in=bounces.values("sender")).exists():
        return True
    late_instance = InstanceMailbox.objects.filter(next_read_at__gt=now)
    return bool(settings.BOUNCE_IMAP_URL) and not late_instance.exists()


def box_of(sender: Sender, account: str = Mailbox.Account.MAIN) -> Box:
    """The mailbox of an account, or that of its returns."""
    is_main = account == Mailbox.Account.MAIN
    folder = (sender.imap_folder if is_main else sender.bounce_folder) or INBOX
    row, _is_new = Mailbox.objects.get_or_create(
        company=sender.company,
        sender=sender,
        account=account,
        folder=folder,
        defaults={"next_read_at": clock.real_now()},
    )
    opened = imap_settings if is_main else bounce_settings
    return Box(
        name=str(sender) if is_main else f"{sender} (ritorni)",
        folder=folder,
        rows=Mailbox.objects.filter(pk=row.pk),
        connect=partial(opened, sender, seconds=SECONDS),
        take=partial(take_in_or_set_aside, sender),
        finish=partial(look_in_sent_folder, sender) if is_main else _nothing,
    )


def _of_instance() -> Box:
    _account, folder = parse_mailbox_url(settings.BOUNCE_IMAP_URL)
    defaults = {"folder": folder, "next_read_at": clock.real_now()}
    row, _is_new = InstanceMailbox.objects.get_or_create(pk=1, defaults=defaults)
    if row.folder != folder:
        InstanceMailbox.objects.filter(pk=1).update(folder=folder, uid_validity=0, last_uid=0)
    return Box(
        name=INSTANCE,
        folder=folder,
        rows=InstanceMailbox.objects.filter(pk=1),
        connect=lambda: parse_mailbox_url(settings.BOUNCE_IMAP_URL, seconds=SECONDS)[0],
        take=take_in_return,
        finish=_nothing,
    )


def _nothing(_line: ImapMailbox) -> None:
    """A mailbox of returns holds nothing that we sent."""

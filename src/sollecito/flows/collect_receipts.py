"""Read the mailboxes: what came back is learned exactly once, wherever the reader dies.

UIDVALIDITY and UID move in the transaction that stores what a mail said (RFC 3501 2.3.1.1). Where
the UIDVALIDITY changed, all is looked through again and what is known is recognised by its name.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from sollecito.channels.imap import FolderState, ImapMailbox, MailboxRefused
from sollecito.flows import clock
from sollecito.flows.arriving.keeping import Place
from sollecito.flows.arriving.sent_folder import look_in_sent_folder
from sollecito.flows.seal_password import PasswordLostError, imap_settings
from sollecito.flows.set_aside_mail import take_in_or_set_aside
from sollecito.outbox.models import Mailbox, Sender

logger = logging.getLogger(__name__)
LOOK_BACK = timedelta(days=90)
"""How far back a mailbox is searched that was never read, or whose UIDs changed."""
SECONDS = 30


def readable_senders() -> Iterable[Sender]:
    """Accounts whose mailbox can be read."""
    rows = Sender.objects.filter(channel__in=["email", "pec"], is_active=True)
    return rows.exclude(imap_host="").select_related("company").order_by("pk")


def has_mail_to_read() -> bool:
    """Whether the time of some mailbox has come."""
    late = Mailbox.objects.filter(next_read_at__gt=clock.real_now()).values("sender")
    return (
        Sender.objects.filter(channel__in=["email", "pec"], is_active=True)
        .exclude(imap_host="")
        .exclude(pk__in=late)
        .exists()
    )


def collect_receipts(
    *, everything: bool = False, should_stop: Callable[[], bool] = lambda: False
) -> int:
    """Read every mailbox whose time has come, or every one; how many mails were looked at.

    A mailbox that cannot be read is noted with the reason, and the others go on.
    """
    count = 0
    for sender in readable_senders():
        if should_stop():
            break
        mailbox = _mailbox(sender)
        if everything or _take_turn(mailbox):
            count += collect_from(sender, mailbox, should_stop=should_stop)
    return count


def collect_from(
    sender: Sender, mailbox: Mailbox, *, should_stop: Callable[[], bool] = lambda: False
) -> int:
    """Read one mailbox to its end."""
    count, problem = 0, ""
    try:
        with ImapMailbox(imap_settings(sender, seconds=SECONDS)) as line:
            state = line.examine(mailbox.folder)
            for uid in _to_read(line, mailbox, state):
                if should_stop():
                    return count
                raw = line.fetch(uid)
                _take_in(sender, mailbox.pk, state, uid, raw)
                count += 1
            look_in_sent_folder(sender, line)
    except (MailboxRefused, PasswordLostError) as error:
        problem = str(error)
        logger.warning("mailbox of %s: %s", sender, problem)
    rows = Mailbox.objects.filter(pk=mailbox.pk)
    if problem:
        rows.update(problem=problem[:500])
    else:
        rows.update(problem="", read_at=clock.now())
    return count


def _mailbox(sender: Sender) -> Mailbox:
    return Mailbox.objects.get_or_create(
        company=sender.company,
        sender=sender,
        folder=sender.imap_folder or "INBOX",
        defaults={"next_read_at": clock.real_now()},
    )[0]


def _take_turn(mailbox: Mailbox) -> bool:
    """Of several workers the first one reads; what dies is read again at the next turn."""
    now = clock.real_now()
    due = Mailbox.objects.filter(pk=mailbox.pk, next_read_at__lte=now)
    return bool(due.update(next_read_at=now + timedelta(seconds=settings.MAIL_POLL_SECONDS)))


def _to_read(line: ImapMailbox, mailbox: Mailbox, state: FolderState) -> list[int]:
    """UIDs not read yet, ascending; after a change of UIDVALIDITY those of the last months."""
    with transaction.atomic():
        row = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        if row.uid_validity != state.uid_validity:
            row.uid_validity, row.last_uid = state.uid_validity, 0
            row.save(update_fields=["uid_validity", "last_uid"])
    if row.last_uid:
        return line.search_after(row.last_uid)
    return line.search_since((clock.real_now() - LOOK_BACK).date())


def _take_in(sender: Sender, mailbox: int, state: FolderState, uid: int, raw: bytes | None) -> None:
    """One mail and how far the mailbox was read, in one transaction."""
    with transaction.atomic():
        row = Mailbox.objects.select_for_update().get(pk=mailbox)
        if row.uid_validity != state.uid_validity or row.last_uid >= uid:
            return  # another reader was faster
        if raw is not None:
            place = Place(row.folder, state.uid_validity, uid)
            take_in_or_set_aside(sender, raw, place)
        row.last_uid = uid
        row.save(update_fields=["last_uid"])

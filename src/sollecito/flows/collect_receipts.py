"""Read the mailboxes: what came back is learned exactly once, wherever the reader dies.

UIDVALIDITY and UID move in the transaction that stores what a mail said (RFC 3501 2.3.1.1). Where
the UIDVALIDITY changed, all is looked through again and what is known is recognised by its name.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from sollecito.channels.imap import FolderState, ImapMailbox, MailboxRefused
from sollecito.channels.imap_url import BadMailboxUrlError
from sollecito.flows import clock
from sollecito.flows.arriving.boxes import Box, boxes, has_box_to_read
from sollecito.flows.arriving.keeping import Place
from sollecito.flows.seal_password import PasswordLostError

logger = logging.getLogger(__name__)
LOOK_BACK = timedelta(days=90)
"""How far back a mailbox is searched that was never read, or whose UIDs changed."""
has_mail_to_read = has_box_to_read


def collect_receipts(
    *, everything: bool = False, should_stop: Callable[[], bool] = lambda: False
) -> int:
    """Read every mailbox whose time has come, or every one; how many mails were looked at.

    A mailbox that cannot be read is noted with the reason, and the others go on.
    """
    count = 0
    for box in boxes():
        if should_stop():
            break
        if everything or _take_turn(box):
            count += collect_from(box, should_stop=should_stop)
    return count


def collect_from(box: Box, *, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Read one mailbox to its end."""
    count, problem = 0, ""
    try:
        with ImapMailbox(box.connect()) as line:
            state = line.examine(box.folder)
            for uid in _to_read(line, box, state):
                if should_stop():
                    return count
                _take_in(box, state, uid, line.fetch(uid))
                count += 1
            box.finish(line)
    except (MailboxRefused, PasswordLostError, BadMailboxUrlError) as error:
        problem = str(error)
        logger.warning("mailbox of %s: %s", box.name, problem)
    if problem:
        box.rows.update(problem=problem[:500])
    else:
        box.rows.update(problem="", read_at=clock.now())
    return count


def _take_turn(box: Box) -> bool:
    """Of several workers the first one reads; what dies is read again at the next turn."""
    now = clock.real_now()
    later = now + timedelta(seconds=settings.MAIL_POLL_SECONDS)
    return bool(box.rows.filter(next_read_at__lte=now).update(next_read_at=later))


def _to_read(line: ImapMailbox, box: Box, state: FolderState) -> list[int]:
    """UIDs not read yet, ascending; after a change of UIDVALIDITY those of the last months."""
    with transaction.atomic():
        row = box.rows.select_for_update().get()
        if row.uid_validity != state.uid_validity:
            row.uid_validity, row.last_uid = state.uid_validity, 0
            row.save(update_fields=["uid_validity", "last_uid"])
    if row.last_uid:
        return line.search_after(row.last_uid)
    return line.search_since((clock.real_now() - LOOK_BACK).date())


def _take_in(box: Box, state: FolderState, uid: int, raw: bytes | None) -> None:
    """One mail and how far the mailbox was read, in one transaction."""
    with transaction.atomic():
        row = box.rows.select_for_update().get()
        if row.uid_validity != state.uid_validity or row.last_uid >= uid:
            return  # another reader was faster
        if raw is not None:
            box.take(raw, Place(row.folder, state.uid_validity, uid))
        row.last_uid = uid
        row.save(update_fields=["last_uid"])

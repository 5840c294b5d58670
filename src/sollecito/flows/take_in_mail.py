"""One arrived mail → what it says of a message of ours, stored once with its bytes.

One transaction: either all of it is known, how far the mailbox was read included, or nothing.
"""

from __future__ import annotations

import re

from django.db import transaction

from sollecito.accounts.models import Company
from sollecito.domain.arrived import ANSWERS, PEC_RECEIPTS, Arrived, Kind
from sollecito.flows.arriving.answers import keep_answer
from sollecito.flows.arriving.keeping import NOWHERE, Place, keep_mail
from sollecito.flows.arriving.learning import learn_reports, learn_seen, note
from sollecito.flows.arriving.matching import Match, find_content
from sollecito.flows.compare_standing import lock_instalments_of
from sollecito.formats.arrived_mail import read_arrived
from sollecito.outbox.models import Content, ReceivedMail, Sender

MADE_HERE = re.compile(r"<[a-z2-7]{32}@[^<>@\s]+>")
"""What our own Message-IDs look like (``formats.mime.make_message_id``)."""
COPY_WORDS = "Una copia è nella casella: il messaggio è partito."


def take_in_mail(
    company: Company,
    raw: bytes,
    *,
    sender: Sender | None = None,
    is_pec_mailbox: bool | None = None,
    place: Place = NOWHERE,
) -> ReceivedMail | None:
    """Read a mail, whatever it is, and let the message it is about learn from it. Never refuses.

    Args:
        company: whose mailbox it came to.
        raw: the whole mail, as it came.
        sender: the account of the mailbox; ``None`` for a mail handed over as a file.
        is_pec_mailbox: as the account says, unless told.
        place: where it lies.

    Returns the stored mail, the earlier one where it is known already, or ``None`` for what is
    none of ours: that is not kept.
    """
    if is_pec_mailbox is None:
        is_pec_mailbox = sender is not None and sender.channel == Sender.Kind.PEC
    arrived = read_arrived(raw, is_pec_mailbox=is_pec_mailbox)
    with transaction.atomic():
        known = ReceivedMail.objects.filter(company=company, identity=arrived.identity)
        if found := known.first():
            return found
        copied = _copied(company, arrived)
        match = None if copied else find_content(company, arrived)
        if match:
            lock_instalments_of(match.content.pk)
        if copied is None and match is None and not _is_ours_all_the_same(arrived):
            return None
        content = copied or (match.content if match else None)
        mail = keep_mail(company, raw, arrived, sender=sender, place=place)
        if content:
            by = match.by if match else "copy"
            ReceivedMail.objects.filter(pk=mail.pk).update(content=content, matched_by=by)
            mail.content, mail.matched_by = content, by
        if copied:
            learn_seen(copied, mail, address="", text=COPY_WORDS)
        elif match:
            _follow(match, arrived, mail)
    return mail


def _follow(match: Match, arrived: Arrived, mail: ReceivedMail) -> None:
    learn_reports(match, arrived, mail)
    if arrived.kind in ANSWERS or arrived.kind is Kind.ANOMALY:
        keep_answer(match, arrived, mail)
    elif not arrived.reports:
        is_tampered = arrived.kind is Kind.TAMPERED
        text = arrived.text if is_tampered else arrived.subject or arrived.text
        note(match.content, mail, kind=arrived.kind, address=arrived.sender, text=text)


def _copied(company: Company, arrived: Arrived) -> Content | None:
    """Our own mail, found in a mailbox: a copy to ourselves."""
    if arrived.kind not in {Kind.MAIL, Kind.AUTO_REPLY} or not arrived.message_id:
        return None
    rows = Content.objects.filter(company=company, message_id=arrived.message_id[:200])
    return rows.filter(queued_at__isnull=False).defer("raw", "text").first()


def _is_ours_all_the_same(arrived: Arrived) -> bool:
    """A receipt for a Message-ID that was made here: of a message this database lost."""
    if arrived.kind not in PEC_RECEIPTS | {Kind.BOUNCE, Kind.TAMPERED}:
        return False
    return any(MADE_HERE.fullmatch(each) for each in arrived.names.message_ids)

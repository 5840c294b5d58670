"""A customer's time line: what happened, the latest first, from every table that knows.

Each source gives its newest rows; the newest of all of them are the page. Nothing is stored twice:
what was done by a person is in the history of flows, the rest in the rows themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from heapq import nlargest
from zoneinfo import ZoneInfo

from django.db.models import Model, Q, QuerySet

from sollecito.accounts.bulk import among_texts
from sollecito.accounts.models import AuditEntry
from sollecito.dunning.models import CustomerReply
from sollecito.ledger.models import Document, OtherFile, Party, Payment, SdiNotification
from sollecito.outbox.models import Content, DeliveryEvent


class EntryKind(StrEnum):
    """What an entry is about."""

    DOCUMENT = "document"
    SDI = "sdi"
    PAYMENT = "payment"
    MESSAGE = "message"
    DELIVERY = "delivery"
    REPLY = "reply"
    AGREEMENT = "agreement"
    """Holds, promises, plans: set, kept, broken, lifted."""
    CHANGE = "change"
    """Anything else a person did to the customer, its documents and its instalments."""


@dataclass(frozen=True, slots=True)
class TimeLineEntry:
    """One thing that happened. ``row`` is what tells it; ``is_day``: only the day is known."""

    at: datetime
    kind: EntryKind
    row: Model
    is_day: bool = False


AGREEMENTS = (
    Q(action__startswith="hold_") | Q(action__startswith="promise_") | Q(action__startswith="plan_")
)
TOLD_ELSEWHERE = (
    *("document_created", "payment_recorded", "reminder_sent", "import_done"),
    *("documents_imported", "message_cancelled", "customer_replied", "thanks_sent"),
)
THANKED = "thanks_sent"
TOLD_EVENTS = ("delivered", "bounced", "unknown", "refused", "crossed", "expired", "seen")
"""Events of delivery worth a line of their own: the rest is on the message's page."""

Source = Callable[[Party, int], Iterable[TimeLineEntry]]


def time_line(
    party: Party, *, kinds: frozenset[EntryKind] = frozenset(), skip: int = 0, limit: int = 50
) -> list[TimeLineEntry]:
    """The newest ``limit`` entries after the first ``skip``; of all kinds where none is named."""
    wanted = kinds or frozenset(EntryKind)
    most = skip + limit
    found = [entry for kind in EntryKind if kind in wanted for entry in SOURCES[kind](party, most)]
    return nlargest(most, found, key=_order)[skip:]


def _order(entry: TimeLineEntry) -> tuple[datetime, int, int]:
    """The latest first; what comes later in the table of kinds is the later of one moment."""
    return entry.at, list(EntryKind).index(entry.kind), int(entry.row.pk)


def communications_of(party: Party) -> QuerySet[Content]:
    """What was written to a customer: reminders, documents, thanks, statements."""
    written = Q(reminders__instalment__party=party) | Q(draft__party=party)
    ids = Content.objects.filter(written, company=party.company).values("pk")
    thanks = Q(company=party.company, pk__in=_thanks_to(party))
    return Content.objects.filter(Q(pk__in=ids) | thanks, queued_at__isnull=False)


def _thanks_to(party: Party) -> list[int]:
    """Thank-yous ask for nothing, so that no reminder names them: the history does."""
    rows = AuditEntry.objects.filter(
        company=party.company, action=THANKED, target=f"party:{party.pk}"
    )
    return [row["content"] for row in rows.values_list("details", flat=True) if "content" in row]


def notifications_of(party: Party) -> QuerySet[SdiNotification]:
    """What the SdI said of the files of a customer's documents."""
    documents = Document.objects.filter(company=party.company, party=party)
    others = OtherFile.objects.filter(company=party.company, document__party=party)
    ours = Q(target__in=documents.exclude(file_key="").values("file_key"))
    rows = SdiNotification.objects.filter(ours | Q(target__in=others.values("file_key")))
    return rows.filter(company=party.company)


def _documents(party: Party, most: int) -> Iterable[TimeLineEntry]:
    rows = Document.objects.filter(company=party.company, party=party).order_by("-date", "-pk")
    for row in rows[:most]:
        yield TimeLineEntry(_midnight(party, row.date), EntryKind.DOCUMENT, row, is_day=True)


def _notifications(party: Party, most: int) -> Iterable[TimeLineEntry]:
    rows = notifications_of(party)
    for row in rows.filter(message_at__isnull=False).order_by("-message_at", "-pk")[:most]:
        yield TimeLineEntry(row.message_at or row.received_at, EntryKind.SDI, row)
    for row in rows.filter(message_at__isnull=True).order_by("-received_at", "-pk")[:most]:
        yield TimeLineEntry(row.received_at, EntryKind.SDI, row)


def _payments(party: Party, most: int) -> Iterable[TimeLineEntry]:
    rows = Payment.objects.filter(company=party.company, party=party)
    for row in rows.select_related("user").order_by("-date", "-pk")[:most]:
        yield TimeLineEntry(_midnight(party, row.date), EntryKind.PAYMENT, row, is_day=True)


def _messages(party: Party, most: int) -> Iterable[TimeLineEntry]:
    rows = communications_of(party).defer("raw", "text").select_related("created_by", "approved_by")
    for row in rows.prefetch_related("messages").order_by("-queued_at", "-pk")[:most]:
        yield TimeLineEntry(row.queued_at or row.created_at, EntryKind.MESSAGE, row)


def _deliveries(party: Party, most: int) -> Iterable[TimeLineEntry]:
    rows = DeliveryEvent.objects.filter(
        company=party.company, kind__in=TOLD_EVENTS, message__content__in=communications_of(party)
    ).exclude(kind="seen", mail__isnull=False)  # the answer that proves it is a line of its own
    wanted = rows.defer("raw").select_related("message", "user")
    for row in wanted.order_by("-at", "-pk")[:most]:
        yield TimeLineEntry(row.at, EntryKind.DELIVERY, row)


def _replies(party: Party, most: int) -> Iterable[TimeLineEntry]:
    rows = CustomerReply.objects.filter(company=party.company, party=party)
    wanted = rows.select_related("mail", "seen_by").defer("mail__raw")
    for row in wanted.order_by("-at", "-pk")[:most]:
        yield TimeLineEntry(row.at, EntryKind.REPLY, row)


def _agreements(party: Party, most: int) -> Iterable[TimeLineEntry]:
    for row in _history(party).filter(AGREEMENTS)[:most]:
        yield TimeLineEntry(row.at, EntryKind.AGREEMENT, row)


def _changes(party: Party, most: int) -> Iterable[TimeLineEntry]:
    rows = _history(party).exclude(AGREEMENTS).exclude(action__in=TOLD_ELSEWHERE).exclude(text="")
    for row in rows[:most]:
        yield TimeLineEntry(row.at, EntryKind.CHANGE, row)


SOURCES: dict[EntryKind, Source] = {
    EntryKind.DOCUMENT: _documents,
    EntryKind.SDI: _notifications,
    EntryKind.PAYMENT: _payments,
    EntryKind.MESSAGE: _messages,
    EntryKind.DELIVERY: _deliveries,
    EntryKind.REPLY: _replies,
    EntryKind.AGREEMENT: _agreements,
    EntryKind.CHANGE: _changes,
}


def _history(party: Party) -> QuerySet[AuditEntry]:
    documents = party.documents.values_list("pk", flat=True)
    instalments = party.instalments.values_list("pk", flat=True)
    targets = [
        f"party:{party.pk}",
        *(f"document:{pk}" for pk in documents),
        *(f"instalment:{pk}" for pk in instalments),
    ]
    rows = AuditEntry.objects.filter(company=party.company, target__in=among_texts(targets))
    return rows.select_related("user").order_by("-at", "-pk")


def _midnight(party: Party, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(party.company.time_zone))

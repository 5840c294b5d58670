"""What the rules need to know, read from the database in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from sollecito.accounts.models import Company
from sollecito.domain.aging import days_overdue
from sollecito.domain.documents import DocumentKind
from sollecito.domain.money import to_cents
from sollecito.domain.schedule import HoldFact, holds_in_force, strongest_hold
from sollecito.domain.sdi import SdiState
from sollecito.domain.standing import compute_status, standing_of
from sollecito.domain.wording import Credit
from sollecito.dunning.fact_queries import collectible_on, holds_of, replaced_documents
from sollecito.dunning.models import Hold, Reminder
from sollecito.ledger.models import Instalment, Payment
from sollecito.ledger.queries import (
    NEVER_ASKED_METHOD,
    NOTHING,
    LedgerFilter,
    derived_balance,
    filter_instalments,
    given_up_parts,
    pin,
    with_derived_balance,
)
from sollecito.ledger.sdi_queries import restated_on
from sollecito.outbox.models import Message

PAID, WRITTEN_OFF = "paid", "written_off"


def announced_reminders(content_ids: Collection[int]) -> set[tuple[int, int]]:
    """(content, instalment) of steps before the due date that may announce RiBa, SDD and MAV."""
    found = Reminder.objects.filter(
        content__in=content_ids, offset_days__lt=0, step__policy__announce_collections=True
    )
    return set(found.values_list("content_id", "instalment_id"))


def instalments_to_word(company: Company, ids: Collection[int]) -> list[Instalment]:
    """Rows with all that wording a reminder reads, in id order."""
    related = ("party__agent", "party__payment_contact", "document__company", "document__file")
    rows = Instalment.objects.filter(company=company, pk__in=ids)
    return list(
        rows.select_related(*related, "document__own_pdf", "document__courtesy_copy").order_by("pk")
    )


def open_credits(party_id: int, currency: str, customer: str = "") -> list[Credit]:
    """Credit notes and payments of a customer that are not matched yet, oldest first.

    ``customer`` is its name where a message is about several.
    """
    found = [
        Credit(
            amount=left,
            date=note.document.date,
            kind=DocumentKind(note.document.kind),
            number=note.document.number,
            series=note.document.series,
            customer=customer,
        )
        for note, left in unmatched_notes(party_id)
        if note.currency == currency
    ]
    paid = unmatched_payments(party_id)
    found += [
        Credit(left, row.date, customer=customer) for row, left in paid if row.currency == currency
    ]
    return sorted(found, key=lambda credit: credit.date)


def unmatched_notes(party_id: int) -> list[tuple[Instalment, Decimal]]:
    """Credit notes of a customer with what of each is matched to nothing."""
    standing = Instalment.objects.exclude(document__sdi_state=SdiState.REJECTED)
    notes = with_derived_balance(standing.filter(party=party_id, amount__lt=0))
    found = [(note, -derived_balance(note)) for note in notes.select_related("document", "company")]
    return [(note, left) for note, left in found if left > 0]


def notes_to_link(company: Company) -> QuerySet[Instalment]:
    """Credit notes with something left, of customers who owe something they may come off.

    The oldest first. What the SdI rejected counts for nothing.
    """
    owed = Instalment.objects.filter(
        party=OuterRef("party"), currency=OuterRef("currency"), balance__gt=0
    )
    notes = Instalment.objects.filter(company=company, amount__lt=0, balance__lt=0)
    notes = notes.exclude(document__sdi_state=SdiState.REJECTED).filter(Exists(owed))
    return notes.select_related("document", "party", "company").order_by("document__date", "pk")


def unmatched_payments(party_id: int) -> list[tuple[Payment, Decimal]]:
    """Payments of a customer with what of each is matched to nothing."""
    used = Coalesce(
        Sum("allocations__amount", filter=Q(allocations__undone_at__isnull=True)), NOTHING
    )
    payments = Payment.objects.filter(party=party_id, undone_at__isnull=True)
    rest = (
        payments.select_related("company")
        .annotate(rest=F("amount") - F("interest") - used)
        .filter(rest__gt=0)
    )
    found = [(row, to_cents(row.rest)) for row in rest.order_by("date", "id")]
    return [(row, left) for row, left in found if left > 0]


def issued_reminders(instalment_ids: Collection[int]) -> QuerySet[Reminder]:
    """Reminders that count as history of these instalments, the latest first."""
    return (
        Reminder.objects.filter(
            instalment__in=instalment_ids, issued_date__isnull=False, is_void=False
        )
        .select_related("content")
        .order_by("-issued_date", "-id")
    )


def message_rows(company: Company, *, status: str = "", **filters: Any) -> list[dict[str, Any]]:
    """Messages as the command line shows them, the oldest first; filters are of ``Message``."""
    messages = Message.objects.filter(company=company, **filters)
    if status:
        messages = messages.filter(status=status)
    rows = list(messages.select_related("content").prefetch_related("events").order_by("id"))
    links: dict[int, list[tuple[int, str]]] = defaultdict(list)
    reminders = Reminder.objects.filter(
        Q(step__isnull=False) | Q(issued_date__isnull=False),  # not what a statement only shows
        content__in={row.content_id for row in rows},
    )
    for content, instalment, customer in reminders.order_by("instalment").values_list(
        "content_id", "instalment_id", "instalment__party__name"
    ):
        links[content].append((instalment, customer))
    return [_message_row(row, links[row.content_id]) for row in rows]


def _message_row(row: Message, links: list[tuple[int, str]]) -> dict[str, Any]:
    events = [
        {
            "at": event.at.isoformat(),
            "kind": event.kind,
            "code": event.code,
            "enhanced": event.enhanced,
            "text": event.text,
        }
        for event in sorted(row.events.all(), key=lambda event: (event.at, event.pk))
    ]
    return {
        "id": row.pk,
        "content": row.content_id,
        "key": row.content.key,
        "message_id": row.content.message_id,
        "status": row.status,
        "channel": row.content.channel,
        "to": row.address,
        "role": row.role,
        "customer": "; ".join(dict.fromkeys(customer for _, customer in links)),
        "instalments": [instalment for instalment, _ in links],
        "attempts": row.attempts,
        "events": events,
    }


# The rows of the scadenzario: instalments with their holds and reminders.


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Riga dello scadenzario: one instalment, as screens, exports and the command line show it.

    ``days`` late, negative before the due date; ``hold`` is the kind of the strongest hold in
    force; ``collectible`` says whether it may be asked for at all, paid or not.
    """

    id: int
    company_id: int
    document_id: int
    customer: str
    customer_id: int
    kind: str
    number: str
    series: str
    document_date: date
    seq: int
    of: int
    due_date: date
    due_date_assumed: bool
    days: int
    amount: Decimal
    balance: Decimal
    currency: str
    status: str
    collectible: bool
    hold: str | None
    hold_until: date | None
    reminders: int
    last_reminder: date | None
    references: tuple[dict[str, Any], ...] = ()
    note: str = ""
    is_held: bool = False
    """A hold of more than a disputed part is in force: reminders rest, by hand too."""

    @property
    def is_written_off(self) -> bool:
        """Stralciata: closed, and not by money alone."""
        return self.status == WRITTEN_OFF

    @property
    def can_remind(self) -> bool:
        """Something is left, it may be asked for, and no hold forbids it."""
        return self.collectible and self.balance > 0 and not self.is_held

    @property
    def can_send_copy(self) -> bool:
        """A copy of the document is no reminder: a hold does not forbid it."""
        return self.collectible and self.balance > 0

    def wire(self) -> dict[str, Any]:
        """As ``scadenzario --json`` prints it."""
        shown: dict[str, Any] = {
            "id": self.id,
            "company": self.company_id,
            "customer": self.customer,
            "customer_id": self.customer_id,
            "kind": self.kind,
            "number": self.number,
            "series": self.series,
            "document_date": self.document_date.isoformat(),
            "seq": self.seq,
            "due_date": self.due_date.isoformat(),
            "amount": f"{self.amount:.2f}",
            "balance": f"{self.balance:.2f}",
            "currency": self.currency,
            "status": PAID if self.status == WRITTEN_OFF else self.status,
            "collectible": self.collectible,
            "hold": self.hold,
            "reminders": self.reminders,
            "last_reminder": self.last_reminder and self.last_reminder.isoformat(),
        }
        more = {"due_date_assumed": self.due_date_assumed, "written_off": self.is_written_off}
        return shown | {name: True for name, is_so in more.items() if is_so}


def ledger_query(company: Company, wanted: LedgerFilter, today: date) -> QuerySet[Instalment]:
    """Instalments that pass every filter of the scadenzario, ``hold`` included; not sorted."""
    rows = filter_instalments(company, wanted, today)
    if wanted.hold:
        rows = _held(rows, company, wanted.hold, today)
    is_narrow = wanted.hold or wanted.status or wanted.text or wanted.bucket or wanted.customer_id
    return pin(rows) if is_narrow else rows


def _held(
    rows: QuerySet[Instalment], company: Company, kind: str, today: date
) -> QuerySet[Instalment]:
    holds = Hold.objects.filter(
        Q(until_date__isnull=True) | Q(until_date__gte=today),
        company=company,
        kind=kind,
        released_at__isnull=True,
        from_date__lte=today,
    )
    found: dict[str, list[int]] = {"pk": [], "document": [], "party": []}
    for instalment, document, party in holds.values_list("instalment", "document", "party"):
        for name, key in (("pk", instalment), ("document", document), ("party", party)):
            if key:
                found[name].append(key)
    held = (Q(**{f"{name}__in": keys}) for name, keys in found.items() if keys)
    return rows.filter(reduce(or_, held, Q(pk__in=[])))


def ledger_rows(
    instalments: QuerySet[Instalment], company: Company, today: date, *, as_of: date | None = None
) -> list[LedgerRow]:
    """Rows of these instalments of one company, in their order; a slice is welcome.

    ``as_of`` tells the past again: balances are derived without what is dated after it, and so
    are holds, reminders and states of the SdI. Without it the stored balances are shown.
    """
    ids = list(instalments.values_list("pk", flat=True))  # first: sorting keys is cheap
    chosen = Instalment.objects.filter(pk__in=ids)
    if as_of:
        chosen = with_derived_balance(chosen, as_of)
    by_id = {each.pk: each for each in chosen.select_related("document", "party").defer(*_UNSEEN)}
    found = [by_id[key] for key in ids]
    holds = holds_of([(each.pk, each.document_id, each.party_id) for each in found], as_of)
    reminded = _reminders_of([each.pk for each in found], as_of)
    silent = replaced_documents({each.document_id for each in found}) if found else set()
    restated = restated_on({each.document_id for each in found}, as_of) if as_of else {}
    given_up = _given_up(company, found, as_of)
    rows = []
    for each in found:
        each.document.company = company
        if as_of:
            each.balance = derived_balance(each)
            if past := restated.get(each.document_id):
                each.document.sdi_state, each.document.sdi_since = past.state, past.since
        beside = Beside(
            *(holds.get(each.pk, ()), reminded.get(each.pk), silent, each.pk in given_up)
        )
        rows.append(_ledger_row(each, today, beside))
    return rows


_UNSEEN = (
    *("document__reasons", "document__warnings", "document__search_text", "document__note"),
    *("document__fingerprint", "party__note", "party__identity"),
)


def _given_up(company: Company, found: Sequence[Instalment], as_of: date | None) -> set[int]:
    """Which of these that have nothing left were given up in part; few, as a rule."""
    closed = [each.pk for each in found if each.balance <= 0 < each.amount]
    if not closed:
        return set()
    parts = given_up_parts(company).filter(instalment__in=closed)
    if as_of:
        parts = parts.filter(date__lte=as_of)
    return set(parts.values_list("instalment_id", flat=True))


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside an instalment: holds, count and last of its reminders, silent ones."""

    holds: Sequence[HoldFact]
    reminded: tuple[int, date] | None
    silent: set[int]
    is_given_up: bool


def _ledger_row(each: Instalment, today: date, beside: Beside) -> LedgerRow:
    document = each.document
    collectible = collectible_on(document, today)
    standing = standing_of(DocumentKind(document.kind), SdiState(document.sdi_state), collectible)
    whole = strongest_hold(beside.holds, today)
    hold = whole or next(iter(holds_in_force(beside.holds, today)), None)
    is_silent = document.pk in beside.silent or each.method == NEVER_ASKED_METHOD
    count, last = beside.reminded or (0, None)
    return LedgerRow(
        id=each.pk,
        company_id=each.company_id,
        document_id=document.pk,
        customer=each.party.name,
        customer_id=each.party_id,
        kind=document.kind,
        number=document.number,
        series=document.series,
        document_date=document.date,
        seq=each.seq,
        of=each.of,
        due_date=each.due_date,
        due_date_assumed=each.due_date_assumed,
        days=days_overdue(each.due_date, today),
        amount=each.amount,
        balance=each.balance,
        currency=each.currency,
        status=compute_status(
            each.amount,
            each.balance,
            each.due_date,
            standing=standing,
            today=today,
            is_given_up=beside.is_given_up,
        ),
        collectible=collectible.is_collectible and not is_silent and each.amount >= 0,
        hold=hold.kind if hold else None,
        hold_until=hold.until if hold else None,
        reminders=count,
        last_reminder=last,
        references=tuple(document.references),
        note=each.note,
        is_held=whole is not None,
    )


def _reminders_of(
    instalment_ids: Collection[int], as_of: date | None
) -> dict[int, tuple[int, date]]:
    """How many communications spoke of each instalment, and the day of the last one."""
    rows = issued_reminders(instalment_ids).order_by()
    if as_of:
        rows = rows.filter(issued_date__lte=as_of)
    counted = rows.values_list("instalment_id").annotate(n=Count("pk"), last=Max("issued_date"))
    return {instalment: (count, last) for instalment, count, last in counted}

"""What the rules need to know, read from the database in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from sollecito.accounts.models import Company
from sollecito.domain.documents import DocumentKind
from sollecito.domain.schedule import HoldFact, InstalmentFacts
from sollecito.domain.sdi import (
    Collectible,
    IssueRule,
    SdiStanding,
    SdiState,
    compute_collectible,
)
from sollecito.domain.wording import Credit
from sollecito.dunning.models import Hold, Reminder
from sollecito.ledger.models import Allocation, Document, Instalment, Payment
from sollecito.outbox.models import Message

MONEY: DecimalField[Any, Any] = DecimalField(max_digits=14, decimal_places=2)
NOTHING = Value(Decimal("0.00"), output_field=MONEY)


def allocated(field: str, as_of: date | None = None) -> Coalesce:
    """Sum of active allocations whose ``field`` is the outer instalment, as an expression.

    ``as_of`` leaves out what is dated after it.
    """
    rows = Allocation.objects.filter(**{field: OuterRef("pk")}, undone_at__isnull=True)
    if as_of:
        rows = rows.filter(date__lte=as_of)
    total = rows.order_by().values(field).annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total, output_field=MONEY), NOTHING)


def with_derived_balance(
    instalments: QuerySet[Instalment], as_of: date | None = None
) -> QuerySet[Instalment]:
    """Add ``derived``: amount − what was allocated + what this credit note netted elsewhere."""
    return instalments.annotate(
        derived=F("amount") - allocated("instalment", as_of) + allocated("credit", as_of)
    )


def derived_balance(instalment: Instalment) -> Decimal:
    """The balance that ``with_derived_balance`` put on a row."""
    balance: Decimal = getattr(instalment, "derived")  # noqa: B009  an annotation, not a field
    return balance


def holds_by_instalment(
    instalments: Collection[Instalment], as_of: date | None = None
) -> dict[int, list[HoldFact]]:
    """Unreleased holds of each instalment, its document and its customer."""
    rows = Hold.objects.filter(
        Q(instalment__in=[i.pk for i in instalments])
        | Q(document__in={i.document_id for i in instalments})
        | Q(party__in={i.party_id for i in instalments})
    )
    if as_of:
        rows = rows.filter(Q(released_at__isnull=True) | Q(released_at__date__gt=as_of))
    else:
        rows = rows.filter(released_at__isnull=True)
    found: dict[tuple[str, int], list[HoldFact]] = defaultdict(list)
    for hold in rows:
        fact = HoldFact(hold.kind, hold.from_date, hold.until_date, hold.amount)
        for name in ("instalment", "document", "party"):
            if key := getattr(hold, f"{name}_id"):
                found[name, key].append(fact)
    return {
        i.pk: found["instalment", i.pk]
        + found["document", i.document_id]
        + found["party", i.party_id]
        for i in instalments
    }


def collectible_on(document: Document, today: date) -> Collectible:
    """Whether instalments of a document may be asked for; needs ``document.company`` loaded."""
    return compute_collectible(
        DocumentKind(document.kind),
        standing=SdiStanding(SdiState(document.sdi_state), document.sdi_since),
        document_date=document.date,
        today=today,
        rule=IssueRule(document.company.sdi_rule),
        is_public_body=document.is_public_body,
        is_approved=document.sdi_override,
    )


def replaced_documents(document_ids: Collection[int]) -> set[int]:
    """Documents not to be asked for because of a pro-forma and its invoice.

    Until a person confirms, the younger of the two; once confirmed, the pro-forma. A pair that a
    person called two different credits is no pair.
    """
    pairs = (
        Document.objects.filter(replaces__isnull=False)
        .filter(Q(pk__in=document_ids) | Q(replaces__in=document_ids))
        .values_list("pk", "date", "replaces_id", "replaces__date", "is_replacement_confirmed")
    )
    silent: set[int] = set()
    for invoice, invoice_date, pro_forma, pro_forma_date, confirmed in pairs:
        if confirmed is False or pro_forma is None:
            continue
        invoice_is_younger = invoice_date >= pro_forma_date
        silent.add(pro_forma if confirmed or not invoice_is_younger else invoice)
    return silent


def customers_credit(
    party_ids: Collection[int], as_of: date | None = None
) -> dict[tuple[int, str], Decimal]:
    """Unallocated credit by customer and currency: payments not matched, notes not netted."""
    credit: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    payments = Payment.objects.filter(party__in=party_ids, undone_at__isnull=True)
    if as_of:
        payments = payments.filter(date__lte=as_of)
    used = Sum("allocations__amount", filter=Q(allocations__undone_at__isnull=True))
    rows = payments.annotate(used=used).values_list("party_id", "currency", "amount", "used")
    for party, currency, amount, taken in rows:
        credit[party, currency] += amount - (taken or Decimal(0))
    notes = with_derived_balance(
        Instalment.objects.filter(party__in=party_ids, amount__lt=0), as_of
    )
    for note in notes:
        credit[note.party_id, note.currency] -= derived_balance(note)
    return credit


def customers_overdue(party_ids: Collection[int], today: date) -> dict[tuple[int, str], Decimal]:
    """What is overdue by customer and currency, by the stored copies of the balances."""
    rows = (
        Instalment.objects.filter(party__in=party_ids, balance__gt=0, due_date__lt=today)
        .order_by()
        .values_list("party_id", "currency")
        .annotate(total=Sum("balance"))
    )
    return {(party, currency): total for party, currency, total in rows}


def instalment_facts(
    ids: Collection[int], today: date, *, as_of: date | None = None
) -> dict[int, InstalmentFacts]:
    """Facts for ``domain.schedule.refuse_reminder``, by instalment id.

    ``as_of`` leaves out payments and releases dated after it (the past told again).
    """
    rows = list(
        with_derived_balance(Instalment.objects.filter(pk__in=ids), as_of).select_related(
            "document__company"
        )
    )
    holds = holds_by_instalment(rows, as_of)
    silent = replaced_documents({row.document_id for row in rows})
    parties = {row.party_id for row in rows}
    credit, overdue = customers_credit(parties, as_of), customers_overdue(parties, today)
    return {
        row.pk: InstalmentFacts(
            balance=derived_balance(row),
            collectible=collectible_on(row.document, today),
            currency=row.currency,
            method=row.method,
            is_replaced=row.document_id in silent,
            holds=tuple(holds[row.pk]),
            credit_of_customer=credit.get((row.party_id, row.currency), Decimal(0)),
            overdue_of_customer=overdue.get((row.party_id, row.currency), Decimal(0)),
        )
        for row in rows
    }


def open_credits(party_id: int, currency: str) -> list[Credit]:
    """Credit notes and payments of a customer that are not matched yet, oldest first."""
    notes = with_derived_balance(
        Instalment.objects.filter(party=party_id, currency=currency, amount__lt=0)
    ).filter(derived__lt=0)
    found = [
        Credit(
            amount=-derived_balance(note),
            date=note.document.date,
            kind=DocumentKind(note.document.kind),
            number=note.document.number,
            series=note.document.series,
        )
        for note in notes.select_related("document")
    ]
    used = Coalesce(
        Sum("allocations__amount", filter=Q(allocations__undone_at__isnull=True)), NOTHING
    )
    payments = Payment.objects.filter(party=party_id, currency=currency, undone_at__isnull=True)
    rest = payments.annotate(rest=F("amount") - used).filter(rest__gt=0)
    found += [Credit(amount, day) for day, amount in rest.values_list("date", "rest")]
    return sorted(found, key=lambda credit: credit.date)


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
    reminders = Reminder.objects.filter(content__in={row.content_id for row in rows})
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
        "customer": links[0][1] if links else "",
        "instalments": [instalment for instalment, _ in links],
        "attempts": row.attempts,
        "events": events,
    }

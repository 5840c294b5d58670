"""What the rules need to know of instalments, many at once: one query for each kind of fact.

Balances are derived from the allocations, never read from the stored copy; a test compares all
this with the obvious reading, row by row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from sollecito.accounts import statements
from sollecito.accounts.bulk import among
from sollecito.accounts.statements import Statement
from sollecito.domain.documents import DocumentKind
from sollecito.domain.money import to_cents
from sollecito.domain.schedule import HoldFact, InstalmentFacts
from sollecito.domain.sdi import (
    Collectible,
    IssueRule,
    SdiStanding,
    SdiState,
    compute_collectible,
)
from sollecito.dunning import standing_queries
from sollecito.dunning.models import Hold
from sollecito.ledger.models import Allocation, Document, Instalment, Payment
from sollecito.ledger.queries import MONEY, NOTHING, silenced
from sollecito.ledger.sdi_queries import restated_on
from sollecito.ledger.sources import Amounts

ZERO = Decimal(0)
Credits = dict[tuple[int, str], Decimal]
Keys = tuple[int, int, int]
"""An instalment, its document, its customer."""


class FactRow(NamedTuple):
    """An instalment with its document, its customer and its company, as read."""

    pk: int
    document: int
    party: int
    amount: Decimal
    currency: str
    method: str
    due_date: date
    round: int
    kind: str
    sdi_state: str
    sdi_since: date | None
    document_date: date
    is_public: bool
    is_approved: bool
    sdi_rule: str
    payment_day: int
    grace_days: int
    segment: str
    amounts: str


_COLUMNS = (
    *("pk", "document_id", "party_id", "amount", "currency", "method", "due_date", "round"),
    *("document__kind", "document__sdi_state", "document__sdi_since", "document__date"),
    *("document__is_public_body", "document__sdi_override", "document__company__sdi_rule"),
    *("party__payment_day", "party__grace_days", "party__segment", "document__amounts"),
)


_ROWS = Statement(
    lambda: Instalment.objects.filter(pk__in=statements.ids("keys")).values_list(*_COLUMNS)
)


@dataclass(frozen=True, slots=True)
class Known:
    """What stands beside the rows; what is not in a mapping is nothing."""

    today: date
    allocated: dict[int, Decimal]
    netted: dict[int, Decimal]
    holds: dict[int, tuple[HoldFact, ...]]
    silent: set[int]
    restated: dict[int, SdiStanding]
    credit: Credits
    overdue: Credits

    def facts_of(self, row: FactRow) -> dict[str, Any]:
        """The fields of ``InstalmentFacts``."""
        balance = row.amount
        if row.pk in self.allocated or row.pk in self.netted:
            moved = self.netted.get(row.pk, ZERO) - self.allocated.get(row.pk, ZERO)
            balance = to_cents(balance + moved)
        state, since = row.sdi_state, row.sdi_since
        if row.document in self.restated:
            past = self.restated[row.document]
            state, since = past.state, past.since
        customer = row.party, row.currency
        return {
            "balance": balance,
            "collectible": _collectible(
                (
                    *(row.kind, state, since, row.document_date),
                    *(row.sdi_rule, row.is_public, row.is_approved),
                ),
                self.today,
            ),
            "currency": row.currency,
            "method": row.method,
            "is_replaced": row.document in self.silent,
            "is_undecided": row.amounts == Amounts.PENDING,
            "holds": self.holds.get(row.pk, ()),
            "credit_of_customer": self.credit.get(customer, ZERO),
            "overdue_of_customer": self.overdue.get(customer, ZERO),
        }


_Standing = tuple[str, str, date | None, date, str, bool, bool]
"""Kind, state and its day, date of the document; the company's rule, public body, approved."""


@lru_cache(maxsize=4096)
def _collectible(standing: _Standing, today: date) -> Collectible:
    kind, state, since, document_date, rule, is_public_body, is_approved = standing
    return compute_collectible(
        DocumentKind(kind),
        standing=SdiStanding(SdiState(state), since),
        document_date=document_date,
        today=today,
        rule=IssueRule(rule),
        is_public_body=is_public_body,
        is_approved=is_approved,
    )


def collectible_on(document: Document, today: date) -> Collectible:
    """Whether instalments of a document may be asked for; needs ``document.company`` loaded."""
    stored = document.kind, document.sdi_state, document.sdi_since, document.date
    choices = document.company.sdi_rule, document.is_public_body, document.sdi_override
    return _collectible((*stored, *choices), today)


def instalment_facts(
    ids: Collection[int], today: date, *, as_of: date | None = None
) -> dict[int, InstalmentFacts]:
    """Facts for ``domain.schedule.refuse_reminder``, by instalment id.

    ``as_of`` leaves out payments, releases and SdI messages dated after it (the past told again).
    """
    rows = fact_rows(ids)
    known = known_beside(rows, today, as_of)
    return {row.pk: InstalmentFacts(**known.facts_of(row)) for row in rows}


def fact_rows(ids: Collection[int]) -> list[FactRow]:
    """The rows themselves, in no order."""
    return list(map(FactRow._make, _ROWS.rows(keys=ids)))


def known_beside(rows: Collection[FactRow], today: date, as_of: date | None) -> Known:
    """All that is known of these rows elsewhere, as told on a day."""
    documents = {row.document for row in rows}
    notes = [row.pk for row in rows if row.amount < 0]
    credit = customers_credit({row.party for row in rows}, as_of)
    return Known(
        today=today,
        allocated=_allocated("instalment", [row.pk for row in rows], as_of),
        netted=_allocated("credit", notes, as_of) if notes else {},
        holds=holds_of(((row.pk, row.document, row.party) for row in rows), as_of),
        silent=replaced_documents(documents),
        restated=restated_on(documents, as_of) if as_of else {},
        credit=credit,
        overdue=_overdue({party for party, _ in credit}, today, as_of),
    )


def _allocated(field: str, ids: Collection[int], as_of: date | None) -> dict[int, Decimal]:
    """Sums of active allocations by the instalment (or credit note) in ``field``."""
    if as_of is None:
        return standing_queries.allocated_now(field, ids)
    rows = Allocation.objects.filter(**{f"{field}__in": among(ids)}, undone_at__isnull=True)
    rows = rows.filter(date__lte=as_of)
    return dict(rows.order_by().values(field).annotate(n=Sum("amount")).values_list(field, "n"))


def holds_of(keys: Iterable[Keys], as_of: date | None = None) -> dict[int, tuple[HoldFact, ...]]:
    """Unreleased holds by instalment: its own, its document's and its customer's."""
    asked = list(keys)
    mine = standing_queries.held_now(asked) if as_of is None else _held_then(asked, as_of)
    if not any(mine):
        return {}
    found: dict[int, tuple[HoldFact, ...]] = {}
    for each in asked:
        holds = [hold for key, of in zip(each, mine, strict=True) for hold in of.get(key, ())]
        if holds:
            found[each[0]] = tuple(holds)
    return found


def _held_then(asked: Collection[Keys], as_of: date) -> list[dict[int, list[HoldFact]]]:
    return [
        _holds(name, {each[place] for each in asked}, as_of)
        for place, name in enumerate(("instalment", "document", "party"))
    ]


def _holds(name: str, keys: Collection[int], as_of: date) -> dict[int, list[HoldFact]]:
    rows = Hold.objects.filter(**{f"{name}__in": among(keys)})
    rows = rows.filter(Q(released_at__isnull=True) | Q(released_at__date__gt=as_of))
    found: dict[int, list[HoldFact]] = defaultdict(list)
    for key, *hold in rows.order_by("pk").values_list(
        f"{name}_id", "kind", "from_date", "until_date", "amount"
    ):
        found[key].append(HoldFact(*hold))
    return found


def replaced_documents(document_ids: Collection[int]) -> set[int]:
    """Documents not to be asked for because of a pro-forma and its invoice.

    Until a person confirms, the younger of the two; once confirmed, the pro-forma. A pair that a
    person called two different credits is no pair.
    """
    return silenced(standing_queries.replacing_pairs(document_ids))


def customers_credit(party_ids: Collection[int], as_of: date | None = None) -> Credits:
    """Unallocated credit by customer and currency: payments not matched, notes not netted.

    Customers without any are left out.
    """
    credit: Credits = defaultdict(Decimal)
    for party, currency, rest in (*_unmatched(party_ids, as_of), *unnetted(party_ids, as_of)):
        credit[party, currency] += to_cents(rest)
    return {customer: amount for customer, amount in credit.items() if amount}


def _unmatched(party_ids: Collection[int], as_of: date | None) -> Iterable[Any]:
    """What is left of payments, summed by customer."""
    if as_of is None:
        return standing_queries.paid_now(party_ids)
    payments = Payment.objects.filter(
        party__in=among(party_ids), undone_at__isnull=True, date__lte=as_of
    )
    counted = Allocation.objects.filter(
        payment=OuterRef("pk"), undone_at__isnull=True, date__lte=as_of
    )
    used = counted.order_by().values("payment").annotate(n=Sum("amount")).values("n")
    return (
        payments.annotate(
            rest=F("amount") - F("interest") - Coalesce(Subquery(used, output_field=MONEY), NOTHING)
        )
        .order_by()
        .values("party_id", "currency")
        .annotate(total=Sum("rest"))
        .values_list("party_id", "currency", "total")
    )


def unnetted(party_ids: Collection[int], as_of: date | None) -> Iterable[Any]:
    """What is left of each credit note: customer, currency, amount."""
    rows = standing_queries.notes_of(party_ids)
    if not rows:
        return
    ids = [row[0] for row in rows]
    netted = _allocated("credit", ids, as_of)
    taken = _allocated("instalment", ids, as_of)
    for pk, party, currency, amount in rows:
        yield party, currency, -(amount - taken.get(pk, ZERO) + netted.get(pk, ZERO))


def _overdue(party_ids: Collection[int], today: date, as_of: date | None) -> Credits:
    """What is overdue of customers who have a credit, by the stored copies of the balances.

    With ``as_of`` derived: what was paid later was still owed then.
    """
    if not party_ids:
        return {}
    if as_of:
        return _overdue_then(party_ids, today, as_of)
    rows = (
        Instalment.objects.filter(party__in=among(party_ids), balance__gt=0, due_date__lt=today)
        .order_by()
        .values_list("party_id", "currency")
        .annotate(total=Sum("balance"))
    )
    return {(party, currency): to_cents(total) for party, currency, total in rows}


def _overdue_then(party_ids: Collection[int], today: date, as_of: date) -> Credits:
    late = Instalment.objects.filter(party__in=among(party_ids), amount__gt=0, due_date__lt=today)
    rows = list(late.values_list("pk", "party_id", "currency", "amount"))
    taken = _allocated("instalment", [row[0] for row in rows], as_of)
    found: Credits = defaultdict(Decimal)
    for pk, party, currency, amount in rows:
        found[party, currency] += max(to_cents(amount - taken.get(pk, ZERO)), ZERO)
    return dict(found)

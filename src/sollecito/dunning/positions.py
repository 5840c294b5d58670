"""Partite aperte at any date: what was open on a day, and the credits matched to nothing then.

Exact for the past: documents count from their date, money and matches from theirs, an effect that
came back counts as money until it did. The sum is the balance of the scheda contabile of that day
(``account_entries``): pro-formas and what the SdI rejected are left out here too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q

from sollecito.accounts.bulk import among
from sollecito.domain.documents import DocumentKind
from sollecito.domain.money import to_cents
from sollecito.domain.sdi import SdiState
from sollecito.domain.wording import Credit
from sollecito.dunning.models import Presentation
from sollecito.ledger.models import Allocation, Instalment, Party, Payment
from sollecito.ledger.sources import PaymentSource

NOTHING = Decimal("0.00")


@dataclass(slots=True)
class Position:
    """Situazione di un cliente in una valuta: open rows with what is owed, credits, notes."""

    rows: list[Instalment] = field(default_factory=list)
    owed: dict[int, Decimal] = field(default_factory=dict)
    credits: list[Credit] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """What is open."""
        return sum(self.owed.values(), NOTHING)

    @property
    def credit(self) -> Decimal:
        """What is matched to nothing."""
        return sum((each.amount for each in self.credits), NOTHING)

    @property
    def balance(self) -> Decimal:
        """Saldo: what is open less the credits."""
        return self.total - self.credit

    def overdue(self, day: date) -> Decimal:
        """What of it was due before a day."""
        return sum((self.owed[row.pk] for row in self.rows if row.due_date < day), NOTHING)


def position_on(party: Party, currency: str, day: date) -> Position:
    """One customer in one currency."""
    return positions_on([party.pk], day).get((party.pk, currency), Position())


def positions_on(party_ids: Collection[int], day: date) -> dict[tuple[int, str], Position]:
    """Customers by id and currency; who has nothing open and no credit is left out."""
    found: dict[tuple[int, str], Position] = defaultdict(Position)
    rows = _rows(party_ids, day)
    by_key = {row.pk: row for row in rows}
    money = _money(party_ids, day)
    left = {pk: row.amount for pk, row in by_key.items()}
    rest = {payment.pk: payment.capital for payment in money}
    for instalment, credit, payment, amount in _matches(by_key, rest, day):
        left[instalment] -= amount
        if credit is not None:
            left[credit] += amount
        elif payment is not None:
            rest[payment] -= amount
    for row in rows:
        _place(found[row.party_id, row.currency], row, to_cents(left[row.pk]))
    for each in money:
        if (over := to_cents(rest[each.pk])) > 0:
            found[each.party_id, each.currency].credits.append(Credit(over, each.date))
    for position in found.values():
        position.credits.sort(key=lambda credit: credit.date)
    return {key: each for key, each in found.items() if each.rows or each.credits}


def _place(position: Position, row: Instalment, left: Decimal) -> None:
    document = row.document
    if left > 0:
        position.rows.append(row)
        position.owed[row.pk] = left
    elif left < 0:
        kind = DocumentKind(document.kind)
        note = Credit(-left, document.date, kind, document.number, document.series)
        position.credits.append(note)


def _rows(party_ids: Collection[int], day: date) -> list[Instalment]:
    """Every instalment that was there on a day, the oldest due first."""
    rows = Instalment.objects.filter(party__in=among(party_ids), document__date__lte=day)
    rows = rows.exclude(kind=DocumentKind.PRO_FORMA)
    rows = rows.exclude(document__sdi_state=SdiState.REJECTED)
    related = ("party__agent", "document__company", "document__file", "company")
    return list(rows.select_related(*related).order_by("due_date", "pk"))


def _money(party_ids: Collection[int], day: date) -> list[Payment]:
    """Payments and closings that counted on a day, those that came back later among them."""
    returned = Presentation.objects.filter(
        payment__party__in=among(party_ids),
        outcome=Presentation.Outcome.RETURNED,
        outcome_date__gt=day,
    )
    rows = Payment.objects.filter(party__in=among(party_ids), date__lte=day)
    rows = rows.exclude(source=PaymentSource.REPLACED)
    counted = Q(undone_at__isnull=True) | Q(pk__in=returned.values("payment"))
    return list(rows.filter(counted).order_by("date", "pk"))


def _matches(
    rows: Collection[int], money: Collection[int], day: date
) -> Iterable[tuple[int, int | None, int | None, Decimal]]:
    """Instalment, note, payment, amount: what was matched on a day between what was there."""
    asked = Allocation.objects.filter(instalment__in=among(rows), date__lte=day)
    named = asked.select_related("payment").order_by("pk")
    for each in named:
        if each.payment is not None:
            went = each.payment.undone_at
            is_matched = each.undone_at is None or (went is not None and each.undone_at == went)
            if is_matched and each.payment_id in money:
                yield each.instalment_id, None, each.payment_id, each.amount
        elif each.undone_at is None and each.credit_id in rows:
            yield each.instalment_id, each.credit_id, None, each.amount

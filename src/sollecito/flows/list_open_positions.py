"""Partite aperte di tutti i clienti a una data, per il bilancio: marks, credits, interest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sollecito.accounts.models import Company
from sollecito.domain.aging import days_overdue
from sollecito.domain.documents import DocumentKind
from sollecito.domain.schedule import holds_in_force
from sollecito.domain.year_end import Mark, mark_credit
from sollecito.dunning.fact_queries import holds_of
from sollecito.dunning.notice_queries import notices_delivered
from sollecito.dunning.positions import Position, positions_on
from sollecito.flows.gather_interest import charge_interest, counting_of
from sollecito.ledger.models import Instalment, Party

SET = 300


@dataclass(frozen=True, slots=True)
class OpenPosition:
    """Riga dell'elenco: an open instalment, or (``row`` ``None``) a credit matched to nothing.

    ``owed`` is negative for a credit; ``interest`` with the flat sum is ``None`` where it was not
    asked for.
    """

    party: Party
    currency: str
    day: date
    owed: Decimal
    row: Instalment | None = None
    number: str = ""
    days: int = 0
    marks: tuple[Mark, ...] = ()
    interest: Decimal | None = None

    @property
    def document_date(self) -> date:
        """Of the document, or of the credit."""
        return self.row.document.date if self.row else self.day


def list_open_positions(
    company: Company, day: date, *, with_interest: bool = False
) -> Iterator[OpenPosition]:
    """Every open item and credit of a company on a day, by customer; exact for past days."""
    parties = {party.pk: party for party in Party.objects.filter(company=company)}
    ordered = sorted(parties.values(), key=lambda party: (party.name, party.pk))
    keys = [party.pk for party in ordered]
    for start in range(0, len(keys), SET):
        some = keys[start : start + SET]
        found = positions_on(some, day)
        marks = _marks(company, found, day)
        places = {pk: place for place, pk in enumerate(some)}
        for pk, currency in sorted(found, key=lambda key: (places[key[0]], key[1])):
            party, position = parties[pk], found[pk, currency]
            party.company = company
            rows = _interest(party, position, day) if with_interest else None
            yield from _rows(Owner(party, currency, day), position, marks, rows)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose rows, in which currency, on which day."""

    party: Party
    currency: str
    day: date


def _rows(
    owner: Owner,
    position: Position,
    marks: Mapping[int, tuple[Mark, ...]],
    interest: Mapping[int, Decimal] | None,
) -> Iterator[OpenPosition]:
    party, currency, day = owner.party, owner.currency, owner.day
    for row in position.rows:
        yield OpenPosition(
            party,
            currency,
            day,
            position.owed[row.pk],
            row,
            row.document.number,
            days_overdue(row.due_date, day),
            marks.get(row.pk, ()),
            None if interest is None else interest.get(row.pk, Decimal("0.00")),
        )
    for credit in position.credits:
        yield OpenPosition(party, currency, credit.date, -credit.amount, number=credit.number)


def _interest(party: Party, position: Position, day: date) -> dict[int, Decimal]:
    """By instalment, the flat sum once a document: on its first row."""
    seen: set[int] = set()
    found: dict[int, Decimal] = {}
    for each in charge_interest(position.rows, position.owed, counting_of(party, day)):
        flat = Decimal(0) if each.row.document_id in seen else each.flat
        seen.add(each.row.document_id)
        found[each.row.pk] = each.due + flat
    return found


def _marks(
    company: Company, found: Mapping[tuple[int, str], Position], day: date
) -> dict[int, tuple[Mark, ...]]:
    rows = [row for position in found.values() for row in position.rows]
    owed = {pk: amount for position in found.values() for pk, amount in position.owed.items()}
    holds = holds_of([(row.pk, row.document_id, row.party_id) for row in rows], day)
    acts = notices_delivered(company, [row.pk for row in rows])
    return {
        row.pk: mark_credit(
            owed[row.pk],
            row.due_date,
            day,
            holds={hold.kind for hold in holds_in_force(holds.get(row.pk, ()), day)},
            last_act=acts.get(row.pk),
        )
        for row in rows
        if row.kind != DocumentKind.CREDIT_NOTE
    }

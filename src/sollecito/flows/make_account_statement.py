"""Estratto conto of a customer at any date, as PDF: a partite aperte, or as scheda contabile."""

from __future__ import annotations

from collections.abc import Sequence

from sollecito.domain.account_card import make_account_card
from sollecito.domain.money import Language
from sollecito.domain.schedule import InstalmentFacts
from sollecito.domain.sdi import Collectible
from sollecito.domain.statements import Form, StatementOrder
from sollecito.domain.wording import ReminderFacts, Writer
from sollecito.domain.wording.naming import full_number
from sollecito.dunning.account_entries import account_entries
from sollecito.dunning.positions import Position, position_on
from sollecito.flows import clock
from sollecito.flows.describe_parties import describe_company, describe_party, language_of
from sollecito.flows.gather_desk import takings_recorded_until
from sollecito.flows.gather_interest import Charged, charge_interest, counting_of, sum_charged
from sollecito.flows.gather_items import accounts_of, make_item
from sollecito.formats.pdf.statement import (
    CardSheet,
    InterestSheet,
    make_card_statement,
    make_statement,
)
from sollecito.ledger.models import Party


def make_account_statement(
    party: Party, currency: str, order: StatementOrder, *, language: Language | None = None
) -> bytes:
    """The PDF. What is open is exact at ``order.day``; interest is counted in euro alone."""
    position = position_on(party, currency, order.day)
    facts = _facts(party, order, position, language or language_of(party))
    interest = None
    if order.with_interest and currency == "EUR":
        counting = counting_of(party, order.day)
        interest = _sheet(charge_interest(position.rows, position.owed, counting))
    if order.form is Form.OPEN_ITEMS:
        return make_statement(facts, interest)
    card = make_account_card(account_entries(party, currency), order.first, order.day)
    sheet = CardSheet(card, currency, order.first, order.is_confirmation)
    return make_card_statement(facts, sheet, interest)


def _sheet(charged: Sequence[Charged]) -> InterestSheet:
    rows = [
        (full_number(each.row.document.number, each.row.document.series), row)
        for each in charged
        for row in each.interest.rows
    ]
    return InterestSheet(rows, sum_charged(charged))


def _facts(
    party: Party, order: StatementOrder, position: Position, language: Language
) -> ReminderFacts:
    company = party.company
    accounts = accounts_of(company)
    known = Collectible(is_collectible=True)
    items = [
        make_item(row, InstalmentFacts(position.owed[row.pk], known), order.day, accounts)
        for row in position.rows
    ]
    today = clock.today(company.time_zone)
    return ReminderFacts(
        creditor=describe_company(company),
        writer=Writer(company.email, company.contact_name, company.contact_role, company.phone),
        debtor=describe_party(party, ""),
        items=tuple(items),
        today=order.day,
        takings_until=min(takings_recorded_until(company, today), order.day),
        pay_by=order.day,
        language=language,
        credits=tuple(position.credits),
    )

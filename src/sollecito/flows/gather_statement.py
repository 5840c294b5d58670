"""The statement of account of a customer on a day, one a currency, whatever holds its reminders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sollecito.domain.wording import ReminderFacts
from sollecito.dunning.queries import open_credits
from sollecito.flows.choose_sender import choose_sender
from sollecito.flows.describe_parties import describe_company, describe_party
from sollecito.flows.gather_desk import takings_recorded_until
from sollecito.flows.gather_reminder_facts import name_writer, open_items
from sollecito.formats.pdf.statement import make_statement
from sollecito.ledger.models import Instalment, Party


def make_statements(party: Party, today: date) -> Iterator[tuple[str, bytes]]:
    """Name and PDF of each; none where nothing is open."""
    company = party.company
    owed = Instalment.objects.filter(company=company, party=party, balance__gt=0)
    for currency in sorted(set(owed.order_by().values_list("currency", flat=True))):
        items = open_items(company, [party], currency, today)
        if not items:
            continue
        facts = ReminderFacts(
            creditor=describe_company(company),
            writer=name_writer(company, None, choose_sender(company)),
            debtor=describe_party(party, ""),
            items=items,
            today=today,
            takings_until=takings_recorded_until(company, today),
            pay_by=today,
            credits=tuple(open_credits(party.pk, currency)),
        )
        name = "estratto-conto.pdf" if currency == "EUR" else f"estratto-conto-{currency}.pdf"
        yield name, make_statement(facts)

"""What a reminder is worded from, beyond its items: who writes, to whom, what was said before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sollecito.accounts.models import Company, User
from sollecito.domain.wording import Exclusion, Item, ReminderFacts, Writer
from sollecito.domain.working_days import next_working_day
from sollecito.dunning.fact_queries import instalment_facts
from sollecito.dunning.queries import (
    instalments_to_word,
    issued_reminders,
    open_credits,
)
from sollecito.flows import clock
from sollecito.flows.choose_sender import SendingAccount
from sollecito.flows.describe_parties import (
    describe_company,
    describe_reader,
    describe_served,
    language_of,
)
from sollecito.flows.gather_desk import Desk
from sollecito.flows.gather_items import accounts_of, make_items
from sollecito.flows.name_customers import name_apart
from sollecito.flows.part_rows import parties_of
from sollecito.flows.reminder_options import ReminderDraft
from sollecito.ledger.models import Instalment, Party

DAYS_TO_PAY = 7
EARLIER_SHOWN = 3


def gather_facts(
    desk: Desk,
    rows: Sequence[Instalment],
    items: Sequence[Item],
    *,
    writer: Writer,
    exclusions: tuple[Exclusion, ...] = (),
    beside: Collection[int] = (),
) -> ReminderFacts:
    """All that a message about these instalments says, in the language of its customer.

    Of several customers it speaks to who answers for them.
    ``beside`` are contents of the same communication, which are not what was said before.
    """
    parties, company = parties_of(rows), desk.company
    names = name_apart(parties) if len(parties) > 1 else {}
    today = clock.today(company.time_zone)
    before = issued_reminders([row.pk for row in rows]).exclude(content__in=beside)
    earlier = before.values_list("issued_date", flat=True)
    days = sorted({day for day in earlier if day and day <= today})
    return ReminderFacts(
        creditor=describe_company(company),
        writer=writer,
        debtor=describe_reader(parties),
        items=tuple(items),
        today=today,
        takings_until=desk.takings_until,
        pay_by=next_working_day(today + timedelta(days=DAYS_TO_PAY), desk.calendar),
        language=language_of(parties[0]),
        served=describe_served(parties),
        credits=tuple(
            credit
            for party in parties
            for credit in open_credits(party.pk, rows[0].currency, names.get(party.pk, ""))
        ),
        exclusions=exclusions,
        earlier_dates=tuple(days[-EARLIER_SHOWN:]),
    )


def list_open_items(draft: ReminderDraft) -> ReminderFacts:
    """The facts of ``draft`` with every open item of its customers, for the statement."""
    parties = parties_of(draft.rows)
    items = open_items(draft.company, parties, draft.facts.currency, draft.facts.today)
    return replace(draft.facts, items=items)


def open_items(
    company: Company, parties: Sequence[Party], currency: str, today: date
) -> tuple[Item, ...]:
    """Every open item of some customers in one currency that may be asked for."""
    ids = Instalment.objects.filter(
        company=company, party__in=parties, currency=currency, balance__gt=0
    ).values_list("pk", flat=True)
    rows = instalments_to_word(company, ids)
    as_of = clock.pretended_day(company.time_zone)
    facts = instalment_facts([row.pk for row in rows], today, as_of=as_of)
    asked = [
        row
        for row in rows
        if facts[row.pk].collectible.is_collectible and facts[row.pk].balance > 0
    ]
    return tuple(make_items(asked, facts, today, accounts_of(company)))


def name_writer(company: Company, user: User | None, account: SendingAccount) -> Writer:
    """Who signs: the person named in the settings, else who is writing."""
    name = company.contact_name or (user.name if user else "")
    phone = company.phone
    if user and not company.contact_name:
        phone = user.phone or company.phone
    return Writer(account.answers_to, name, company.contact_role, phone)

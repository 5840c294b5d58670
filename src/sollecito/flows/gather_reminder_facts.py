"""What a reminder is worded from, beyond its items: who writes, to whom, what was said before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Address, CustomerKind
from sollecito.domain.money import Language
from sollecito.domain.wording import Creditor, Debtor, Exclusion, Item, ReminderFacts, Writer
from sollecito.domain.working_days import next_working_day
from sollecito.dunning.fact_queries import instalment_facts
from sollecito.dunning.queries import (
    instalments_to_word,
    issued_reminders,
    open_credits,
)
from sollecito.flows import clock
from sollecito.flows.choose_recipients import contact_of
from sollecito.flows.choose_sender import SendingAccount
from sollecito.flows.gather_desk import Desk
from sollecito.flows.gather_items import accounts_of, make_item
from sollecito.flows.reminder_options import ReminderDraft
from sollecito.ledger.models import Instalment, Party

DAYS_TO_PAY = 7
CONSUMERS = frozenset({CustomerKind.PRIVATE, CustomerKind.CONDOMINIUM})
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
    """All that a message about these instalments of one customer says, in its language.

    ``beside`` are contents of the same communication, which are not what was said before.
    """
    party, company = rows[0].party, desk.company
    today = clock.today(company.time_zone)
    before = issued_reminders([row.pk for row in rows]).exclude(content__in=beside)
    earlier = before.values_list("issued_date", flat=True)
    days = sorted({day for day in earlier if day and day <= today})
    return ReminderFacts(
        creditor=describe_company(company),
        writer=writer,
        debtor=describe_party(party, contact_of(party)),
        items=tuple(items),
        today=today,
        takings_until=desk.takings_until,
        pay_by=next_working_day(today + timedelta(days=DAYS_TO_PAY), desk.calendar),
        language=language_of(party),
        credits=tuple(open_credits(party.pk, rows[0].currency)),
        exclusions=exclusions,
        earlier_dates=tuple(days[-EARLIER_SHOWN:]),
    )


def list_open_items(draft: ReminderDraft) -> ReminderFacts:
    """The facts of ``draft`` with every open item of the customer, for the statement."""
    items = open_items(draft.company, draft.party, draft.facts.currency, draft.facts.today)
    return replace(draft.facts, items=items)


def open_items(company: Company, party: Party, currency: str, today: date) -> tuple[Item, ...]:
    """Every open item of a customer in one currency that may be asked for."""
    ids = Instalment.objects.filter(
        company=company, party=party, currency=currency, balance__gt=0
    ).values_list("pk", flat=True)
    rows = instalments_to_word(company, ids)
    as_of = clock.pretended_day(company.time_zone)
    facts = instalment_facts([row.pk for row in rows], today, as_of=as_of)
    accounts = accounts_of(company)
    return tuple(
        make_item(row, facts[row.pk], today, accounts)
        for row in rows
        if facts[row.pk].collectible.is_collectible and facts[row.pk].balance > 0
    )


def name_writer(company: Company, user: User | None, account: SendingAccount) -> Writer:
    """Who signs: the person named in the settings, else who is writing."""
    name = company.contact_name or (user.name if user else "")
    phone = company.phone
    if user and not company.contact_name:
        phone = user.phone or company.phone
    return Writer(account.answers_to, name, company.contact_role, phone)


def describe_company(company: Company) -> Creditor:
    """The creditor's facts."""
    return Creditor(
        name=company.name,
        short_name=company.short_name,
        vat_number=company.vat_number,
        tax_code=company.tax_code,
        address=_address(company),
        pec=company.pec,
        representative=company.representative,
    )


def describe_party(party: Party, contact: str) -> Debtor:
    """The customer's facts; ``contact`` is the person greeted."""
    return Debtor(
        name=party.name,
        contact=contact,
        vat_country=party.vat_country,
        vat_number=party.vat_number,
        tax_code=party.tax_code,
        address=_address(party),
        is_foreign=party.kind == CustomerKind.FOREIGN or party.country not in {"", "IT"},
        reader="private" if party.kind == CustomerKind.PRIVATE else "business",
        is_consumer=party.kind in CONSUMERS,
    )


def language_of(party: Party) -> Language:
    """Italian for who reads it, else English."""
    return "it" if party.language in {"", "it"} else "en"


def _address(row: Company | Party) -> Address:
    return Address(row.street, row.postcode, row.city, row.province, row.country)

"""The sample company before its first document: people, accounts, agents, customers."""

from __future__ import annotations

from dataclasses import dataclass

from sollecito.accounts.models import Company, User
from sollecito.flows.choose_contact import choose_contact
from sollecito.flows.declare_takings import answer_takings
from sollecito.flows.edit_bank_accounts import AccountData, save_account
from sollecito.flows.edit_closures import add_closure
from sollecito.flows.edit_company import edit_company
from sollecito.flows.edit_customer import Contact, edit_customer
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.manage_agents import save_agent
from sollecito.flows.manage_users import invite_user, make_user
from sollecito.flows.save_contact import save_contact
from sollecito.flows.set_up_company import set_up_company
from sollecito.ledger.models import Party
from sollecito.sample.company import Sample
from sollecito.sample.customers import customers
from sollecito.sample.firm import (
    AUTO_COPY_CUSTOMERS,
    FIRM,
    FIXED_DAY_CUSTOMERS,
    GIULIA,
    PASSWORD,
    PATRON_DAY,
    PAYING_OFFICES,
    SHORT_NAME,
    closures,
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Scena: the company, who does what in it, its customers by their number in the sample."""

    company: Company
    office: User
    bookkeeper: User
    customers: dict[int, Party]


def set_up_sample(sample: Sample) -> Stage:
    """Make the company as its owner would, and fill in its customers from their sheet."""
    head, *others = sample.people
    owner = make_user(email=head.email, name=head.name, password=PASSWORD, phone=head.phone)
    company = _make_company(owner)
    users = {head.email: owner}
    for person in others:
        data = {"name": person.name, "password": PASSWORD, "phone": person.phone}
        joined = invite_user(company, by=owner, email=person.email, role=person.role, data=data)
        users[person.email] = joined.user
    for account in sample.accounts:
        parts = (account.iban, account.holder, account.bank, "", account.is_default)
        save_account(company, by=None, founder=owner, data=AccountData(*parts))
    for agent in sample.agents:
        save_agent(
            company,
            user=owner,
            name=agent.name,
            email=agent.email,
            phone=agent.phone,
            has_weekly_list=agent.has_weekly_list,
        )
    for first, last, note in closures(sample.today):
        add_closure(company, first, last, note=note, user=owner)
    edit_company(company, user=owner, changes={"reader_gap_days": 0, "customer_day_cap": 0})
    office = users[GIULIA.email]
    sheet = NamedFile("clienti.csv", content=sample.customers_sheet)
    import_files([sheet], company=company, user=office, source="demo", sheets=import_sheet)
    answer_takings(company, user=owner)
    bookkeeper = next(user for email, user in users.items() if email.startswith("contabile@"))
    return Stage(company, office, bookkeeper, _complete_customers(company, office))


def _make_company(owner: User) -> Company:
    address = FIRM.address
    company = set_up_company(
        vat=FIRM.vat_number,
        name=FIRM.name,
        email=FIRM.email,
        owner=owner,
        details={
            "short_name": SHORT_NAME,
            "tax_code": FIRM.tax_code,
            "street": address.street,
            "postcode": address.postcode,
            "city": address.city,
            "province": address.province,
            "country": address.country,
            "pec": FIRM.pec,
            "phone": FIRM.phone,
            "contact_name": GIULIA.name,
            "contact_role": "Amministrazione",
            "representative": "Paola Ventura, legale rappresentante",
            "patron_day": PATRON_DAY,
        },
    )
    company.is_sample = True
    company.save(update_fields=["is_sample"])
    return company


def _complete_customers(company: Company, office: User) -> dict[int, Party]:
    """Confirm what each customer is, who gets copies of its invoices, and who pays for it."""
    rows = {row.name: row for row in Party.objects.filter(company=company).select_related("agent")}
    found = {}
    for code, customer in customers().items():
        party = found[code] = rows[customer.party.name]
        payment_day, grace_days = FIXED_DAY_CUSTOMERS.get(code, (0, 0))
        changes = {
            "kind": customer.kind.value,
            "auto_copy": code in AUTO_COPY_CUSTOMERS,
            "payment_day": payment_day,
            "grace_days": grace_days,
        }
        edit_customer(party, user=office, changes=changes)
    for each in PAYING_OFFICES:
        addresses = (Contact("email", each.email), Contact("phone", each.phone))
        contact = save_contact(company, name=each.name, addresses=addresses, user=office)
        for code in each.customers:
            choose_contact(found[code], contact, user=office)
    return found

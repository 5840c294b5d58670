"""Companies, users, accounts and agents: what is saved, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from sollecito.accounts.models import AuditEntry, Company, Membership, User
from sollecito.flows.edit_bank_accounts import AccountData, remove_account, save_account
from sollecito.flows.edit_company import edit_company
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.manage_agents import remove_agent, save_agent
from sollecito.flows.manage_users import LastOwnerError, change_user, invite_user, remove_user
from sollecito.flows.set_up_company import (
    AlreadySetUpError,
    CompanyRefusedError,
    set_up_company,
    set_up_installation,
)
from sollecito.ledger.models import BankAccount, Party

pytestmark = pytest.mark.django_db

VAT = "12345670157"
IBAN = "IT18Z9999099990000000000101"
OTHER_IBAN = "IT08B9999099990000000000202"
PASSWORD = "quattro parole di prova"


def problems(caught: pytest.ExceptionInfo[FieldsRefusedError]) -> dict[str, str]:
    return {field: problem.code for field, problem in caught.value.problems.items()}


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def owner() -> User:
    person = {"email": "Titolare@Example.test", "name": "Ada Rossi", "password": PASSWORD}
    return set_up_installation(person=person, company={"vat_number": VAT, "name": "Prova"})[0]


@pytest.fixture
def company(owner: User) -> Company:
    return Company.objects.get(memberships__user=owner)


def test_the_first_run_makes_owner_company_and_account() -> None:
    person = {"email": "Titolare@Example.test", "name": "Ada Rossi", "password": PASSWORD}
    data = {"vat_number": "IT 12345670157", "name": "Prova S.r.l.", "bank": "Banca di Prova"}
    user, company = set_up_installation(person=person, company=data, iban=IBAN)
    assert company
    assert user.email == "titolare@example.test"
    assert user.check_password(PASSWORD)
    assert company.vat_number == VAT
    assert company.memberships.get().role == Membership.Role.OWNER
    account = company.bank_accounts.get()
    assert (account.iban, account.is_default, account.holder) == (IBAN, True, "Prova S.r.l.")
    with pytest.raises(AlreadySetUpError):
        set_up_installation(person=person, company=data)


def test_the_first_run_tells_every_problem_at_once_and_saves_nothing() -> None:
    with pytest.raises(FieldsRefusedError) as caught:
        set_up_installation(
            person={"email": "non è", "name": "", "password": "123"},
            company={"vat_number": "12345670158", "name": ""},
            iban="IT18Z9999099990000000000102",
        )
    assert problems(caught) == {
        "user_email": "email_form",
        "user_name": "missing",
        "password": "password",
        "vat_number": "vat_check_digit",
        "name": "missing",
        "iban": "iban_check_digits",
    }
    assert not User.objects.exists()
    assert not Company.objects.exists()


def test_a_company_of_the_command_line_belongs_to_who_set_up(owner: User) -> None:
    made = set_up_company(vat="99900010473", name="Seconda", email="a@seconda.example")
    assert made.memberships.get().user == owner
    with pytest.raises(CompanyRefusedError) as caught:
        set_up_company(vat="99900010473", name="Terza")
    assert problems(caught) == {"vat_number": "vat_taken"}


def test_a_wrong_vat_number_is_taken_only_without_check() -> None:
    with pytest.raises(CompanyRefusedError):
        set_up_company(vat="12345678901", name="Campione")
    assert set_up_company(vat="12345678901", name="Campione", check=False).vat_number
    with pytest.raises(CompanyRefusedError):
        set_up_company(vat=" ", name="Campione", check=False)


def test_companies_made_before_any_user_become_the_first_users() -> None:
    made = set_up_company(vat=VAT, name="Prima")
    person = {"email": "a@example.test", "name": "Ada", "password": PASSWORD}
    user, company = set_up_installation(person=person, company={})
    assert company == made
    assert made.memberships.get().user == user


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vat_number": "12345670158"}, {"vat_number": "vat_check_digit"}),
        ({"vat_number": ""}, {"vat_number": "missing"}),
        ({"tax_code": "ABC"}, {"tax_code": "tax_code_length"}),
        ({"email": "a@b"}, {"email": "email_form"}),
        ({"patron_day": "02-30"}, {"patron_day": "patron_day"}),
        ({"default_days": 400}, {"default_days": "default_days"}),
    ],
)
def test_company_fields_are_checked(
    company: Company, changes: dict[str, Any], code: dict[str, str]
) -> None:
    with pytest.raises(FieldsRefusedError) as caught:
        edit_company(company, user=None, changes=changes)
    assert problems(caught) == code


def test_company_changes_are_saved_and_written_down(company: Company, owner: User) -> None:
    changes = {"city": " Pistoia ", "patron_day": "07-25"}
    assert edit_company(company, user=owner, changes=changes)
    company.refresh_from_db()
    assert (company.city, company.patron_day) == ("Pistoia", "07-25")
    entry = AuditEntry.objects.get(action="company_edited")
    assert entry.details["city"] == ["", "Pistoia"]
    assert not edit_company(company, user=owner, changes=changes)


def test_one_account_is_the_default(company: Company) -> None:
    first = save_account(company, by=None, data=AccountData("it18 Z999 9099 9900 0000 0000 101"))
    second = save_account(company, by=None, data=AccountData(OTHER_IBAN, is_default=True))
    first.refresh_from_db()
    assert (first.iban, first.is_default, second.is_default) == (IBAN, False, True)
    with pytest.raises(FieldsRefusedError) as caught:
        save_account(company, by=None, data=AccountData(IBAN, bic="X"))
    assert problems(caught) == {"iban": "iban_taken", "bic": "bic_format"}
    remove_account(second, by=None)
    assert BankAccount.objects.get().is_default


def test_users_come_and_go_but_never_the_last_owner(company: Company, owner: User) -> None:
    data = {"name": "Giulia Neri", "password": PASSWORD}
    office = invite_user(company, by=owner, email="G@example.test", role="lettura", data=data)
    change_user(office, by=owner, changes={"role": "amministrazione", "phone": "0573 1"})
    office.refresh_from_db()
    assert (office.role, office.user.phone) == ("amministrazione", "0573 1")
    mine = company.memberships.get(user=owner)
    with pytest.raises(LastOwnerError):
        change_user(mine, by=owner, changes={"role": "lettura"})
    with pytest.raises(LastOwnerError):
        remove_user(mine, by=owner)
    with pytest.raises(FieldsRefusedError) as caught:
        invite_user(company, by=owner, email="g@example.test", role="lettura", data=data)
    assert problems(caught) == {"email": "user_taken"}
    remove_user(office, by=owner)
    assert not User.objects.get(email="g@example.test").is_active


def test_an_owner_does_not_change_the_password_of_another_company(owner: User) -> None:
    second = set_up_company(vat="99900010473", name="Seconda", owner=None)
    data = {"name": "Giulia", "password": PASSWORD}
    first = Company.objects.get(vat_number=VAT)
    here = invite_user(first, by=owner, email="g@example.test", role="lettura", data=data)
    there = invite_user(second, by=owner, email="g@example.test", role="lettura", data={})
    change_user(there, by=owner, changes={"password": "un'altra frase lunga", "name": "Altra"})
    here.user.refresh_from_db()
    assert here.user.check_password(PASSWORD)
    assert here.user.name == "Giulia"


def test_an_agent_leaves_his_customers(company: Company) -> None:
    agent = save_agent(company, user=None, name="Davide Corsi", email="d@example.test")
    Party.objects.create(company=company, identity="IT:1", name="A", kind="impresa", agent=agent)
    with pytest.raises(FieldsRefusedError) as caught:
        save_agent(company, user=None, name="davide corsi", email="no")
    assert problems(caught) == {"name": "taken", "email": "email_form"}
    assert remove_agent(agent, user=None) == 1
    assert Party.objects.get().agent is None

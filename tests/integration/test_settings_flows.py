"""Companies, users, accounts, agents and the mail account: what is saved, and what is refused."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from sollecito.accounts.models import AuditEntry, Company, Membership, User
from sollecito.flows.check_sender import check_sender
from sollecito.flows.edit_bank_accounts import AccountData, remove_account, save_account
from sollecito.flows.edit_company import edit_company
from sollecito.flows.edit_sender import active_sender, remove_sender, save_sender
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.manage_agents import remove_agent, save_agent
from sollecito.flows.manage_users import LastOwnerError, change_user, invite_user, remove_user
from sollecito.flows.seal_password import PasswordLostError, open_password, seal_password
from sollecito.flows.set_up_company import (
    AlreadySetUpError,
    CompanyRefusedError,
    set_up_company,
    set_up_installation,
)
from sollecito.ledger.models import BankAccount, Party
from sollecito.outbox.models import Sender
from tests.authority import Authority
from tests.crash.fault_server import Fault, FaultServer
from tests.integration.test_smtp_tls import (
    Start,
    authenticate,
    authority,  # noqa: F401  a fixture
    start,  # noqa: F401  a fixture
)

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
        ({"reminder_subject": "{{ partite }}"}, {"reminder_subject": "not_in_subject"}),
        ({"reminder_text": "Ciao {{ nessuno }}"}, {"reminder_text": "unknown"}),
    ],
)
def test_company_fields_are_checked(
    company: Company, changes: dict[str, Any], code: dict[str, str]
) -> None:
    with pytest.raises(FieldsRefusedError) as caught:
        edit_company(company, user=None, changes=changes)
    assert problems(caught) == code


def test_company_changes_are_saved_and_written_down(company: Company, owner: User) -> None:
    changes = {"city": " Pistoia ", "patron_day": "07-25", "reminder_text": "Salve\n%Partita"}
    assert edit_company(company, user=owner, changes=changes)
    company.refresh_from_db()
    assert (company.city, company.patron_day) == ("Pistoia", "07-25")
    entry = AuditEntry.objects.get(action="company_edited")
    assert entry.details["city"] == ["", "Pistoia"]
    assert not edit_company(company, user=owner, changes=changes)


def test_one_account_is_the_default(company: Company) -> None:
    first = save_account(company, user=None, data=AccountData("it18 Z999 9099 9900 0000 0000 101"))
    second = save_account(company, user=None, data=AccountData(OTHER_IBAN, is_default=True))
    first.refresh_from_db()
    assert (first.iban, first.is_default, second.is_default) == (IBAN, False, True)
    with pytest.raises(FieldsRefusedError) as caught:
        save_account(company, user=None, data=AccountData(IBAN, bic="X"))
    assert problems(caught) == {"iban": "iban_taken", "bic": "bic_format"}
    remove_account(second, user=None)
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


# ── the mail account ────────────────────────────────────────────────────────


def account(port: int, **more: Any) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": port,
        "security": "plain",
        "user": "",
        "from_address": "solleciti@example.test",
    } | more


def test_the_password_is_sealed_and_its_key_lies_outside(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "BOX_KEY_FILE", tmp_path / "keys" / "box.key")
    values = account(465, security="tls", user="u@example.test", host="smtp.example.test")
    sender = save_sender(company, user=None, values=values, password="segreta")
    assert "segreta" not in sender.password_box
    assert open_password(sender.password_box) == "segreta"
    assert django_settings.BOX_KEY_FILE.stat().st_mode & 0o077 == 0
    assert not any("segreta" in str(entry.details) for entry in AuditEntry.objects.all())
    save_sender(company, user=None, values=values | {"from_name": "Prova"})
    assert open_password(Sender.objects.get().password_box) == "segreta"
    monkeypatch.setattr(django_settings, "BOX_KEY_FILE", tmp_path / "keys" / "other.key")
    with pytest.raises(PasswordLostError):
        open_password(sender.password_box)


def test_the_password_never_follows_to_another_server(company: Company) -> None:
    values = account(465, security="tls", user="u@example.test", host="smtp.example.test")
    save_sender(company, user=None, values=values, password="segreta")
    with pytest.raises(FieldsRefusedError) as caught:
        save_sender(company, user=None, values=values | {"host": "smtp.altrove.test"})
    assert problems(caught) == {"password": "password_again"}
    with pytest.raises(FieldsRefusedError) as caught:
        save_sender(company, user=None, values=values | {"security": "plain"}, password="x")
    assert problems(caught) == {"security": "plain"}
    remove_sender(company, user=None)
    assert active_sender(company) is None
    assert not Sender.objects.get().password_box


def test_the_sample_company_has_no_account(company: Company) -> None:
    company.is_sample = True
    with pytest.raises(FieldsRefusedError) as caught:
        save_sender(company, user=None, values=account(465))
    assert problems(caught) == {"host": "sample"}
    assert not Sender.objects.exists()


def test_a_test_mail_arrives_and_ends_a_pause(
    company: Company, owner: User, tmp_path: Path
) -> None:
    with FaultServer(tmp_path / "log") as server:
        sender = save_sender(company, user=owner, values=account(server.port))
        Sender.objects.update(paused_reason="troppi rifiuti", paused_at=company.created_at)
        outcome = check_sender(sender, user=owner)
        [taken] = server.taken()
    assert outcome.is_ok
    assert owner.email in outcome.message
    assert taken.recipients == [owner.email]
    sender.refresh_from_db()
    assert sender.tested_at
    assert sender.paused_at is None


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("mail", 550, "not yours"), ("come mittente", "indirizzo della casella")),
        (Fault("rcpt", 550, "relay denied"), ("non accetta di scrivere a", "tuo indirizzo")),
        (Fault("rcpt", 451, "greylisted"), ("non accetta di scrivere a", "riprovare più tardi")),
        (Fault("dot", 554, "spam"), ("rifiutato il messaggio", "sue parole")),
        (Fault("banner", 0), ("ha chiuso la connessione", "465 con TLS")),
        (Fault("lost_reply", 0), ("non ha risposto", "l'account funziona")),
    ],
    ids=["from", "rcpt", "grey", "spam", "banner", "lost"],
)
def test_what_a_server_refuses_is_explained(
    company: Company, owner: User, tmp_path: Path, fault: Fault, said: tuple[str, str]
) -> None:
    with FaultServer(tmp_path / "log", [fault]) as server:
        sender = save_sender(company, user=owner, values=account(server.port))
        outcome = check_sender(sender, user=owner)
    assert not outcome.is_ok
    assert said[0] in outcome.message
    assert said[1] in outcome.hint
    assert outcome.words
    sender.refresh_from_db()
    assert sender.tested_at is None


def test_a_closed_port_and_an_unknown_host_are_explained(company: Company, owner: User) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    closed = check_sender(save_sender(company, user=owner, values=account(port)), user=owner)
    assert "porta è chiusa" in closed.message
    values = account(465, host="smtp.nessuno.invalid", security="tls")
    unknown = check_sender(save_sender(company, user=owner, values=values), user=owner)
    assert "smtp.nessuno.invalid" in unknown.message
    assert "nome" in unknown.hint


def test_a_wrong_password_is_explained(
    company: Company,
    owner: User,
    start: Start,  # noqa: F811  the fixture imported above
    authority: Authority,  # noqa: F811  the same
) -> None:
    _, port = start(
        tls_context=authority.server_context(), auth_required=True, authenticator=authenticate
    )
    values = account(port, user="ufficio@example.test", security="starttls")
    sender = save_sender(company, user=owner, values=values, password="sbagliata")
    outcome = check_sender(sender, user=owner)
    assert "non accetta utente e password" in outcome.message
    assert "password per le app" in outcome.hint
    assert "sbagliata" not in outcome.words


def test_a_certificate_of_another_name_is_explained(
    company: Company,
    owner: User,
    start: Start,  # noqa: F811  the fixture imported above
    authority: Authority,  # noqa: F811  the same
) -> None:
    _, port = start(ssl_context=authority.server_context("127.0.0.2"))
    sender = save_sender(company, user=owner, values=account(port, security="tls"))
    outcome = check_sender(sender, user=owner)
    assert "certificato di 127.0.0.1 non è valido" in outcome.message


def test_tls_on_a_plain_port_is_explained(company: Company, owner: User, tmp_path: Path) -> None:
    with FaultServer(tmp_path / "log") as server:
        values = account(server.port, security="tls")
        outcome = check_sender(save_sender(company, user=owner, values=values), user=owner)
        assert "non parla la cifratura scelta" in outcome.message
        values = account(server.port, security="starttls")
        outcome = check_sender(save_sender(company, user=owner, values=values), user=owner)
        assert "non offre la cifratura" in outcome.message


def test_a_lost_key_is_explained(
    company: Company, owner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = save_sender(
        company, user=owner, values=account(465, user="u", host="localhost"), password="segreta"
    )
    monkeypatch.setattr(django_settings, "BOX_KEY_FILE", tmp_path / "other.key")
    assert seal_password("") == ""
    outcome = check_sender(sender, user=owner)
    assert "riscrivi la password" in outcome.message

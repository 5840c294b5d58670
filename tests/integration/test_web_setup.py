"""The first run, one's own profile, and Impostazioni, as pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sollecito.accounts.models import Company, Membership, User
from sollecito.flows.set_up_company import set_up_company
from sollecito.ledger.models import Agent, BankAccount
from tests.builders import SELLER_VAT
from tests.web_rows import OTHER_VAT, PASSWORD, enter, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]

FIRST = {
    "user_name": "Ada Rossi",
    "user_email": "ada@prima.example",
    "password": PASSWORD,
    "name": "Prima S.r.l.",
    "vat_number": SELLER_VAT,
    "email": "amministrazione@prima.example",
    "phone": "",
    "iban": "IT18Z9999099990000000000101",
    "bank": "Banca di Prova",
}


@pytest.fixture
def owner() -> User:
    user = User.objects.create_user("ada@prima.example", PASSWORD, name="Ada Rossi")
    set_up_company(vat=SELLER_VAT, name="Prima S.r.l.", owner=user)
    return user


@pytest.fixture
def company(owner: User) -> Company:
    return Company.objects.get(memberships__user=owner)


@pytest.fixture
def client(owner: User) -> Client:
    return enter(owner)


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_new_installation_leads_to_the_first_run() -> None:
    answer = Client().get("/", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("web:setup")
    assert "Benvenuto" in said(answer)


def test_the_first_run_signs_in_and_leads_to_the_import() -> None:
    client = Client()
    answer = client.post(reverse("web:setup"), FIRST)
    assert answer["Location"] == reverse("web:imports")
    assert said(client.get(reverse("web:imports"))).count("Trascina qui") == 1
    company = Company.objects.get()
    assert company.bank_accounts.get().is_default
    assert company.memberships.get().role == "titolare"
    assert Client().get(reverse("web:setup"))["Location"] == reverse("web:login")


def test_the_first_run_says_what_is_wrong_beside_each_field() -> None:
    wrong = FIRST | {"vat_number": "12345670158", "iban": "IT18Z999909999", "password": "123"}
    page = said(Client().post(reverse("web:setup"), wrong))
    assert "la cifra di controllo non torna" in page
    assert "Un IBAN italiano ha 27 caratteri" in page
    assert "id_password_error" in page
    assert "La password è troppo corta" in page
    assert "This password" not in page
    assert 'value="Prima S.r.l."' in page
    assert not Company.objects.exists()


def test_a_titolare_adds_another_company_and_works_in_it(client: Client) -> None:
    data = {"vat_number": OTHER_VAT, "name": "Seconda S.r.l."}
    assert client.post(reverse("web:setup"), data)["Location"] == reverse("web:imports")
    assert "Seconda S.r.l." in said(client.get(reverse("web:settings")))


def test_the_company_is_changed_and_checked(client: Client, company: Company) -> None:
    path = reverse("web:settings")
    data = {"name": "Prima S.p.A.", "vat_number": SELLER_VAT, "country": "it", "email": "no"}
    assert "non è un indirizzo e-mail" in said(client.post(path, data))
    assert client.post(path, data | {"email": "a@prima.example"}).status_code == 302
    company.refresh_from_db()
    assert (company.name, company.country) == ("Prima S.p.A.", "IT")


def test_the_patron_day_is_written_as_people_do(client: Client, company: Company) -> None:
    path = reverse("web:settings_rules")
    data = {
        "window_start": "09:00",
        "window_end": "18:00",
        "patron_day": "25/7",
        "agents_weekday": "2",
        "default_days": "60",
        "sdi_rule": "receipt_only",
        "plan_time": "06:30",
        "quiet_august": "on",
        "customer_day_cap": "2",
        "company_day_cap": "50",
        "reader_gap_days": "10",
        "fresh_takings_days": "5",
    }
    assert client.post(path, data).status_code == 302
    company.refresh_from_db()
    assert (company.patron_day, company.default_days) == ("07-25", 60)
    assert (company.quiet_august, company.quiet_christmas) == (True, False)
    assert (company.customer_day_cap, company.reader_gap_days) == (2, 10)
    assert 'value="25/07"' in said(client.get(path))
    page = said(client.post(path, data | {"window_end": "08:00", "patron_day": "31/02"}))
    assert "finiscono prima di cominciare" in page
    assert "non è un giorno" in page


def test_a_form_without_the_drawer_is_a_page_with_its_heading(client: Client) -> None:
    path = reverse("web:settings_account_new")
    page = said(client.get(path))
    assert "<h1>Nuovo conto</h1>" in page
    assert " ".join(page.split("<title>")[1].split("</title>")[0].split()) == (
        "Nuovo conto · Sollecito"
    )
    assert "<h2>Nuovo conto</h2>" in said(client.get(path, headers={"hx-request": "true"}))


def test_accounts_and_agents_come_and_go(client: Client, company: Company) -> None:
    new = reverse("web:settings_account_new")
    assert "non è valido" in said(client.post(new, {"iban": "IT19Z9999099990000000000101"}))
    client.post(new, {"iban": "IT18 Z999 9099 9900 0000 0000 101", "own_password": PASSWORD})
    account = BankAccount.objects.get(company=company)
    client.post(
        reverse("web:settings_account", args=[account.pk]),
        {"iban": account.iban, "bank": "B", "own_password": PASSWORD},
    )
    assert "IT18 Z999 9099" in said(client.get(reverse("web:settings_accounts")))
    remove = reverse("web:settings_account_remove", args=[account.pk])
    assert "Manca la tua password" in said(client.post(remove))
    assert "La tua password non è questa" in said(client.post(remove, {"own_password": "x"}))
    client.post(remove, {"own_password": PASSWORD})
    assert not BankAccount.objects.exists()
    client.post(reverse("web:settings_agent_new"), {"name": "Davide Corsi"})
    agent = Agent.objects.get(company=company)
    assert "Questo agente c" in said(
        client.post(reverse("web:settings_agent_new"), {"name": "Davide Corsi"})
    )
    client.post(reverse("web:settings_agent_remove", args=[agent.pk]))
    assert not Agent.objects.exists()


def test_users_are_invited_and_the_last_owner_stays(client: Client, company: Company) -> None:
    data = {"name": "Giulia", "email": "g@prima.example", "role": "lettura", "password": PASSWORD}
    client.post(reverse("web:settings_user_new"), data)
    office = Membership.objects.get(user__email="g@prima.example")
    assert Client().login(username="g@prima.example", password=PASSWORD)
    change = {"name": "Giulia Neri", "role": "amministrazione", "password": ""}
    client.post(reverse("web:settings_user", args=[office.pk]), change)
    office.refresh_from_db()
    assert (office.role, office.user.name) == ("amministrazione", "Giulia Neri")
    mine = Membership.objects.get(role="titolare")
    refused = client.post(reverse("web:settings_user_remove", args=[mine.pk]), follow=True)
    assert "unico titolare" in said(refused)
    client.post(reverse("web:settings_user_remove", args=[office.pk]))
    assert not Client().login(username="g@prima.example", password=PASSWORD)


def test_a_new_password_asks_for_the_one_of_now(client: Client, owner: User) -> None:
    path = reverse("web:profile")
    data = {"name": "Ada Rossi", "phone": "0573 1", "password": "un'altra frase lunga"}
    assert "Non è la password di adesso" in said(client.post(path, data | {"current": "x"}))
    assert client.post(path, data | {"current": PASSWORD}).status_code == 302
    owner.refresh_from_db()
    assert owner.check_password("un'altra frase lunga")
    assert client.get(path).status_code == 200

"""The page of the bank: proposals confirmed, put aside, undone; rules taken away."""

from __future__ import annotations

import pytest
from django.test import Client

from sollecito.accounts.models import Company, User
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.set_up_company import set_up_company
from sollecito.ledger.models import BankMovement, BankRule
from tests.bank_files import Line, camt
from tests.builders import SELLER_VAT
from tests.ledger_rows import add_document, add_party
from tests.web_rows import enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(db: None) -> Company:
    owner = User.objects.create_user("titolare@prima.example", "segreta-di-prova", name="Anna")
    return set_up_company(
        vat=SELLER_VAT, name="Prima S.r.l.", email="amministrazione@prima.example", owner=owner
    )


@pytest.fixture
def client(company: Company) -> Client:
    return enter(User.objects.get())


@pytest.fixture
def movement(company: Company) -> BankMovement:
    Company.objects.update(auto_match="none")
    company.refresh_from_db()
    add_document(add_party(company, "Rossi S.r.l."), "122.00", number="12/2026")
    files = [NamedFile("estratto.xml", content=camt(Line()))]
    import_files(files, company=company, sheets=import_sheet)
    return BankMovement.objects.get()


def state(row: BankMovement) -> str:
    row.refresh_from_db()
    return row.status


def test_a_proposal_is_confirmed_and_undone(
    client: Client, company: Company, movement: BankMovement
) -> None:
    page = client.get("/banca/")
    assert "Rossi S.r.l." in page.content.decode()
    (shown,) = page.context["rows"][0].proposals
    told = {"parti": shown.key, "ricorda": "on"}
    client.post(f"/banca/{movement.pk}/conferma/", told)
    assert state(movement) == "matched"
    assert "Annulla" in client.get("/banca/?stato=matched").content.decode()
    client.post(f"/banca/regole/{BankRule.objects.get().pk}/togli/")
    assert not BankRule.objects.exists()
    client.post(f"/banca/{movement.pk}/annulla/")
    assert state(movement) == "open"


def test_what_changed_meanwhile_is_not_confirmed(
    client: Client, company: Company, movement: BankMovement
) -> None:
    client.post(f"/banca/{movement.pk}/conferma/", {"parti": "1:1.00:0"})
    assert state(movement) == "open"
    client.post(f"/banca/{movement.pk}/da-parte/")
    assert state(movement) == "ignored"
    client.post(f"/banca/{movement.pk}/da-parte/")
    assert state(movement) == "open"


def test_why_it_is_proposed_is_said_in_english_too(client: Client, movement: BankMovement) -> None:
    page = client.get("/banca/", headers={"accept-language": "en"}).content.decode()
    assert "Account seen before" in page or "The customer&#x27;s name" in page
    assert "document number in the text, exact amount." in page
    assert "Nome del cliente" not in page

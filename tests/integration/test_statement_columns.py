"""Columns of a bank's sheet: by name, shown to a person once, remembered; never by position."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sollecito.accounts.models import Company, User
from sollecito.flows.set_up_company import set_up_company
from sollecito.ledger.models import BankMovement, ImportItem, SheetMapping
from sollecito.worker.tick import tick
from tests.bank_files import Line, sheet
from tests.builders import SELLER_VAT
from tests.command_line import call
from tests.web_rows import enter

pytestmark = pytest.mark.django_db(transaction=True)
ODD = b"Quando;Quanto;Perche\n20/04/2026;122,00;SALDO FATTURA 12\n21/04/2026;-2,50;SPESE\n"
TWO_ROWS = (
    b"Data;;Descrizione;EUR\nOperaz.;Valuta;;\n"
    b"20/04/2026;20/04/2026;BONIFICO DA ROSSI SRL PER FT 12;122,00\n"
    b"21/04/2026;21/04/2026;SPESE;-2,50\n"
)


@pytest.fixture
def company() -> Company:
    owner = User.objects.create_user("titolare@prima.example", "segreta-di-prova", name="Anna")
    return set_up_company(vat=SELLER_VAT, name="Prima S.r.l.", email="a@prima.example", owner=owner)


@pytest.fixture
def client(company: Company) -> Client:
    return enter(User.objects.get())


def upload(client: Client, data: bytes, name: str = "banca.csv") -> Any:
    """The page of the import, once the worker has read it."""
    answer = client.post("/importa/", {"file": SimpleUploadedFile(name, data)})
    tick("prova")
    return client.get(answer["Location"])


def columns_of(client: Client) -> tuple[str, dict[str, str]]:
    """The page of the columns of the last file, and what each of them is taken for."""
    item = ImportItem.objects.latest("pk")
    path = f"/importa/colonne/{item.file_id}/"
    context = client.get(path).context
    return path, {f"colonna_{each.place}": each.chosen for each in context["headings"]}


def test_an_upload_waits_until_its_columns_are_confirmed(client: Client) -> None:
    page = upload(client, sheet(Line(), Line("-2.50", name="Banca", text="Commissioni")))
    assert "Conferma le colonne e leggilo" in page.content.decode()
    assert not BankMovement.objects.exists()
    path, fields = columns_of(client)
    assert list(fields.values()) == [
        *("data_contabile", "data_valuta", "uscite", "entrate", "descrizione")
    ]
    shown = client.get(path).content.decode()
    assert "122,00" in shown
    assert "2 movimenti in tutto" in shown
    client.post(path, fields)
    tick("prova")
    assert BankMovement.objects.count() == 2
    assert not ImportItem.objects.filter(outcome="to_confirm").exists()


def test_the_next_one_with_the_same_header_is_read_by_itself(client: Client) -> None:
    upload(client, sheet(Line()))
    client.post(*columns_of(client))
    tick("prova")
    upload(client, sheet(Line(day="2026-04-22")))
    assert BankMovement.objects.count() == 2
    page = upload(client, sheet(Line(day="2026-04-23"), heads=OTHER_HEADS))
    assert "Conferma le colonne" in page.content.decode()
    assert BankMovement.objects.count() == 2


OTHER_HEADS = ("Data operazione", "Data valuta", "Addebiti", "Accrediti", "Descrizione")


def test_names_that_nobody_knows_are_said_by_a_person(client: Client) -> None:
    page = upload(client, ODD)
    assert "Indica quale colonna è quale" in page.content.decode()
    path, fields = columns_of(client)
    assert set(fields.values()) == {""}
    said = dict(zip(fields, ("data_contabile", "importo_movimento", "descrizione"), strict=True))
    tried = client.post(path, said | {"passo": "prova"}).content.decode()
    assert "2 movimenti in tutto" in tried
    assert not SheetMapping.objects.exists()
    client.post(path, said)
    tick("prova")
    amounts = sorted(BankMovement.objects.values_list("amount", flat=True))
    assert [f"{amount:.2f}" for amount in amounts] == ["-2.50", "122.00"]


def test_a_balance_taken_for_an_amount_is_corrected_before_anything_is_stored(
    client: Client,
) -> None:
    upload(client, b"Data contabile;Importo;Saldo;Descrizione\n20/04/2026;122,00;9.000,00;FT 12\n")
    path, fields = columns_of(client)
    assert list(fields.values())[1:3] == ["importo_movimento", "saldo_progressivo"]
    wrong = dict(zip(fields, ("data_contabile", "", "importo_movimento", ""), strict=True))
    assert "9.000,00" in client.post(path, wrong | {"passo": "prova"}).content.decode()
    client.post(path, fields)
    tick("prova")
    assert f"{BankMovement.objects.get().amount:.2f}" == "122.00"


def test_a_header_on_two_rows_is_remembered_too(client: Client) -> None:
    upload(client, TWO_ROWS)
    client.post(*columns_of(client))
    tick("prova")
    assert BankMovement.objects.count() == 2
    upload(client, TWO_ROWS.replace(b"/04/", b"/05/"))
    assert BankMovement.objects.count() == 4


def test_the_command_line_says_which_columns_it_read(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "banca.csv"
    path.write_bytes(sheet(Line()))
    told = call("import", path, "--json")
    (warning,) = told.value["problems"]
    assert (told.code, told.value["payments"], warning["severity"]) == (0, 1, "warning")
    assert "entrate da «Avere»" in warning["message"]
    assert "--column" in warning["hint"]


def test_the_command_line_is_told_what_a_column_is_and_remembers(
    company: Company, tmp_path: Path
) -> None:
    path = tmp_path / "banca.csv"
    path.write_bytes(ODD)
    refused = call("import", path, "--json")
    assert (refused.code, BankMovement.objects.count()) == (1, 0)
    words = ("Quando=data_contabile", "Quanto=importo_movimento", "Perche=descrizione")
    said = [part for word in words for part in ("--column", word)]
    told = call("import", path, "--json", *said)
    assert (told.code, told.value["payments"], told.value["problems"]) == (0, 1, [])
    path.write_bytes(ODD.replace(b"/04/", b"/05/"))
    again = call("import", path, "--json")
    assert (again.value["payments"], again.value["problems"]) == (1, [])
    wrong = call("import", path, "--column", "Quanto=soldi")
    assert wrong.code == 2
    assert "importo_movimento" in wrong.talk


def test_a_wrong_sheet_is_refused_whole_with_its_line(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "banca.csv"
    good = sheet(Line(), Line(day="2026-04-21"))
    path.write_bytes(good.replace(b"21/04/2026;21", b"31/02/2026;21"))
    told = call("import", path, "--json")
    (problem,) = told.value["problems"]
    assert (told.code, problem["severity"], problem["line"]) == (1, "error", 5)
    assert "«31/02/2026»" in problem["message"]
    assert not BankMovement.objects.exists()

"""Importa, the two questions after it, and the columns of a sheet, as pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sollecito.accounts.models import Company, User
from sollecito.flows.set_up_company import set_up_company
from sollecito.ledger.models import (
    ContactPoint,
    Document,
    ImportBatch,
    Instalment,
    Party,
    Payment,
    SheetMapping,
)
from sollecito.worker.tick import tick
from tests.builders import SELLER_VAT, Row, invoice_bytes
from tests.web_rows import PASSWORD, enter, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]


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


def drop(client: Client, *files: tuple[str, bytes]) -> ImportBatch:
    """Drop files on the page; the worker reads them."""
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    answer = client.post(reverse("web:imports"), {"file": sent})
    batch = ImportBatch.objects.latest("pk")
    assert answer["Location"] == reverse("web:import_detail", args=[batch.pk])
    tick("prova")
    batch.refresh_from_db()
    return batch


def invoice(number: int, **changes: Any) -> tuple[str, bytes]:
    due = changes.pop("due", "2026-03-31")
    changes.setdefault("rows", (Row("122.00", due=due, method=changes.pop("method", "MP05")),))
    return f"IT{SELLER_VAT}_{number:05}.xml", invoice_bytes(number=str(number), **changes)


def test_an_upload_waits_then_is_told_file_by_file(client: Client, company: Company) -> None:
    sent = [SimpleUploadedFile(*invoice(1)), SimpleUploadedFile("rotto.xml", b"<Fattura")]
    client.post(reverse("web:imports"), {"file": sent})
    batch = ImportBatch.objects.get()
    waiting = said(client.get(reverse("web:import_detail", args=[batch.pk])))
    assert "0 di 2 file letti" in waiting
    assert "Puoi chiudere la pagina" in waiting
    progress = reverse("web:import_progress", args=[batch.pk])
    assert 'hx-trigger="every 1s"' in said(client.get(progress))
    tick("prova")
    assert client.get(progress)["HX-Refresh"] == "true"
    page = said(client.get(reverse("web:import_detail", args=[batch.pk])))
    assert "Non leggibile" in page
    assert "Importato" in page
    assert page.index("rotto.xml") < page.index(f"IT{SELLER_VAT}_00001.xml")
    failed = said(client.get(reverse("web:import_detail", args=[batch.pk]) + "?esito=failed"))
    assert f"IT{SELLER_VAT}_00001.xml" not in failed
    assert Document.objects.get(company=company).number == "1"


def test_the_original_comes_back_as_it_was(client: Client) -> None:
    name, content = invoice(1)
    batch = drop(client, (name, content))
    answer = client.get(reverse("web:file_download", args=[batch.items.get().file_id]))
    assert answer.content == content
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_nothing_chosen_is_said(client: Client) -> None:
    assert "nessun file" in said(client.post(reverse("web:imports"), follow=True))


def test_an_import_is_taken_back_until_it_was_used(client: Client, company: Company) -> None:
    batch = drop(client, invoice(1), invoice(2))
    undo = reverse("web:import_undo", args=[batch.pk])
    client.post(
        reverse("web:takings_confirm"), {"day": "2026-04-01", "righe": row_ids(company)[:1]}
    )
    assert "C&#x27;è già un incasso abbinato" in said(client.post(undo, follow=True))
    client.post(reverse("web:takings_undo", args=[last_group(company)]))
    assert "tolti 2 documenti" in said(client.post(undo, follow=True))
    assert not Document.objects.exists()


def row_ids(company: Company) -> list[int]:
    rows = Instalment.objects.filter(company=company).order_by("document__number")
    return list(rows.values_list("pk", flat=True))


def last_group(company: Company) -> str:
    return str(Payment.objects.filter(company=company).latest("pk").group)


def test_what_was_collected_before_a_date_is_shown_first_and_undone_in_one_step(
    client: Client, company: Company
) -> None:
    drop(
        client,
        invoice(1, due="2026-01-31"),
        invoice(2, due="2026-05-31"),
        invoice(3, method="MP01"),
    )
    page = said(client.get(reverse("web:imports")))
    assert "Quali sono già incassate?" in page
    shown = client.post(reverse("web:takings"), {"before": "2026-02-28", "methods": ["MP01"]})
    assert "2 rate da segnare come incassate" in said(shown)
    assert "244,00 €" in said(shown)
    assert not Instalment.objects.filter(balance=0).exists()
    chosen = [row.pk for row in shown.context["rows"]]
    client.post(reverse("web:takings_confirm"), {"day": "2026-02-28", "righe": chosen})
    assert Instalment.objects.filter(balance=0).count() == 2
    company.refresh_from_db()
    assert company.takings_answered_at
    client.post(reverse("web:takings_undo", args=[last_group(company)]))
    assert not Instalment.objects.filter(balance=0).exists()


def test_no_answer_is_asked_for_and_none_is_an_answer(client: Client, company: Company) -> None:
    drop(client, invoice(1))
    assert "Scegli una data" in said(client.post(reverse("web:takings"), {}))
    client.post(reverse("web:takings_none"))
    company.refresh_from_db()
    assert company.takings_answered_at
    assert "Quali sono già incassate?" not in said(client.get(reverse("web:imports")))


def test_a_list_of_open_items_proposes_the_others(client: Client, company: Company) -> None:
    drop(client, invoice(1), invoice(2))
    listed = SimpleUploadedFile("aperte.csv", b"numero;data;residuo\n1;01/03/2026;122,00\n")
    shown = client.post(reverse("web:takings"), {"file": listed})
    [row] = shown.context["rows"]
    assert row.document.number == "2"


def test_columns_are_told_once_and_remembered(client: Client, company: Company) -> None:
    drop(client, invoice(1), invoice(2))
    strange = b"Rif.;Quando;Quanto\n1;01/03/2026;122,00\n"
    asked = client.post(reverse("web:takings"), {"file": SimpleUploadedFile("aperte.csv", strange)})
    page = said(client.get(asked["Location"]))
    assert "Quale colonna è quale?" in page
    assert "122,00" in page
    told = {"colonna_0": "numero", "colonna_1": "data", "colonna_2": "residuo"}
    shown = client.post(asked["Location"], told)
    assert [row.document.number for row in shown.context["rows"]] == ["2"]
    assert SheetMapping.objects.get(company=company).mapping["Rif."] == "numero"
    again = client.post(reverse("web:takings"), {"file": SimpleUploadedFile("poi.csv", strange)})
    assert [row.document.number for row in again.context["rows"]] == ["2"]


def test_a_sheet_that_was_not_understood_is_read_again_from_its_report(
    client: Client, company: Company
) -> None:
    strange = b"Chi;Rif.;Quando;Quanto\nRossi S.r.l.;7;01/03/2026;50,00\n"
    batch = drop(client, ("fatture.csv", strange))
    item = batch.items.get()
    path = reverse("web:columns", args=[item.file_id])
    assert path in said(client.get(reverse("web:import_detail", args=[batch.pk])))
    told = {"colonna_0": "cliente", "colonna_1": "numero", "colonna_2": "data"}
    client.post(path, told | {"colonna_3": "totale"})
    tick("prova")
    assert Document.objects.get(company=company).total == Decimal("50.00")


# ── Clienti senza recapito ──────────────────────────────────────────────────


def test_contacts_are_written_row_by_row(client: Client, company: Company) -> None:
    drop(
        client,
        invoice(1, total="122.00"),
        invoice(2, buyer_vat="", buyer_tax_code="RSSMRA80A01H501U", buyer_name="Mario Rossi"),
    )
    page = said(client.get(reverse("web:no_contacts")))
    assert "2 clienti da completare" in page
    party = Party.objects.get(company=company, name="Cliente di prova S.r.l.")
    path = reverse("web:no_contacts_save", args=[party.pk])
    htmx = {"hx-request": "true"}
    wrong = client.post(path, {"email": "non è", "phone": "", "person": "Bianchi"}, headers=htmx)
    assert "non è un indirizzo e-mail" in said(wrong)
    assert f"row-{party.pk}-email" in said(wrong)
    assert not ContactPoint.objects.filter(party=party, kind="email").exists()
    right = {"email": "p@cliente.example", "phone": "0573 1", "person": "Bianchi", "language": "en"}
    assert "salvato" in said(client.post(path, right, headers=htmx))
    client.post(path, right | {"email": "q@cliente.example"}, headers=htmx)
    mails = ContactPoint.objects.filter(party=party, kind="email")
    assert [each.value for each in mails] == ["q@cliente.example"]
    party.refresh_from_db()
    assert (party.contact_name, party.language) == ("Bianchi", "en")
    assert "1 cliente da completare" in said(client.get(reverse("web:no_contacts")))


def test_the_list_of_missing_contacts_goes_out_and_comes_back_filled(
    client: Client, company: Company
) -> None:
    drop(client, invoice(1))
    sheet = client.get(reverse("web:no_contacts_sheet")).content.decode("utf-8-sig")
    head, row = sheet.splitlines()
    cells = row.split(";")
    cells[head.split(";").index("email")] = "conti@cliente.example"
    drop(client, ("clienti.csv", f"{head}\n{';'.join(cells)}\n".encode()))
    party = Party.objects.get(company=company)
    assert party.contact_points.get(kind="email").value == "conti@cliente.example"

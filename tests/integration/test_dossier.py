"""Fascicolo: the PDF of a customer's credit, and every original byte for byte."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from sollecito.accounts.models import AuditEntry
from sollecito.dunning.models import AttachedFile, Hold
from sollecito.flows.attach_file import attach_file
from sollecito.flows.hold_reminders import hold_reminders
from sollecito.flows.keep_file import open_file
from sollecito.flows.make_dossier import make_dossier
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.flows.thank_customer import thank_customer
from sollecito.ledger.models import Instalment
from sollecito.outbox.models import DeliveryEvent, ReceivedMail
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def world(on_the_day: None) -> World:  # noqa: F811  the fixture imported above
    return make_world()


def files_of(world: World) -> dict[str, bytes]:
    with make_dossier(world.party, user=world.owner) as made, zipfile.ZipFile(made) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_every_original_is_there_byte_for_byte_and_in_the_index(world: World) -> None:
    answer = b"Subject: ACCETTAZIONE: prova\r\n\r\nricevuta\r\n"
    DeliveryEvent.objects.create(
        company=world.company,
        message=world.message,
        at=world.message.not_before,
        kind="accepted",
        raw=answer,
    )
    bounce = b"Subject: Undelivered Mail\r\n\r\n5.1.1\r\n"
    ReceivedMail.objects.create(
        company=world.company,
        content=world.content,
        identity="una",
        kind="bounce",
        subject="Undelivered Mail",
        arrived_at=world.message.not_before,
        raw=bounce,
        sha256=hashlib.sha256(bounce).hexdigest(),
    )
    order = b"%PDF-1.7 un ordine"
    for name in ("ordine.pdf", "../../etc/ORDINE.pdf", "ordine.pdf"):
        attach_file(world.party, user=world.owner, name=name, content=order, kind="order")
    found = files_of(world)
    index = found.pop("indice.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(index), delimiter=";"))
    assert {row["file"] for row in rows} == set(found)
    for row in rows:
        assert row["sha256"] == hashlib.sha256(found[row["file"]]).hexdigest()
    assert world.document.file is not None
    kept = {content for name, content in found.items() if name.startswith("documenti/")}
    assert open_file(world.document.file) in kept
    assert bytes(world.content.raw or b"") in found.values()
    assert answer in found.values()
    assert bounce in found.values()
    assert [c for n, c in found.items() if n.startswith("allegati/")] == [order] * 3
    assert not any(".." in name or name.startswith("/") for name in found)


def test_the_pdf_tells_the_credit_and_its_history(world: World) -> None:
    hold_reminders(world.party, Hold.Kind.LEGAL, user=world.owner, reason="avv. #strong[Neri]")
    text = text_of(files_of(world)["fascicolo.pdf"])
    for words in (
        world.party.name,
        world.company.name,
        "122,00 €",
        "avv. #strong[Neri]",
        "nessuno con prova di consegna",
        str(world.content.subject)[:30],
    ):
        assert words in text
    assert AuditEntry.objects.filter(action="dossier_made", user=world.owner).count() == 1


def test_a_letter_a_thank_you_and_the_statement_are_in_it(world: World) -> None:
    home = {"street": "Via Uno 1", "postcode": "51030", "city": "Serravalle"}
    type(world.party).objects.filter(pk=world.party.pk).update(**home)
    row = Instalment.objects.filter(party=world.party, balance__gt=0).latest("pk")
    options = ReminderOptions(channel="letter")
    (letter,) = send_reminders(world.company, [row.pk], token=new_token(), options=options).contents
    (thanks,) = thank_customer(world.payment, token=new_token(), user=world.owner).contents
    hold_reminders(world.party, Hold.Kind.LEGAL, user=world.owner)
    found = files_of(world)
    by_bytes = {content: name for name, content in found.items()}
    assert by_bytes[bytes(letter.raw or b"")].endswith(f"-{letter.pk}.pdf")
    assert by_bytes[bytes(thanks.raw or b"")].endswith(f"-{thanks.pk}.eml")
    statement = text_of(found["estratto-conto.pdf"])
    assert "Totale da pagare" in statement
    assert row.document.number in statement
    told = text_of(found["fascicolo.pdf"])
    assert "Interessi di mora al 17/04/2026" in told
    assert "10,15%" in told


def test_a_formal_notice_counts_once_it_is_delivered(world: World) -> None:
    world.content.kind = "messa_in_mora_impresa"
    world.content.save()
    assert "nessuno con prova di consegna" in text_of(files_of(world)["fascicolo.pdf"])
    world.content.messages.update(status="delivered")
    assert "nessuno con prova" not in text_of(files_of(world)["fascicolo.pdf"])


def test_files_are_put_in_and_taken_out_on_the_page(world: World) -> None:
    client = enter(world.office)
    path = reverse("web:customer_attach", args=[world.party.pk])
    data: dict[str, Any] = {
        "file": SimpleUploadedFile("ddt 12.pdf", b"%PDF-1.4 ddt"),
        "tipo": "delivery_note",
        "documento": world.document.pk,
        "nota": "firmato",
    }
    assert client.post(path, data).status_code == 302
    row = AttachedFile.objects.get()
    assert (row.name, row.document, row.user) == ("ddt 12.pdf", world.document, world.office)
    page = client.get(reverse("web:customer_folder", args=[world.party.pk])).content.decode()
    for words in ("ddt 12.pdf", "firmato", "Documento di trasporto"):
        assert words in page
    shown = client.get(reverse("web:folder_file", args=[row.pk]))
    assert shown.content == b"%PDF-1.4 ddt"
    zipped = client.get(reverse("web:customer_dossier", args=[world.party.pk]))
    assert zipped["Content-Type"] == "application/zip"
    assert "allegati/ddt 12.pdf" in zipfile.ZipFile(io.BytesIO(b"".join(zipped))).namelist()
    client.post(reverse("web:folder_file_remove", args=[row.pk]))
    assert not AttachedFile.objects.exists()
    texts = AuditEntry.objects.filter(action__startswith="file_").values_list("text", flat=True)
    assert list(texts) == ["File allegato: ddt 12.pdf.", "File tolto: ddt 12.pdf."]


def test_an_empty_file_is_refused_in_words(world: World) -> None:
    client = enter(world.office)
    path = reverse("web:customer_attach", args=[world.party.pk])
    data = {"file": SimpleUploadedFile("vuoto.txt", b""), "tipo": "other"}
    assert "Il file è vuoto" in client.post(path, data).content.decode()
    assert not AttachedFile.objects.exists()

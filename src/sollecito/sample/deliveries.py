"""The files as they reach the product: wrapped, some of them twice, with the SdI's answers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sollecito.sample import days
from sollecito.sample.amounts import TaxCase, compute_amounts
from sollecito.sample.customers import customers
from sollecito.sample.documents import SampleDocument, SampleRate
from sollecito.sample.fatturapa_files import render_invoice
from sollecito.sample.firm import FIRM
from sollecito.sample.notifications import (
    RESENT_DAYS,
    Message,
    messages_of,
    notification_name,
    render_notification,
)
from sollecito.sample.p7m import as_base64, sign
from sollecito.sample.simplified_files import render_simplified

PLAIN_COPIES, ZIPPED_COPIES, BASE64_COPIES = 6, 3, 2
COPY_DAYS = 3
WRONG_RECIPIENT = "ZZ99999"
PURCHASE_DAYS = -199
PURCHASE_NETS = (Decimal(1200), Decimal(950), Decimal(650))
SUPPLIER = 21
DAILY_DAYS = 45
FRIDAY = 4

Documents = Mapping[str, SampleDocument]


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file and the day on which it is imported."""

    name: str
    content: bytes
    day: date


def import_day(day: date, today: date) -> date:
    """Return when a file of ``day`` is imported: on Fridays, lately the same or the next morning.

    Never after the working day before ``today``, never before ``day`` itself.
    """
    last = max(days.before(today), day)
    if day >= today - timedelta(days=DAILY_DAYS):
        return min(days.on_or_after(day), last)
    return days.on_or_before(day + timedelta(days=(FRIDAY - day.weekday()) % 7))


def delivered_files(documents: Sequence[SampleDocument], today: date) -> list[SampleFile]:
    """Return every file: invoices, second copies, first tries, answers of the SdI, purchases."""
    by_label = {document.label: document for document in documents}
    plain = [(document, _render(document, by_label)) for document in documents if document.is_file]
    files = [_wrapped(document, xml) for document, xml in plain]
    files += _copies(plain)
    for document, _ in plain:
        files += _answers(document)
        files += _first_try(document, by_label)
    files += _purchases(today)
    return [replace(file, day=import_day(file.day, today)) for file in files]


def _render(document: SampleDocument, others: Documents) -> bytes:
    if document.type_code == "TD07":
        return render_simplified(document)
    return render_invoice(document, others)


def _sent_name(document: SampleDocument) -> str:
    return document.file_name + (".p7m" if document.is_signed else "")


def _wrapped(document: SampleDocument, xml: bytes) -> SampleFile:
    late = RESENT_DAYS if document.fate == "NS_RESENT" else 0
    day = document.date + timedelta(days=late)
    content = sign(xml, document.date) if document.is_signed else xml
    return SampleFile(_sent_name(document), content, day)


def _copies(plain: Sequence[tuple[SampleDocument, bytes]]) -> Iterator[SampleFile]:
    """Yield the eleven that arrive a second time in another wrapping."""
    usual = [(one, xml) for one, xml in plain if one.fate == "RC" and not one.is_open]
    signed = [(one, xml) for one, xml in usual if one.is_signed]
    unsigned = [(one, xml) for one, xml in usual if not one.is_signed]
    later = timedelta(days=COPY_DAYS)
    for one, xml in signed[:PLAIN_COPIES]:
        yield SampleFile(one.file_name, xml, one.date + later)
    for one, xml in unsigned[:ZIPPED_COPIES]:
        name = one.file_name.replace(".xml", ".zip")
        yield SampleFile(name, _zipped(one.file_name, xml, one.date), one.date + later)
    for one, xml in signed[PLAIN_COPIES : PLAIN_COPIES + BASE64_COPIES]:
        wrapped = as_base64(sign(xml, one.date))
        yield SampleFile(f"{one.file_name}.p7m", wrapped, one.date + later)


def _zipped(name: str, content: bytes, day: date) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 8, 30, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)
    return buffer.getvalue()


def _answers(document: SampleDocument) -> Iterator[SampleFile]:
    name = _sent_name(document)
    for message in messages_of(document):
        content = render_notification(document, name, message)
        yield SampleFile(notification_name(name, message.code), content, message.day)


def _first_try(document: SampleDocument, others: Documents) -> Iterator[SampleFile]:
    """Yield the file that the SdI refused before the corrected one, and the refusal."""
    if document.fate != "NS_RESENT":
        return
    progressive = f"R{document.progressive:04d}"
    name = f"IT{FIRM.vat_number}_{progressive}.xml"
    xml = render_invoice(document, others, recipient=WRONG_RECIPIENT, progressive=progressive)
    yield SampleFile(name, xml, document.date)
    refusal = Message("NS", document.date + timedelta(days=1))
    content = render_notification(document, name, refusal)
    yield SampleFile(notification_name(name, "NS"), content, refusal.day)


def _purchases(today: date) -> Iterator[SampleFile]:
    """Yield invoices of a supplier, imported by mistake: they must be set aside."""
    supplier = customers()[SUPPLIER]
    start = days.on_or_before(today + timedelta(days=PURCHASE_DAYS))
    for place, net in enumerate(PURCHASE_NETS, start=1):
        day = start - timedelta(days=place)
        amounts = compute_amounts(net, TaxCase())
        due = day + timedelta(days=60)
        document = SampleDocument(
            label=f"purchase-{place}",
            customer=supplier,
            type_code="TD01",
            date=day,
            amounts=amounts,
            rates=(SampleRate("purchase", amounts.collectible, due),),
            method="MP05",
            counter=100 + place,
            progressive=place,
        )
        content = render_invoice(document, {}, is_purchase=True)
        yield SampleFile(f"IT{supplier.party.vat_number}_{place:05d}.xml", content, start)

"""One FatturaElettronicaBody, gathered in a single pass over its children."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from sollecito.domain.documents import (
    EmbeddedFile,
    PaymentRow,
    PensionFund,
    Problem,
    Reference,
    ReferenceKind,
    VatSummary,
    Withholding,
)
from sollecito.domain.money import to_cents
from sollecito.formats.fatturapa.lines import parse_line
from sollecito.formats.fatturapa.scalars import (
    parse_amount,
    parse_optional_amount,
    parse_optional_day,
    parse_quantity,
    parse_term_days,
)
from sollecito.formats.xml_source import child_texts, local_name, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from sollecito.domain.documents import Line

ZERO = Decimal(0)
_REFERENCES: dict[str, ReferenceKind] = {
    "DatiOrdineAcquisto": "order",
    "DatiContratto": "contract",
    "DatiConvenzione": "agreement",
    "DatiRicezione": "reception",
    "DatiFattureCollegate": "invoice",
    "DatiDDT": "delivery_note",
    "DatiFatturaRettificata": "invoice",
}
MOST_ATTACHMENT_BYTES = 12_000_000


@dataclass(slots=True)
class BodyParts:
    """What was found in a body; ``general`` holds the plain fields of DatiGeneraliDocumento."""

    full: bool
    notes: list[Problem]
    general: dict[str, str] = field(default_factory=dict)
    vat: list[VatSummary] = field(default_factory=list)
    withholdings: list[Withholding] = field(default_factory=list)
    pension_funds: list[PensionFund] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    attachments: list[EmbeddedFile] = field(default_factory=list)
    stamp_duty: Decimal | None = None
    has_pdf: bool = False
    zero: Decimal = ZERO


def gather_body(body: etree._Element, notes: list[Problem], *, full: bool) -> BodyParts:
    """Read every block that a ledger needs; lines and attachments only when ``full``.

    Raises:
        Unreadable: an amount that decides what is owed cannot be read.
    """
    parts = BodyParts(full, notes)
    for child in body:
        read = _BLOCKS.get(local_name(child))
        if read is not None:
            read(child, parts)
    return parts


def _read_general(element: etree._Element, parts: BodyParts) -> None:
    for child in element:
        name = local_name(child)
        if name == "DatiGeneraliDocumento":
            _read_document(child, parts)
        elif name in _REFERENCES:
            parts.references.append(_parse_reference(child, _REFERENCES[name], parts.notes))


def _read_document(element: etree._Element, parts: BodyParts) -> None:
    for child in element:
        name = local_name(child)
        if name == "DatiRitenuta":
            _read_withholding(child, parts)
        elif name == "DatiCassaPrevidenziale":
            _read_pension_fund(child, parts)
        elif name == "DatiBollo":
            amount = child_texts(child).get("ImportoBollo", "")
            parts.stamp_duty = parse_optional_amount(amount, "ImportoBollo", parts.notes)
        elif name == "Causale":
            parts.reasons.append(text_of(child))
        else:
            parts.general.setdefault(name, text_of(child))


def _read_withholding(element: etree._Element, parts: BodyParts) -> None:
    found = child_texts(element)
    parts.withholdings.append(
        Withholding(
            kind=found.get("TipoRitenuta", ""),
            amount=parse_amount(found.get("ImportoRitenuta", ""), "ImportoRitenuta", parts.notes),
            rate=parse_quantity(found.get("AliquotaRitenuta", "")),
            reason=found.get("CausalePagamento", ""),
        )
    )


def _read_pension_fund(element: etree._Element, parts: BodyParts) -> None:
    found = child_texts(element)
    amount = parse_optional_amount(
        found.get("ImportoContributoCassa", ""), "ImportoContributoCassa", parts.notes
    )
    parts.pension_funds.append(
        PensionFund(
            kind=found.get("TipoCassa", ""),
            amount=amount or ZERO,
            rate=parse_quantity(found.get("AlCassa", "")),
            vat_rate=parse_quantity(found.get("AliquotaIVA", "")),
        )
    )


def _parse_reference(
    element: etree._Element, kind: ReferenceKind, notes: list[Problem]
) -> Reference:
    found = child_texts(element)
    number = found.get("IdDocumento") or found.get("NumeroDDT") or found.get("NumeroFR") or ""
    day = found.get("Data") or found.get("DataDDT") or found.get("DataFR") or ""
    return Reference(
        kind=kind,
        number=number,
        date=parse_optional_day(day, f"Data del riferimento {number}", notes),
        cup=found.get("CodiceCUP", ""),
        cig=found.get("CodiceCIG", ""),
    )


def _read_goods(element: etree._Element, parts: BodyParts) -> None:
    for child in element:
        name = local_name(child)
        if name == "DatiRiepilogo":
            _read_summary(child, parts)
        elif name == "Importo":
            _read_simplified(element, parts)
            return
        elif parts.full and name == "DettaglioLinee":
            parts.lines.append(parse_line(child, len(parts.lines) + 1))


def _read_summary(element: etree._Element, parts: BodyParts) -> None:
    found = child_texts(element)
    get = found.get
    parts.vat.append(
        VatSummary(
            rate=parse_quantity(get("AliquotaIVA", "")),
            nature=get("Natura", ""),
            taxable=parse_amount(get("ImponibileImporto", ""), "ImponibileImporto", parts.notes),
            tax=parse_amount(get("Imposta", ""), "Imposta", parts.notes),
            due=get("EsigibilitaIVA", "").upper(),
            note=get("RiferimentoNormativo", ""),
        )
    )


def _read_simplified(element: etree._Element, parts: BodyParts) -> None:
    """FSM10: one line, ``Importo`` with VAT inside; taxable and tax are split from it."""
    found = child_texts(element)
    amount = parse_amount(found.get("Importo", ""), "Importo", parts.notes)
    written = ZERO
    rate = None
    for child in element:
        if local_name(child) == "DatiIVA":
            inner = child_texts(child)
            rate = parse_quantity(inner.get("Aliquota", ""))
            tax = parse_optional_amount(inner.get("Imposta", ""), "Imposta", parts.notes)
            written = (
                tax
                if tax is not None
                else to_cents(amount * (rate or ZERO) / (100 + (rate or ZERO)))
            )
    parts.vat.append(
        VatSummary(
            rate=rate,
            nature=found.get("Natura", ""),
            taxable=amount - written,
            tax=written,
            note=found.get("RiferimentoNormativo", ""),
        )
    )
    if parts.full:
        parts.lines.append(parse_line(element, len(parts.lines) + 1))


def _read_payment(element: etree._Element, parts: BodyParts) -> None:
    condition = ""
    for child in element:
        name = local_name(child)
        if name == "CondizioniPagamento":
            condition = text_of(child).upper()
        elif name == "DettaglioPagamento":
            parts.payments.append(_parse_payment_row(child, condition, parts.notes))


def _parse_payment_row(element: etree._Element, condition: str, notes: list[Problem]) -> PaymentRow:
    found = child_texts(element)
    get = found.get
    return PaymentRow(
        amount=parse_amount(get("ImportoPagamento", ""), "ImportoPagamento", notes),
        condition=condition,
        method=get("ModalitaPagamento", "").upper(),
        due_date=parse_optional_day(get("DataScadenzaPagamento", ""), "Data di scadenza", notes),
        term_from=parse_optional_day(
            get("DataRiferimentoTerminiPagamento", ""), "Data di riferimento dei termini", notes
        ),
        term_days=parse_term_days(get("GiorniTerminiPagamento", ""), notes),
        beneficiary=get("Beneficiario", ""),
        bank=get("IstitutoFinanziario", ""),
        iban="".join(get("IBAN", "").split()).upper(),
        bic="".join(get("BIC", "").split()).upper(),
        discount_amount=parse_optional_amount(
            get("ScontoPagamentoAnticipato", ""), "ScontoPagamentoAnticipato", notes
        ),
        discount_until=parse_optional_day(
            get("DataLimitePagamentoAnticipato", ""), "Data limite dello sconto", notes
        ),
        payment_code=get("CodicePagamento", ""),
    )


def _read_attachment(element: etree._Element, parts: BodyParts) -> None:
    name = written = algorithm = ""
    holder = None
    for child in element:
        match local_name(child):
            case "NomeAttachment":
                name = text_of(child)
            case "FormatoAttachment":
                written = text_of(child)
            case "AlgoritmoCompressione":
                algorithm = text_of(child)
            case "Attachment":
                holder = child
    kind = (written or name.rpartition(".")[2] if "." in name or written else "").lower()
    if not algorithm and "pdf" in {kind, name.rpartition(".")[2].lower()}:
        parts.has_pdf = True
        kind = "pdf"
    if parts.full and holder is not None:
        _decode_attachment(name, "zip" if algorithm else kind, text_of(holder), parts)


def _decode_attachment(name: str, kind: str, text: str, parts: BodyParts) -> None:
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if content and len(content) <= MOST_ATTACHMENT_BYTES:
        parts.attachments.append(EmbeddedFile(name, kind, content))
        return
    parts.notes.append(
        Problem(
            "attachment_unreadable",
            f"L'allegato «{name[:60]}» dentro la fattura non si può leggere.",
            "La fattura è importata; l'allegato resta nel file originale.",
            "warning",
        )
    )


_BLOCKS: dict[str, Callable[[etree._Element, BodyParts], None]] = {
    "DatiGenerali": _read_general,
    "DatiBeniServizi": _read_goods,
    "DatiPagamento": _read_payment,
    "Allegati": _read_attachment,
}

"""FatturaPA: one file → its documents, as plain values.

Ordinary (FPR12, FPA12, old 1.0 and 1.1) and simplified (FSM10), one or several bodies. Elements
are matched by local name. Bad data never raises: what stops one body is a problem of that body,
what is merely odd is a warning of its document. Validation against the schema is no gate: a
quarter of public samples would not pass it.

Source: technical specifications 1.9.1, schemas 1.2.3 and 1.0.2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sollecito.domain.documents import DocumentKind, ParsedDocument, PartyData, Problem
from sollecito.formats.fatturapa.bodies import BodyParts, gather_body
from sollecito.formats.fatturapa.codes import KIND_OF_TYPE, SELF_DOCUMENTS, describe_set_aside
from sollecito.formats.fatturapa.parties import parse_party
from sollecito.formats.fatturapa.scalars import Unreadable, parse_day, parse_optional_amount
from sollecito.formats.xml_source import XmlSource, child_texts, local_name, read_xml, text_of

if TYPE_CHECKING:
    from decimal import Decimal

    from lxml import etree

ROOTS = frozenset({"FatturaElettronica", "FatturaElettronicaSemplificata"})
MOST_BODIES = 2000
MOST_INSTALMENTS = 1000
NUMBER_LENGTH = 60
CORRECT_OR_TYPE = (
    "Correggi il file nel programma che lo ha emesso, oppure inserisci il documento a mano."
)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A body that is no receivable, with the reason (Italian) that the report shows."""

    position: int
    type_code: str
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a file gave: documents, bodies set aside, problems of the file or of single bodies.

    ``seller`` is set whenever it could be read, also when every body failed.
    """

    documents: tuple[ParsedDocument, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    problems: tuple[Problem, ...] = ()
    seller: PartyData | None = None


@dataclass(frozen=True, slots=True)
class _Header:
    seller: PartyData | None = None
    buyer: PartyData | None = None
    transmission_format: str = ""
    recipient_code: str = ""
    issued_by: str = ""


def is_fattura(root: etree._Element) -> bool:
    """Whether a tree is a FatturaPA file, by its root's local name."""
    return local_name(root) in ROOTS


def parse_fattura(xml: bytes, *, full: bool = False) -> ParsedFile:
    """Parse the bytes of one file, already without envelope.

    Args:
        xml: the file, as XML.
        full: with the lines and the decoded attachments, for the courtesy copy.
    """
    source = read_xml(xml)
    if isinstance(source, Problem):
        return ParsedFile(problems=(source,))
    return parse_fattura_tree(source, full=full)


def parse_fattura_tree(source: XmlSource, *, full: bool = False) -> ParsedFile:
    """As ``parse_fattura``, for a tree that was already read."""
    if not is_fattura(source.root):
        return ParsedFile(problems=(_not_fattura(local_name(source.root)),))
    header = _Header()
    bodies: list[etree._Element] = []
    for child in source.root:
        name = local_name(child)
        if name == "FatturaElettronicaBody":
            bodies.append(child)
            if len(bodies) > MOST_BODIES:
                break
        elif name == "FatturaElettronicaHeader":
            header = _parse_header(child, source.root.get("versione", ""))
    if not bodies or len(bodies) > MOST_BODIES:
        return ParsedFile(problems=(_wrong_bodies(len(bodies)),), seller=header.seller)
    documents: list[ParsedDocument] = []
    aside: list[SetAside] = []
    problems: list[Problem] = []
    for position, body in enumerate(bodies, 1):
        parsed = _parse_body(body, header, position, full=full)
        if isinstance(parsed, ParsedDocument):
            documents.append(_with_notes(parsed, source.problems))
        elif isinstance(parsed, SetAside):
            aside.append(parsed)
        else:
            problems.append(_at_body(parsed, position, len(bodies), body))
    return ParsedFile(tuple(documents), tuple(aside), tuple(problems), header.seller)


def _not_fattura(root: str) -> Problem:
    return Problem(
        "not_fattura",
        f"Il file XML non è una fattura elettronica (comincia con «{root[:60]}»).",
        "Importa il file della fattura, non il foglio di stile o un altro documento.",
    )


def _wrong_bodies(count: int) -> Problem:
    if count:
        return Problem(
            "too_many_bodies",
            f"Il file contiene più di {MOST_BODIES} documenti: non è stato importato.",
            "Dividi il lotto in più file.",
        )
    return Problem(
        "no_body",
        "Il file non contiene nessun documento (manca FatturaElettronicaBody).",
        "Scarica di nuovo la fattura dal programma che l'ha emessa.",
    )


def _at_body(problem: Problem, position: int, count: int, body: etree._Element) -> Problem:
    message = problem.message if count == 1 else f"Documento {position} del file: {problem.message}"
    line = body.sourceline
    at = problem.line or (line if isinstance(line, int) else 0)
    return replace(problem, message=message, line=at)


def _with_notes(document: ParsedDocument, notes: tuple[Problem, ...]) -> ParsedDocument:
    return replace(document, problems=(*notes, *document.problems)) if notes else document


def _parse_header(element: etree._Element, version: str) -> _Header:
    seller = buyer = None
    sent: dict[str, str] = {}
    issued_by = ""
    for child in element:
        name = local_name(child)
        if name == "CedentePrestatore":
            seller = parse_party(child)
        elif name == "CessionarioCommittente":
            buyer = parse_party(child)
        elif name == "DatiTrasmissione":
            sent = child_texts(child)
        elif name == "SoggettoEmittente":
            issued_by = text_of(child)
    return _Header(
        seller=seller,
        buyer=buyer,
        transmission_format=sent.get("FormatoTrasmissione", "") or version,
        recipient_code=sent.get("CodiceDestinatario", ""),
        issued_by=issued_by,
    )


def _parse_body(
    body: etree._Element, header: _Header, position: int, *, full: bool
) -> ParsedDocument | SetAside | Problem:
    notes: list[Problem] = []
    try:
        parts = gather_body(body, notes, full=full)
        type_code = parts.general.get("TipoDocumento", "").upper()
        number = parts.general.get("Numero", "")
        if type_code in SELF_DOCUMENTS:
            return SetAside(position, type_code, number, describe_set_aside(type_code))
        missing = _find_missing(type_code, number, header)
        if missing is not None:
            return missing
        document = _build(parts, header, position, notes)
    except Unreadable as unreadable:
        return unreadable.problem
    return _as_credit(document) if document.kind is DocumentKind.CREDIT_NOTE else document


def _find_missing(type_code: str, number: str, header: _Header) -> Problem | None:
    if type_code not in KIND_OF_TYPE:
        return Problem(
            "unknown_type",
            f"Tipo di documento «{type_code[:20]}» sconosciuto."
            if type_code
            else "Manca il tipo di documento (TipoDocumento).",
            "Inserisci il documento a mano se è un credito verso un cliente.",
        )
    if header.seller is None:
        return Problem(
            "seller_missing",
            "Manca chi ha emesso il documento (CedentePrestatore).",
            "Chiedi il file originale a chi lo ha prodotto.",
        )
    if header.buyer is None or header.buyer == PartyData():
        return Problem(
            "customer_missing",
            "Manca il cliente (CessionarioCommittente).",
            CORRECT_OR_TYPE,
        )
    if not number or len(number) > NUMBER_LENGTH:
        return Problem(
            "number_missing",
            "Manca il numero del documento." if not number else "Numero di documento troppo lungo.",
            CORRECT_OR_TYPE,
        )
    return None


def _build(
    parts: BodyParts, header: _Header, position: int, notes: list[Problem]
) -> ParsedDocument:
    general = parts.general
    type_code = general["TipoDocumento"].upper()
    day = parse_day(general.get("Data", ""), "Data del documento", notes)
    total = parse_optional_amount(
        general.get("ImportoTotaleDocumento", ""), "ImportoTotaleDocumento", notes
    )
    rounding = parse_optional_amount(general.get("Arrotondamento", ""), "Arrotondamento", notes)
    currency = general.get("Divisa", "").upper() or "EUR"
    _check(parts, total, currency, notes)
    seller, buyer = header.seller, header.buyer
    if seller is None or buyer is None:  # _find_missing has refused it; said again for the types
        raise Unreadable(Problem("customer_missing", "Manca il cliente o chi ha emesso."))
    return ParsedDocument(
        kind=KIND_OF_TYPE[type_code],
        number=general["Numero"],
        date=day,
        seller=seller,
        buyer=buyer,
        type_code=type_code,
        position=position,
        currency=currency[:3],
        written_total=total,
        rounding=rounding or parts.zero,
        vat=tuple(parts.vat),
        withholdings=tuple(parts.withholdings),
        pension_funds=tuple(parts.pension_funds),
        payments=tuple(parts.payments),
        references=tuple(parts.references),
        reasons=tuple(parts.reasons),
        stamp_duty=parts.stamp_duty,
        recipient_code=header.recipient_code,
        transmission_format=header.transmission_format,
        issued_by=header.issued_by,
        lines=tuple(parts.lines),
        attachments=tuple(parts.attachments),
        has_pdf=parts.has_pdf,
        problems=tuple(notes),
    )


def _check(parts: BodyParts, total: Decimal | None, currency: str, notes: list[Problem]) -> None:
    """What the schema or the tax office would object to, as warnings."""
    if len(currency) != 3 or not currency.isalpha():  # noqa: PLR2004  ISO 4217
        notes.append(
            Problem(
                "currency_unreadable",
                f"Divisa «{currency[:20]}» sconosciuta.",
                "Controlla la valuta del documento.",
                "warning",
            )
        )
    if len(parts.payments) > MOST_INSTALMENTS:
        raise Unreadable(
            Problem(
                "too_many_instalments",
                f"Il documento ha più di {MOST_INSTALMENTS} rate: non è stato importato.",
                CORRECT_OR_TYPE,
            )
        )
    if total is None and not parts.vat:
        raise Unreadable(
            Problem(
                "no_amount",
                "Il documento non ha né un totale né un riepilogo IVA.",
                "Chiedi il file completo, oppure inserisci il documento a mano.",
            )
        )


def _as_credit(document: ParsedDocument) -> ParsedDocument:
    """Credit notes are positive here; a file that writes them negative is turned round."""
    zero = document.rounding - document.rounding
    total = document.written_total
    if total is None:
        total = sum((row.taxable + row.tax for row in document.vat), document.rounding)
    if total < zero:
        document = replace(
            document,
            written_total=None if document.written_total is None else -document.written_total,
            rounding=-document.rounding,
            vat=tuple(replace(row, taxable=-row.taxable, tax=-row.tax) for row in document.vat),
            withholdings=tuple(replace(row, amount=-row.amount) for row in document.withholdings),
        )
    if sum((row.amount for row in document.payments), zero) < zero:
        payments = tuple(replace(row, amount=-row.amount) for row in document.payments)
        return replace(document, payments=payments)
    return document

"""The courtesy copy (copia di cortesia) of a document, as a PDF made from its parsed file.

Everything is worded here; the template only sets it on the page. What is missing is left out.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sollecito.domain.documents import (
    DocumentKind,
    Line,
    ParsedDocument,
    PartyData,
    PaymentRow,
    Reference,
    VatSummary,
)
from sollecito.domain.identifiers import format_iban
from sollecito.domain.money import format_date, format_money, format_number
from sollecito.domain.terms import ADVANCE, compute_amount_due
from sollecito.domain.wording.naming import full_number
from sollecito.formats.fatturapa.codes import NAME_OF_METHOD, NAME_OF_TYPE
from sollecito.formats.pdf import code_names
from sollecito.formats.pdf.compiler import compile_pdf, tidy

TEMPLATE = "courtesy_copy.typ"
SIMPLIFIED = "FSM"
NAME_OF_KIND = {
    DocumentKind.INVOICE: "Fattura",
    DocumentKind.E_INVOICE: "Fattura",
    DocumentKind.FEE_NOTE: "Parcella",
    DocumentKind.E_FEE_NOTE: "Parcella",
    DocumentKind.PRO_FORMA: "Proforma",
    DocumentKind.RECEIPT: "Ricevuta",
    DocumentKind.CREDIT_NOTE: "Nota di credito",
}
ELECTRONIC_MARK = (
    "Copia di cortesia priva di valore fiscale. L'originale elettronico è il file trasmesso "
    "tramite il Sistema di Interscambio."
)
PLAIN_MARK = "Copia di cortesia priva di valore fiscale."
NO_VALUE = "–"


def make_courtesy_copy(document: ParsedDocument) -> bytes:
    """The PDF/A of a document read with ``full=True``; deterministic, one page when it fits.

    Never raises for what the document lacks: a line, a rate, a name that is not there is left
    out.
    """
    return compile_pdf(TEMPLATE, tidy(describe(document)), day=document.date)


def describe(document: ParsedDocument) -> dict[str, Any]:
    """All that the page says, as text: what the template receives as JSON."""
    number = full_number(document.number, document.series)
    title = NAME_OF_TYPE.get(document.type_code) or NAME_OF_KIND[document.kind]
    is_simplified = document.transmission_format.startswith(SIMPLIFIED)
    return {
        "title": title,
        "number": number,
        "date": format_date(document.date),
        "mark": ELECTRONIC_MARK if document.type_code else PLAIN_MARK,
        "seller": _party(document.seller),
        "buyer": _party(document.buyer),
        "facts": _facts(document),
        "reasons": [reason for reason in document.reasons if reason.strip()],
        "line_headers": _line_headers(is_simplified=is_simplified),
        "lines": [_line(line, is_simplified=is_simplified) for line in document.lines],
        "vat": [_vat(row) for row in document.vat],
        "funds": _funds(document),
        "totals": _totals(document),
        "due": _due(document),
        "payment_title": _payment_title(document),
        "payments": [_payment(row, document.currency) for row in document.payments],
        "notes": _notes(document),
    }


def _party(party: PartyData) -> dict[str, Any]:
    address = party.address
    town = " ".join(part for part in (address.postcode, address.city) if part)
    if address.province:
        town = f"{town} ({address.province})".strip()
    country = address.country if address.country not in {"", "IT"} else ""
    ids = []
    if party.vat_number:
        ids.append(f"P. IVA {party.vat_country}{party.vat_number}")
    if party.tax_code:
        ids.append(f"C.F. {party.tax_code}")
    reach = [party.phone and f"Tel. {party.phone}", party.email, party.pec and f"PEC {party.pec}"]
    return {
        "name": party.name or NO_VALUE,
        "address": [part for part in (address.street, town, country) if part],
        "ids": ids,
        "reach": [part for part in reach if part],
    }


def _facts(document: ParsedDocument) -> list[list[str]]:
    """Label and value of what identifies the document beyond number and date."""
    facts = []
    if document.recipient_code.strip("0"):
        facts.append(["Codice destinatario", document.recipient_code])
    if document.currency != "EUR":
        facts.append(["Valuta", document.currency])
    merged: dict[str, list[str]] = {}
    for reference in document.references:
        label = code_names.NAME_OF_REFERENCE[reference.kind]
        said = _reference(reference)
        if said and said not in merged.setdefault(label, []):
            merged[label].append(said)
    for label, attribute in (("CIG", "cig"), ("CUP", "cup")):
        codes = dict.fromkeys(getattr(item, attribute) for item in document.references)
        merged[label] = [code for code in codes if code]
    return facts + [[label, "; ".join(values)] for label, values in merged.items() if values]


def _reference(reference: Reference) -> str:
    if not reference.number:
        return ""
    day = f" del {format_date(reference.date)}" if reference.date else ""
    return f"{reference.number}{day}"


def _line_headers(*, is_simplified: bool) -> list[str]:
    amount = "Importo IVA incl." if is_simplified else "Importo"
    return ["Descrizione", "Q.tà", "U.M.", "Prezzo unitario", "Sconto", "IVA", amount]


def _line(line: Line, *, is_simplified: bool) -> list[str]:
    vat = _rate(line.vat_rate, line.vat_nature)
    total = format_number(line.total) if line.total is not None else ""
    if is_simplified:
        return [line.description, "", "", "", "", vat, total]
    return [
        line.description,
        _plain(line.quantity),
        line.unit,
        _price(line.unit_price),
        line.discount,
        vat,
        total,
    ]


def _rate(rate: Decimal | None, nature: str) -> str:
    if nature and not rate:
        return nature
    return f"{_plain(rate)}%" if rate is not None else ""


def _plain(value: Decimal | None) -> str:
    """A number without useless zeros: ``2``, ``1,5``, ``1.200``."""
    if value is None:
        return ""
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def _price(value: Decimal | None) -> str:
    """At least two places, more where they were written."""
    if value is None:
        return ""
    plain = _plain(value)
    places = len(plain.partition(",")[2])
    return plain if places > 2 else format_number(value)  # noqa: PLR2004  cents


def _vat(row: VatSummary) -> list[str]:
    label = _rate(row.rate, row.nature) or NO_VALUE
    words = [code_names.NAME_OF_NATURE.get(row.nature, ""), row.note]
    if row.due in {"D", "S"}:
        words.append(f"esigibilità {code_names.NAME_OF_CHARGEABILITY[row.due]}")
    return [
        label,
        ". ".join(dict.fromkeys(word for word in words if word)),
        format_number(row.taxable),
        format_number(row.tax),
    ]


def _funds(document: ParsedDocument) -> list[list[str]]:
    funds = []
    for fund in document.pension_funds:
        name = code_names.NAME_OF_FUND.get(fund.kind, f"Cassa previdenziale {fund.kind}".strip())
        rate = f" {_plain(fund.rate)}%" if fund.rate is not None else ""
        funds.append([f"Di cui {name}{rate}", format_number(fund.amount)])
    return funds


def _totals(document: ParsedDocument) -> list[list[str]]:
    """Label and amount, from taxable amounts to the document's total."""
    due = compute_amount_due(document)
    taxable = sum((row.taxable for row in document.vat), Decimal(0))
    tax = sum((row.tax for row in document.vat), Decimal(0))
    rows = []
    if document.vat:
        rows += [["Imponibile", format_number(taxable)], ["Imposta", format_number(tax)]]
    if document.rounding:
        rows.append(["Arrotondamento", format_number(document.rounding)])
    rows.append(["Totale documento", format_money(due.total, document.currency)])
    for item in document.withholdings:
        name = code_names.NAME_OF_WITHHOLDING.get(item.kind, "Ritenuta")
        rate = f" {_plain(item.rate)}%" if item.rate is not None else ""
        rows.append([f"{name}{rate}", format_number(-item.amount)])
    if due.split_tax:
        rows.append(["IVA in scissione dei pagamenti", format_number(-due.split_tax)])
    if due.advances:
        rows.append(["Anticipi già pagati", format_number(-due.advances)])
    return rows


def _due(document: ParsedDocument) -> list[str]:
    amount = format_money(compute_amount_due(document).expected, document.currency)
    if document.kind is DocumentKind.CREDIT_NOTE:
        return ["Totale a vostro credito", amount]
    return ["Netto a pagare", amount]


def _payment_title(document: ParsedDocument) -> str:
    conditions = {row.condition for row in document.payments}
    condition = conditions.pop() if len(conditions) == 1 else ""
    words = code_names.NAME_OF_CONDITION.get(condition, "")
    return f"Pagamento {words}" if words and condition != ADVANCE else "Pagamento"


def _payment(row: PaymentRow, currency: str) -> dict[str, Any]:
    if row.due_date:
        due = format_date(row.due_date)
    elif row.term_days is not None:
        start = f" dal {format_date(row.term_from)}" if row.term_from else ""
        due = f"{row.term_days} giorni{start}"
    else:
        due = NO_VALUE
    method = NAME_OF_METHOD.get(row.method, row.method) or NO_VALUE
    if row.condition == ADVANCE:
        method = f"{method} ({code_names.NAME_OF_CONDITION[ADVANCE]})"
    where = [
        row.iban and f"IBAN {format_iban(row.iban)}",
        row.bic and f"BIC {row.bic}",
        row.bank,
        row.beneficiary and f"intestato a {row.beneficiary}",
        row.payment_code and f"codice pagamento {row.payment_code}",
    ]
    if row.discount_amount and row.discount_until:
        where.append(
            f"sconto {format_money(row.discount_amount, currency)} "
            f"se pagata entro il {format_date(row.discount_until)}"
        )
    return {
        "due": due,
        "method": method,
        "where": ", ".join(part for part in where if part),
        "amount": format_money(row.amount, currency),
    }


def _notes(document: ParsedDocument) -> list[str]:
    notes = []
    if document.stamp_duty is not None:
        amount = f" ({format_money(document.stamp_duty)})" if document.stamp_duty else ""
        notes.append(f"Imposta di bollo assolta in modo virtuale{amount}.")
    notes += [f"{item.reason}." for item in document.withholdings if len(item.reason) > 2]  # noqa: PLR2004  longer than a code
    if document.issued_by == "TZ":
        notes.append("Documento emesso da un terzo per conto del cedente.")
    elif document.issued_by == "CC":
        notes.append("Documento emesso dal cliente per conto del cedente.")
    return notes

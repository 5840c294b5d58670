"""Lines of an invoice: only the courtesy copy needs them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sollecito.domain.documents import Line
from sollecito.domain.money import format_number
from sollecito.formats.fatturapa.scalars import parse_quantity
from sollecito.formats.xml_source import child_texts, local_name

if TYPE_CHECKING:
    from lxml import etree


def parse_line(element: etree._Element, fallback: int) -> Line:
    """DettaglioLinee, or DatiBeniServizi of a simplified invoice.

    Args:
        element: the block.
        fallback: number to use where NumeroLinea is missing.
    """
    found = child_texts(element)
    get = found.get
    number = get("NumeroLinea", "")
    vat = next((child_texts(child) for child in element if local_name(child) == "DatiIVA"), {})
    return Line(
        number=int(number) if number.isascii() and number[:9].isdigit() else fallback,
        description=get("Descrizione", ""),
        quantity=parse_quantity(get("Quantita", "")),
        unit=get("UnitaMisura", ""),
        unit_price=parse_quantity(get("PrezzoUnitario", "")),
        discount=_describe_discounts(element),
        total=parse_quantity(get("PrezzoTotale", "") or get("Importo", "")),
        vat_rate=parse_quantity(get("AliquotaIVA", "") or vat.get("Aliquota", "")),
        vat_nature=get("Natura", ""),
    )


def _describe_discounts(element: etree._Element) -> str:
    """``SC`` rows as ``-10,00%`` or ``-5,00``, ``MG`` with a plus; several joined by blanks."""
    words = []
    for child in element:
        if local_name(child) != "ScontoMaggiorazione":
            continue
        found = child_texts(child)
        percent = parse_quantity(found.get("Percentuale", ""))
        amount = parse_quantity(found.get("Importo", ""))
        value = percent or amount
        if value is None or value == Decimal(0):
            continue
        sign = "+" if found.get("Tipo", "").upper() == "MG" else "-"
        words.append(f"{sign}{format_number(value)}{'%' if percent else ''}")
    return " ".join(words)

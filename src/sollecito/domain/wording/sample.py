"""The sample case of the placeholders, as a table: 17/04/2026, two overdue invoices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sollecito.domain.documents import DocumentKind
from sollecito.domain.wording.facts import Item
from sollecito.domain.wording.items import ItemTable, make_item_table

if TYPE_CHECKING:
    from sollecito.domain.money import Language

SAMPLE_DAY = date(2026, 4, 17)
_ITEMS = (
    Item(
        DocumentKind.E_INVOICE,
        "124/A",
        date(2026, 2, 28),
        date(2026, 3, 31),
        Decimal("1220.00"),
        Decimal("720.00"),
        paid=Decimal("500.00"),
        seq=2,
        of=3,
    ),
    Item(
        DocumentKind.E_INVOICE,
        "131/A",
        date(2026, 3, 5),
        date(2026, 4, 4),
        Decimal("2440.00"),
        Decimal("2440.00"),
    ),
)


def sample_table(language: Language) -> ItemTable:
    """The items of the sample; their text is the sample of ``{{ partite }}``."""
    return make_item_table(_ITEMS, SAMPLE_DAY, language)

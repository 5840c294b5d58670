"""The bank file of this morning: not imported yet, so that who tries the sample does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from sollecito.sample import days
from sollecito.sample.documents import SampleDocument
from sollecito.sample.firm import ADVANCES, ORDINARY
from sollecito.sample.statements import (
    FOR_TWO,
    SampleStatement,
    StatementLine,
    iban_of,
    waiting_lines,
    write_camt,
)

PAID = (
    # customer, amount, name, text with the numbers of these documents
    (3, "4148.00", "CASEIFICIO VALDILATTE", "SALDO FATT {}", ("O09",)),
    (4, "6405.00", "GIRASOLAIO NORD", "FT {} - {}", ("O11", "O12")),
    (15, "936.00", "TRUCIOLO LIETO", "PROFORMA {}", ("O33",)),
    (8, "590.00", "COND LE MAGNOLIE GEMELLE", "MANUTENZIONE", ()),
    (12, "5795.50", "KUEHLHAUS NORDWINDHAFEN", "INV {}", ("O28",)),
    (24, "500.00", "CAMPOROSSO ELDA", "ACCONTO", ()),
    (2, "610.00", "OFFICINE FERROBRANDO", "LAVORI", ()),
    (2, "610.00", "OFFICINE FERROBRANDO", "LAVORI", ()),
)
FIRST_REFERENCE = 91000000001
ON_ADVANCES = 4


def todays_statement(documents: Sequence[SampleDocument], today: date) -> SampleStatement:
    """CAMT.053 of both accounts: the last working day, with what already waits (once)."""
    day = days.before(today)
    lines = [*_lines(documents, day), *_going_out(day)]
    lines += [one for one in waiting_lines(documents, day) if one.reference != FOR_TWO]
    on_advances = tuple(one for one in lines if one.reference.endswith("A"))
    ordinary = tuple(one for one in lines if not one.reference.endswith("A"))
    content = write_camt((ORDINARY, ordinary), (ADVANCES, on_advances))
    return SampleStatement(today, f"estratto_{today:%Y%m%d}.xml", content, tuple(lines))


def _lines(documents: Sequence[SampleDocument], day: date) -> Iterator[StatementLine]:
    numbers = {one.label: one.number for one in documents}
    for place, (customer, amount, name, text, labels) in enumerate(PAID, start=FIRST_REFERENCE):
        yield StatementLine(
            day,
            Decimal(amount),
            name,
            text.format(*(numbers[label] for label in labels)),
            f"VF{place}{'A' if customer == ON_ADVANCES else ''}",
            iban_of(customer),
        )


def _going_out(day: date) -> Iterator[StatementLine]:
    yield StatementLine(day, Decimal("-2684.00"), "", "INSOLUTO RIBA", "VF92000000001")
    yield StatementLine(day, Decimal("-6.50"), "", "COMMISSIONI INSOLUTO", "VF92000000002")

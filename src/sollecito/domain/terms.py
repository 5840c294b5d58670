"""Payment terms → instalments, and the amount there is to collect.

The rows of the document are trusted as written. What does not add up is told, never corrected:
an invoice with instalments that differ from its total is imported with both, and a warning.

Source: FatturaPA technical specifications 1.9.1, blocks 2.1.1, 2.2.2 and 2.4; D.P.R. 633/1972
art. 17-ter (split payment); D.P.R. 600/1973 art. 25 (withholding).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sollecito.domain.documents import DocumentKind, InstalmentDraft, Problem
from sollecito.domain.money import CENT, format_date, format_money, to_cents

if TYPE_CHECKING:
    from sollecito.domain.documents import ParsedDocument, PaymentRow

ADVANCE = "TP03"
SPLIT_PAYMENT = "S"
ZERO = Decimal("0.00")
SUMMARY_TOLERANCE = Decimal(1)
"""Programmes round totals, summaries and stamp duty each in its own way."""


@dataclass(frozen=True, slots=True)
class AmountDue:
    """Importo da incassare, and how it is made. All with two places, positive for credit notes.

    ``expected`` = ``total`` - ``withheld`` - ``split_tax`` - ``advances``.
    """

    total: Decimal
    withheld: Decimal
    split_tax: Decimal
    advances: Decimal

    @property
    def net(self) -> Decimal:
        """What the customer pays in all, advances included."""
        return self.total - self.withheld - self.split_tax

    @property
    def expected(self) -> Decimal:
        """What is still to be collected."""
        return self.net - self.advances


@dataclass(frozen=True, slots=True)
class Terms:
    """Rate di un documento. Amounts of credit notes are negative here, as in the ledger."""

    instalments: tuple[InstalmentDraft, ...]
    expected: Decimal
    total: Decimal
    problems: tuple[Problem, ...] = ()


def compute_amount_due(document: ParsedDocument) -> AmountDue:
    """What a document asks for: total less withholding, split payment and paid advances.

    The total is ImportoTotaleDocumento, or taxable amounts and taxes with Arrotondamento where
    it is not written. Stamp duty is in the total only if charged as a line: never added.
    """
    total = document.written_total
    if total is None:
        total = sum((row.taxable + row.tax for row in document.vat), document.rounding)
    return AmountDue(
        total=to_cents(total),
        withheld=to_cents(sum((row.amount for row in document.withholdings), ZERO)),
        split_tax=to_cents(
            sum((row.tax for row in document.vat if row.due == SPLIT_PAYMENT), ZERO)
        ),
        advances=to_cents(
            sum((row.amount for row in document.payments if row.condition == ADVANCE), ZERO)
        ),
    )


def split_instalments(document: ParsedDocument, *, default_days: int) -> Terms:
    """Instalments of a document, as its rows say or one row of the amount to collect.

    Args:
        document: as parsed; for a credit note its amounts are positive.
        default_days: days from the document's date where the file names no due date.

    Returns:
        Drafts in the order written, with ``seq`` from 1; ``expected`` and ``total`` with the
        sign of the ledger; warnings (`instalments_mismatch`, `gross_rows`, `zero_payment`,
        `due_date_assumed`, `negative_document`, `total_mismatch`).
    """
    due = compute_amount_due(document)
    sign = -1 if document.kind is DocumentKind.CREDIT_NOTE else 1
    rows = document.payments
    if rows and not any(row.amount for row in rows):
        rows = rows[:1]
    assumed_date = document.date + timedelta(days=default_days)
    if rows:
        drafts = tuple(
            _draft(row, seq, sign, _due_date(row, document.date), assumed_date)
            for seq, row in enumerate(rows, 1)
        )
    else:
        drafts = (
            InstalmentDraft(
                seq=1, amount=sign * due.expected, due_date=assumed_date, due_date_assumed=True
            ),
        )
    problems = (
        *_check_total(document, due),
        *_check_rows(document, due),
        *(_check_dates(drafts, assumed_date, default_days) if sign > 0 else ()),
    )
    return Terms(drafts, sign * due.expected, sign * due.total, problems)


def _due_date(row: PaymentRow, document_date: date) -> date | None:
    if row.due_date is not None:
        return row.due_date
    if row.term_days is None:
        return None
    return (row.term_from or document_date) + timedelta(days=row.term_days)


def _draft(
    row: PaymentRow, seq: int, sign: int, due_date: date | None, assumed_date: date
) -> InstalmentDraft:
    return InstalmentDraft(
        seq=seq,
        amount=sign * to_cents(row.amount),
        due_date=due_date or assumed_date,
        due_date_assumed=due_date is None,
        method=row.method,
        is_advance=row.condition == ADVANCE,
        iban=row.iban,
        beneficiary=row.beneficiary,
        bank=row.bank,
        bic=row.bic,
        discount_amount=row.discount_amount,
        discount_until=row.discount_until,
        payment_code=row.payment_code,
    )


def _check_total(document: ParsedDocument, due: AmountDue) -> tuple[Problem, ...]:
    """Whether the written total is the sum of the VAT summary, however rounding was counted."""
    problems = []
    if due.total < 0:
        problems.append(
            _warning(
                "negative_document",
                f"Il totale del documento è negativo ({_money(due.total, document)}).",
                "Se è una nota di credito, di solito il tipo è TD04: controlla con il documento.",
            )
        )
    if document.written_total is not None and document.vat and document.currency == "EUR":
        summary = sum((row.taxable + row.tax for row in document.vat), ZERO)
        stamp = document.stamp_duty or ZERO
        likely = (summary, summary + document.rounding, summary + stamp)
        if all(abs(due.total - amount) > SUMMARY_TOLERANCE for amount in likely):
            problems.append(
                _warning(
                    "total_mismatch",
                    f"Il totale scritto ({_money(due.total, document)}) non è la somma del "
                    f"riepilogo IVA ({_money(summary, document)}).",
                    "Importato come scritto: controlla con il documento.",
                )
            )
    return tuple(problems)


def _check_rows(document: ParsedDocument, due: AmountDue) -> tuple[Problem, ...]:
    rows = document.payments
    if not rows:
        return ()
    problems = []
    if any(row.amount == 0 for row in rows):
        problems.append(
            _warning(
                "zero_payment",
                "Una rata è di 0,00: risulta già incassata.",
                "Se invece è da incassare, modifica l'importo della rata.",
            )
        )
    pending = sum((to_cents(row.amount) for row in rows if row.condition != ADVANCE), ZERO)
    if abs(pending - due.expected) <= CENT:
        return tuple(problems)
    has_reduction = bool(due.withheld or due.split_tax)
    if has_reduction and abs(pending + due.advances - due.total) <= CENT:
        problems.append(
            _warning(
                "gross_rows",
                f"Rate al lordo: sommano {_money(pending, document)}, ma per ritenuta o "
                f"scissione dei pagamenti il cliente deve {_money(due.expected, document)}.",
                "Scegli se chiedere il lordo o il netto prima di sollecitare.",
            )
        )
    else:
        problems.append(
            _warning(
                "instalments_mismatch",
                f"Rate ≠ totale: le rate sommano {_money(pending, document)}, da incassare "
                f"risulta {_money(due.expected, document)}.",
                "Importate come scritte: controlla e, se serve, modifica le rate.",
            )
        )
    return tuple(problems)


def _check_dates(
    drafts: tuple[InstalmentDraft, ...], assumed_date: date, default_days: int
) -> tuple[Problem, ...]:
    if not any(draft.due_date_assumed and not draft.is_advance for draft in drafts):
        return ()
    return (
        _warning(
            "due_date_assumed",
            f"Il documento non dice la scadenza: messa al {format_date(assumed_date)} "
            f"({default_days} giorni dalla data).",
            "Se è un'altra, usa Modifica scadenza.",
        ),
    )


def _money(amount: Decimal, document: ParsedDocument) -> str:
    return format_money(amount, document.currency)


def _warning(code: str, message: str, hint: str) -> Problem:
    return Problem(code, message, hint, "warning")

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.documents import (
    DocumentKind,
    ParsedDocument,
    PartyData,
    PaymentRow,
    VatSummary,
    Withholding,
)
from sollecito.domain.terms import Terms, compute_amount_due, split_instalments

DAY = date(2026, 3, 1)
BASE = ParsedDocument(
    kind=DocumentKind.E_INVOICE,
    number="1",
    date=DAY,
    seller=PartyData(name="Io"),
    buyer=PartyData(name="Tu"),
    written_total=Decimal("122.00"),
    vat=(VatSummary(Decimal(22), "", Decimal("100.00"), Decimal("22.00"), "I"),),
)


def row(amount: str, condition: str = "TP01", due: date | None = date(2026, 3, 31)) -> PaymentRow:
    return PaymentRow(Decimal(amount), condition, "MP05", due)


def terms(document: ParsedDocument, days: int = 30) -> Terms:
    return split_instalments(document, default_days=days)


def amounts(found: Terms) -> list[str]:
    return [str(draft.amount) for draft in found.instalments]


def codes(found: Terms) -> list[str]:
    return [problem.code for problem in found.problems]


def test_rows_that_add_up_are_taken_as_written() -> None:
    found = terms(replace(BASE, payments=(row("61.00"), row("61.00"))))
    assert amounts(found) == ["61.00", "61.00"]
    assert [draft.seq for draft in found.instalments] == [1, 2]
    assert codes(found) == []


def test_without_rows_one_instalment_of_what_is_to_be_collected() -> None:
    found = terms(BASE)
    assert amounts(found) == ["122.00"]
    assert found.instalments[0].due_date == date(2026, 3, 31)
    assert found.instalments[0].due_date_assumed
    assert codes(found) == ["due_date_assumed"]


def test_total_is_summed_where_it_is_not_written() -> None:
    found = terms(replace(BASE, written_total=None, rounding=Decimal("-0.35")))
    assert (found.total, amounts(found)) == (Decimal("121.65"), ["121.65"])


def test_withholding_is_not_asked_for() -> None:
    document = replace(BASE, withholdings=(Withholding("RT01", Decimal("20.00")),))
    assert amounts(terms(document)) == ["102.00"]
    assert codes(terms(replace(document, payments=(row("102.00"),)))) == []
    assert codes(terms(replace(document, payments=(row("122.00"),)))) == ["gross_rows"]
    assert codes(terms(replace(document, payments=(row("110.00"),)))) == ["instalments_mismatch"]


def test_split_payment_is_not_asked_for() -> None:
    vat = (replace(BASE.vat[0], due="S"), VatSummary(None, "N1", Decimal(0), Decimal(0)))
    document = replace(BASE, vat=vat)
    assert terms(document).expected == Decimal("100.00")
    assert codes(terms(replace(document, payments=(row("100.00"),)))) == []
    assert codes(terms(replace(document, payments=(row("122.00"),)))) == ["gross_rows"]


def test_advances_are_paid_instalments_of_their_own() -> None:
    found = terms(replace(BASE, payments=(row("22.00", "TP03"), row("100.00"))))
    assert amounts(found) == ["22.00", "100.00"]
    assert [draft.is_advance for draft in found.instalments] == [True, False]
    assert found.expected == Decimal("100.00")
    assert codes(found) == []


def test_an_advance_alone_leaves_a_warning_for_the_rest() -> None:
    found = terms(replace(BASE, payments=(row("22.00", "TP03"),)))
    assert amounts(found) == ["22.00"]
    assert codes(found) == ["instalments_mismatch"]


def test_rows_that_do_not_add_up_are_told_not_changed() -> None:
    found = terms(replace(BASE, payments=(row("60.00"), row("60.00"))))
    assert amounts(found) == ["60.00", "60.00"]
    assert "Rate ≠ totale" in found.problems[0].message
    assert codes(terms(replace(BASE, payments=(row("122.01"),)))) == []
    assert codes(terms(replace(BASE, payments=(row("122.02"),)))) == ["instalments_mismatch"]


def test_a_payment_of_zero_is_one_row_with_a_warning() -> None:
    document = replace(BASE, payments=(row("0.00"), row("0.00")))
    found = terms(document)
    assert amounts(found) == ["0.00"]
    assert codes(found) == ["zero_payment", "instalments_mismatch"]


def test_a_negative_invoice_is_kept_as_written() -> None:
    vat = (VatSummary(Decimal(22), "", Decimal("-1.50"), Decimal("-0.33")),)
    document = replace(BASE, written_total=Decimal("-1.83"), vat=vat)
    assert amounts(terms(document)) == ["-1.83"]
    assert codes(terms(replace(document, payments=(row("0.00"),)))) == [
        "negative_document",
        "zero_payment",
        "instalments_mismatch",
    ]


def test_credit_notes_enter_the_ledger_negative() -> None:
    document = replace(BASE, kind=DocumentKind.CREDIT_NOTE)
    assert amounts(terms(document)) == ["-122.00"]
    assert terms(document).expected == Decimal("-122.00")
    found = terms(replace(document, payments=(row("61.00"), row("61.00"))))
    assert amounts(found) == ["-61.00", "-61.00"]


def test_due_date_falls_back_in_order() -> None:
    written = PaymentRow(Decimal("122.00"), due_date=date(2026, 5, 5), term_days=10)
    from_reference = PaymentRow(Decimal("122.00"), term_from=date(2026, 3, 10), term_days=60)
    from_document = PaymentRow(Decimal("122.00"), term_days=0)
    reference_only = PaymentRow(Decimal("122.00"), term_from=date(2026, 3, 10))
    cases = [
        (written, date(2026, 5, 5), False),
        (from_reference, date(2026, 5, 9), False),
        (from_document, DAY, False),
        (reference_only, date(2026, 4, 15), True),
    ]
    for payment, expected, assumed in cases:
        draft = terms(replace(BASE, payments=(payment,)), 45).instalments[0]
        assert (draft.due_date, draft.due_date_assumed) == (expected, assumed)


def test_a_total_far_from_its_summary_is_told() -> None:
    assert codes(
        terms(replace(BASE, written_total=Decimal("140.00"), payments=(row("140.00"),)))
    ) == ["total_mismatch"]


def test_other_currencies_are_named_in_the_warnings() -> None:
    document = replace(BASE, currency="GBP", payments=(row("100.00"),))
    assert "122,00 GBP" in terms(document).problems[0].message


def test_stamp_duty_is_never_added() -> None:
    assert terms(replace(BASE, stamp_duty=Decimal("2.00"))).total == Decimal("122.00")


money = st.decimals(0, 1_000_000, places=2)
conditions = st.sampled_from(["TP01", "TP02", "TP03"])
rows = st.lists(
    st.builds(
        PaymentRow,
        amount=money,
        condition=conditions,
        due_date=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        term_from=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        term_days=st.none() | st.integers(0, 999),
    ),
    max_size=6,
)
documents = st.builds(
    ParsedDocument,
    kind=st.sampled_from([DocumentKind.E_INVOICE, DocumentKind.CREDIT_NOTE]),
    number=st.just("1"),
    date=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    seller=st.just(PartyData()),
    buyer=st.just(PartyData()),
    written_total=st.none() | money,
    rounding=st.decimals(-1, 1, places=2),
    vat=st.lists(
        st.builds(
            VatSummary,
            rate=st.none(),
            nature=st.just(""),
            taxable=money,
            tax=money,
            due=st.sampled_from(["", "I", "D", "S"]),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    withholdings=st.lists(
        st.builds(Withholding, kind=st.just("RT01"), amount=money), max_size=2
    ).map(tuple),
    payments=rows.map(tuple),
)


@given(documents, st.integers(0, 120))
def test_amounts_always_add_up_to_the_cent(document: ParsedDocument, days: int) -> None:
    due = compute_amount_due(document)
    found = split_instalments(document, default_days=days)
    sign = -1 if document.kind is DocumentKind.CREDIT_NOTE else 1
    assert due.total - due.withheld - due.split_tax - due.advances == due.expected
    assert (found.total, found.expected) == (sign * due.total, sign * due.expected)
    assert all(
        draft.amount == draft.amount.quantize(Decimal("0.01")) for draft in found.instalments
    )
    total = sum(draft.amount for draft in found.instalments)
    if not document.payments:
        assert total == found.expected
        return
    assert total == sign * sum(payment.amount for payment in document.payments)
    pending = sum(draft.amount for draft in found.instalments if not draft.is_advance)
    is_told = {"instalments_mismatch", "gross_rows"} & {each.code for each in found.problems}
    assert bool(is_told) == (abs(pending - found.expected) > Decimal("0.01"))


@given(documents, st.integers(0, 120))
def test_every_assumed_date_is_the_default_and_told(document: ParsedDocument, days: int) -> None:
    found = split_instalments(document, default_days=days)
    assumed = [draft for draft in found.instalments if draft.due_date_assumed]
    assert all(draft.due_date == document.date + timedelta(days=days) for draft in assumed)
    told = any(each.code == "due_date_assumed" for each in found.problems)
    is_collected = document.kind is not DocumentKind.CREDIT_NOTE
    assert told == (is_collected and any(not draft.is_advance for draft in assumed))
    assert all(each.severity == "warning" for each in found.problems)

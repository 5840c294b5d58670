from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sollecito.accounts.models import Company
from sollecito.flows.declare_takings import (
    PAID_AT_ISSUE,
    answer_takings,
    propose_before,
    propose_from_list,
    record_takings,
)
from sollecito.flows.undo_payments import undo_group
from sollecito.ledger.models import Instalment, Payment
from sollecito.ledger.queries import wrong_balances
from tests.ledger_rows import add_document, add_party

DAY = date(2026, 4, 10)
LIST = "Numero;Data;Cliente;Residuo\n"


@pytest.fixture
def company(db: None) -> Company:
    return Company.objects.create(name="Noi S.r.l.", vat_number="99900010473")


def propose(company: Company, text: str) -> set[int]:
    return {row.pk for row in propose_from_list(company, "aperte.csv", text.encode()).instalments}


def test_what_is_not_in_the_list_is_proposed_recorded_and_undone_in_one_step(
    company: Company,
) -> None:
    rossi = add_party(company, "Rossi")
    one, two = add_document(rossi, "100", "100", number="12/A")
    (three,) = add_document(add_party(company, "Bianchi"), "70", number="13/A")
    add_document(rossi, "-30", kind="nota_di_credito", number="1/NC")
    proposal = propose_from_list(company, "a.csv", (LIST + "13/A;31/01/2026;Bianchi;70\n").encode())
    assert {row.pk for row in proposal.instalments} == {one.pk, two.pk}
    assert proposal.total == Decimal(200)
    assert not Payment.objects.exists()
    group, count = record_takings(
        company, [row.pk for row in proposal.instalments], day=DAY, user=None
    )
    assert count == 2
    assert [row.balance for row in Instalment.objects.order_by("id")] == [0, 0, 70, -30]
    assert {payment.source for payment in Payment.objects.all()} == {"declared"}
    company.refresh_from_db()
    assert company.takings_answered_at is not None
    assert propose(company, LIST + "13/A;31/01/2026;Bianchi;70\n") == set()
    undo_group(company, group, user=None)
    assert [row.balance for row in Instalment.objects.order_by("id")] == [100, 100, 70, -30]
    assert wrong_balances() == []
    assert three.pk not in propose(company, LIST + "13/A;31/01/2026;Bianchi;70\n")


@pytest.mark.parametrize(
    "line",
    [
        "12/A;31/01/2026;Rossi;100",
        "12 / a;31/01/2026;;",
        "0012/A;;;",
        "12/A;;Tutt'altro nome S.p.A.;",
    ],
)
def test_spellings_of_a_number_keep_it_open(company: Company, line: str) -> None:
    (row,) = add_document(add_party(company, "Rossi"), "100", number="12/A")
    (other,) = add_document(add_party(company, "Bianchi"), "100", number="99")
    assert propose(company, LIST + line + "\n") == {other.pk}
    assert row.pk not in propose(company, LIST + line + "\n")


def test_the_series_may_stand_in_a_column_of_its_own(company: Company) -> None:
    (one,) = add_document(add_party(company), "100", number="12/A")
    (two,) = add_document(add_party(company), "100", number="13", series="B")
    assert propose(company, "numero;sezionale\n12;A\n13/B;\n") == set()
    assert propose(company, "numero;sezionale\n12;A\n") == {two.pk}
    assert propose(company, "numero\n13/B\n;\n;x\n") in ({one.pk}, set())


def test_one_instalment_of_three_is_told_by_rata_or_due_date(company: Company) -> None:
    rows = add_document(add_party(company), "1", "1", "1", number="5", due=date(2026, 2, 28))
    assert propose(company, "numero;rata\n5;2/3\n") == {rows[0].pk, rows[2].pk}
    assert propose(company, "numero;scadenza\n5;28/02/2026\n") == {rows[1].pk, rows[2].pk}
    assert propose(company, "numero;data\n5;31/01/2026\n") == set()


def test_the_same_number_of_another_year_is_another_document(company: Company) -> None:
    party = add_party(company)
    (old,) = add_document(party, "1", number="5", day=date(2025, 1, 31))
    (new,) = add_document(party, "1", number="5", day=date(2026, 1, 31))
    assert propose(company, "numero;data\n5;31/01/2026\n") == {old.pk}
    assert propose(company, "numero;cliente\n5;\n") == set()
    assert new.pk != old.pk


def test_a_date_that_fits_nothing_closes_nothing(company: Company) -> None:
    (row,) = add_document(add_party(company), "1", number="5", day=date(2026, 1, 31))
    (other,) = add_document(row.party, "1", number="6")
    assert propose(company, "numero;data;tipo\n5;02/02/2026;\n") == {other.pk}
    assert propose(company, "numero;data;tipo\n5;31/01/2026;proforma\n") == {other.pk}


def test_a_number_of_another_customer_says_nothing_of_ours(company: Company) -> None:
    rossi = add_party(company, "Rossi", vat_number="99900020472")
    type(rossi).objects.filter(pk=rossi.pk).update(identity="IT:99900020472")
    (row,) = add_document(rossi, "1", number="5")
    assert propose(company, "numero;piva\n5;99900030471\n") == {row.pk}
    assert propose(company, "numero;piva\n5;99900020472\n") == set()


@pytest.mark.parametrize(
    "text", ["", LIST, "data;cliente\n1/1/2026;Rossi\n", LIST + ";;;\n", "\x00\x01\x02"]
)
def test_an_empty_or_unreadable_list_proposes_nothing(company: Company, text: str) -> None:
    add_document(add_party(company), "100")
    proposal = propose_from_list(company, "a.csv", text.encode())
    assert proposal.instalments == ()
    assert proposal.problems
    assert all(problem.hint for problem in proposal.problems)


def test_a_line_with_an_error_keeps_its_document_open(company: Company) -> None:
    (row,) = add_document(add_party(company), "100", number="12")
    (other,) = add_document(add_party(company), "100", number="13")
    text = LIST + "12;99/99/2026;Rossi;abc\n"
    proposal = propose_from_list(company, "a.csv", text.encode())
    assert [found.pk for found in proposal.instalments] == [other.pk]
    assert {problem.line for problem in proposal.problems} == {2}
    assert row.pk != other.pk


def test_what_fell_due_before_a_day_or_is_paid_on_the_spot(company: Company) -> None:
    party = add_party(company)
    (old,) = add_document(party, "1", due=date(2026, 3, 31))
    (new,) = add_document(party, "1", due=date(2026, 4, 1))
    (cash,) = add_document(party, "1", due=date(2026, 5, 1), method="MP01")

    def found(**wanted: object) -> set[int]:
        return {row.pk for row in propose_before(company, **wanted).instalments}  # type: ignore[arg-type]  # day and methods

    assert found(day=date(2026, 4, 1)) == {old.pk}
    assert found(methods=PAID_AT_ISSUE) == {cash.pk}
    assert found(day=date(2026, 4, 2), methods=PAID_AT_ISSUE) == {old.pk, new.pk, cash.pk}
    assert found() == set()


def test_nothing_collected_is_an_answer_too(company: Company) -> None:
    answer_takings(company, user=None)
    first = company.takings_answered_at
    answer_takings(company, user=None)
    assert company.takings_answered_at == first is not None


def test_another_companys_instalments_are_never_proposed(company: Company) -> None:
    other = Company.objects.create(name="Altri", vat_number="99900020472")
    add_document(add_party(other), "100", number="77")
    (mine,) = add_document(add_party(company), "100", number="78")
    assert propose(company, LIST + "99;;;\n") == {mine.pk}

"""Queries built once, asked again with other ids and days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sollecito.accounts.models import Company
from sollecito.accounts.statements import Statement, given, ids
from sollecito.ledger.models import Instalment
from tests.ledger_rows import add_document, add_party
from tests.reminders import make_company

pytestmark = pytest.mark.django_db

COLUMNS = ("pk", "amount", "due_date", "party__name", "document__is_public_body")


def owe(company: Company, name: str, amount: str, due: date) -> Instalment:
    return add_document(add_party(company, name), amount, due=due)[0]


def test_rows_are_those_of_the_query_whatever_is_given() -> None:
    company = make_company()
    rows = [owe(company, f"C{n}", f"{n}.10", date(2026, 4, n)) for n in range(1, 6)]
    due = Statement(
        lambda: (
            Instalment.objects.filter(
                pk__in=ids("rows"), due_date__lte=given("day"), company=given("company")
            )
            .order_by("pk")
            .values_list(*COLUMNS)
        )
    )
    for wanted, day in ((rows[:2], date(2026, 4, 5)), (rows, date(2026, 4, 3)), ([], date.max)):
        keys = [row.pk for row in wanted]
        asked = Instalment.objects.filter(pk__in=keys, due_date__lte=day).order_by("pk")
        found = list(due.rows(rows=keys, day=day, company=company.pk))
        assert found == list(asked.values_list(*COLUMNS))
    assert list(due.rows(rows=[row.pk for row in rows], day=date.max, company=0)) == []
    assert found == []


def test_money_and_days_come_as_such() -> None:
    row = owe(make_company(), "Rossi", "100.10", date(2026, 4, 1))
    one = Statement(lambda: Instalment.objects.filter(pk__in=ids("rows")).values_list(*COLUMNS))
    assert list(one.rows(rows={row.pk})) == [
        (row.pk, Decimal("100.10"), date(2026, 4, 1), "Rossi", False)
    ]

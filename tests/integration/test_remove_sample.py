"""Removing the sample company: no table keeps a row of it, other companies keep theirs."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import Model

from sollecito.accounts.models import Company, User
from sollecito.flows.remove_sample import remove_sample, tables_of_companies
from sollecito.sample.firm import FIRM
from tests.reminders import make_company
from tests.row_maker import make_row

pytestmark = pytest.mark.django_db


def fill(company: Company) -> None:
    """A row in every table that has a company: also in one that is new."""
    for model in reversed(tables_of_companies()):
        if not rows_of(model, company):
            make_row(model, company)


def rows_of(model: type[Model], company: Company) -> int:
    return model._default_manager.filter(company=company).count()


def test_every_table_is_emptied() -> None:
    User.objects.create(email="anna@vera.example", name="Anna")
    real = make_company(name="Vera S.r.l.")
    sample = make_company(name=FIRM.name, vat_number=FIRM.vat_number, is_sample=True)
    for company in (sample, real):
        fill(company)
    before = {model: rows_of(model, real) for model in tables_of_companies()}
    pk = sample.pk
    assert remove_sample()
    assert not remove_sample()
    assert list(Company.objects.all()) == [real]
    for model in tables_of_companies():
        assert not model._default_manager.filter(company=pk).exists(), model
    assert {model: rows_of(model, real) for model in before} == before


def test_no_table_with_a_company_is_forgotten() -> None:
    """Whatever its key is called."""
    owned = {
        model
        for model in apps.get_models()
        if any(field.related_model is Company for field in model._meta.concrete_fields)
    }
    assert owned == set(tables_of_companies())

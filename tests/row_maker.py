"""A row of any table, filled by the kinds of its columns: for what concerns every table alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, models, transaction

from sollecito.accounts.models import Company
from sollecito.flows import clock
from sollecito.ledger.models import BankRule

VALUES: dict[type[models.Field[Any, Any]], Any] = {
    models.DecimalField: Decimal(1),
    models.IntegerField: 1,
    models.DateField: dt.date(2026, 1, 1),
    models.TimeField: dt.time(9),
    models.BinaryField: b"x",
    models.JSONField: {},
    models.BooleanField: False,
}

ODD: dict[type[models.Model], dict[str, Any]] = {BankRule: {"iban": ""}}
"""Where two columns exclude each other."""


def make_row(model: type[models.Model], company: Company) -> models.Model:
    """Return a new row of ``company`` that refers to other rows of it, to as many as it may."""
    optional = [key.name for key in _keys(model) if key.null and key.name != "company"]
    for names in (optional, (), *([name] for name in optional)):
        try:
            with transaction.atomic():
                return _save(model, company, names)
        except IntegrityError:
            continue  # a row of this table refers to one of these, or to none
    raise AssertionError(model)


def _save(model: type[models.Model], company: Company, names: Collection[str]) -> models.Model:
    odd = ODD.get(model, {})
    row = model(company=company, **odd)
    for column in model._meta.concrete_fields:
        if isinstance(column, models.ForeignKey):
            if column.name != "company" and (not column.null or column.name in names):
                setattr(row, column.name, _referred(column, company))
        elif not (column.primary_key or column.has_default() or column.null or column.name in odd):
            setattr(row, column.name, _value(column, company))
    row.save()
    return row


def _referred(key: models.ForeignKey[Any, Any], company: Company) -> models.Model | None:
    """The first row of the company in the other table, made where one is needed."""
    other = key.related_model
    owned = any(each.name == "company" for each in _keys(other))
    rows = other._default_manager.all()
    found = (rows.filter(company=company) if owned else rows).order_by("pk").first()
    return make_row(other, company) if found is None and owned and not key.null else found


def _keys(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    return [key for key in model._meta.concrete_fields if isinstance(key, models.ForeignKey)]


def _value(column: models.Field[Any, Any], company: Company) -> Any:
    if isinstance(column, models.CharField | models.TextField) and not column.choices:
        return str(company.pk)[-(column.max_length or 20) :]  # what must be unique is
    if column.choices:
        return column.choices[0][0]
    if isinstance(column, models.DateTimeField):
        return clock.now()
    return next(value for kind, value in VALUES.items() if isinstance(column, kind))

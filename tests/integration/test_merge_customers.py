"""Two customers turn out to be one: nothing that hangs on either is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Model

from sollecito.dunning.models import Hold, PolicyChoice
from sollecito.flows.importing.merge_customers import merge_customers
from sollecito.ledger.models import ContactPoint, Party
from tests.reminders import make_company
from tests.row_maker import make_row

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_table_that_names_a_customer_follows_him() -> None:
    company = make_company()
    kept = Party.objects.create(company=company, identity="IT1", name="Uno", kind="impresa")
    other = Party.objects.create(company=company, identity="IT2", name="Due", kind="impresa")
    models = [
        model
        for model in apps.get_models()
        if any(key.name == "party" and key.related_model is Party for key in model._meta.fields)
    ]
    assert len(models) >= 14
    more: dict[type[Model], dict[str, Any]] = {
        ContactPoint: {"value": "due@cliente.example"},
        PolicyChoice: {"segment": "", "instalment": None},
        Hold: {"document": None, "instalment": None},
    }
    rows = {}
    for model in models:
        rows[model] = make_row(model, company).pk
        found = model._default_manager.filter(pk=rows[model])
        found.update(party=other, **more.get(model, {}))
    with transaction.atomic():
        merge_customers(kept, [other])
    lost = {
        model.__name__
        for model in models
        if not model._default_manager.filter(pk=rows[model], party=kept).exists()
    }
    assert lost == set()
    assert not Party.objects.filter(pk=other.pk).exists()

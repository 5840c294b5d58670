"""Filters of "Solleciti di oggi", all in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.accounts.models import Company
from sollecito.dunning.models import Policy
from sollecito.dunning.work_list import Shelf, WorkFilter
from sollecito.ledger.models import Agent
from sollecito.ledger.queries import LedgerFilter
from sollecito.web import work_words
from sollecito.web.forms.controls import MoneyField, select
from sollecito.web.forms.filters import FilterForm

SHELVES = {
    "da_inviare": Shelf.TO_SEND,
    "da_completare": Shelf.INCOMPLETE,
    "in_attesa": Shelf.WAITING,
}
SORTS = {
    "ritardo": "late",
    "cliente": "customer",
    "-cliente": "-customer",
    "importo": "amount",
    "-importo": "-amount",
}
ORDERS = [
    ("", _("Prima i passi più avanti")),
    ("cliente", _("Cliente")),
    ("-cliente", _("Cliente, dalla Z")),
    ("-importo", _("Importo, prima i più alti")),
    ("importo", _("Importo, prima i più bassi")),
]


class WorkForm(FilterForm):
    """What the list is narrowed to. Field names are the names in the address."""

    MAIN = ("passo", "regola")
    MORE = ("tipo", "agente", "dal", "al", "importo_da", "importo_a", "ordina")
    UNFILTERED = frozenset({"vista", "ordina", "di"})

    passo = forms.ChoiceField(label=_("Passo"), required=False, widget=select())
    regola = forms.ChoiceField(label=_("Regola"), required=False, widget=select())
    agente = forms.ChoiceField(label=_("Agente"), required=False, widget=select())
    importo_da = MoneyField(label=_("Importo da"), required=False)
    importo_a = MoneyField(label=_("Importo fino a"), required=False)
    ordina = forms.ChoiceField(
        label=_("Ordina per"), required=False, choices=ORDERS, widget=select()
    )
    vista = forms.ChoiceField(
        required=False,
        choices=[("", ""), *((name, name) for name in SHELVES)],
        widget=forms.HiddenInput(),
    )
    di = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [(code, word) for code, (word, _icon) in work_words.STEP_KINDS.items()]
        mine = Policy.objects.filter(company=company).order_by("name")
        agents = Agent.objects.filter(company=company).order_by("name")
        self._choose("passo", steps)
        self._choose("regola", [(str(pk), name) for pk, name in mine.values_list("pk", "name")])
        self._choose("agente", [(str(pk), name) for pk, name in agents.values_list("pk", "name")])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        field.choices = [("", _("Tutti") if name != "regola" else _("Tutte")), *choices]

    @property
    def shelf(self) -> Shelf:
        """Which part of the list is open."""
        return SHELVES.get(self.chosen().get("vista", ""), Shelf.TO_SEND)

    def sort_key(self) -> str:
        """The order as the list knows it."""
        return SORTS.get(self.chosen().get("ordina", ""), "late")

    def work_filter(self, agents: frozenset[int] | None = None) -> WorkFilter:
        """The filter as the list knows it; ``agents`` those the user is charged with."""
        chosen = self.chosen()
        return WorkFilter(
            ledger=LedgerFilter(
                kinds=(chosen["tipo"],) if "tipo" in chosen else (),
                text=chosen.get("cerca", ""),
                customer_id=chosen.get("cliente"),
                due_from=chosen.get("dal"),
                due_to=chosen.get("al"),
            ),
            amount_from=chosen.get("importo_da"),
            amount_to=chosen.get("importo_a"),
            step_kind=chosen.get("passo", ""),
            policy_id=int(chosen["regola"]) if "regola" in chosen else None,
            agent_id=int(chosen["agente"]) if "agente" in chosen else None,
            agents=agents,
        )

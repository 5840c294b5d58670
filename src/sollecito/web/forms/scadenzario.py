"""The filters of the scadenzario, all in the address."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.domain.aging import Bucket
from sollecito.ledger.queries import LedgerFilter
from sollecito.web import words
from sollecito.web.forms.controls import MoneyField, select
from sollecito.web.forms.filters import FilterForm

CENT = Decimal("0.01")
DUE = {"scadute": "overdue", "future": "future"}
SORTS = {
    "scadenza": "due",
    "cliente": "customer",
    "documento": "number",
    "importo": "amount",
    "residuo": "balance",
}
ORDERS = [
    ("", _("Scadenza, prima le più vecchie")),
    ("-scadenza", _("Scadenza, prima le più lontane")),
    ("cliente", _("Cliente")),
    ("documento", _("Documento")),
    ("-residuo", _("Residuo, prima i più alti")),
    ("residuo", _("Residuo, prima i più bassi")),
    ("-importo", _("Importo, prima i più alti")),
    ("importo", _("Importo, prima i più bassi")),
    ("-cliente", _("Cliente, dalla Z")),
    ("-documento", _("Documento, dagli ultimi")),
    ("scadenza", _("Scadenza, prima le più vecchie")),
]


class ScadenzarioForm(FilterForm):
    """What the list is narrowed to. Field names are the names in the address."""

    MAIN = ("tipo", "stato")
    MORE = ("quando", "sospesa", "dal", "al", "importo_da", "importo_a", "ordina")

    stato = forms.ChoiceField(label=_("Stato"), required=False, widget=select())
    quando = forms.ChoiceField(
        label=_("Scadenza"),
        required=False,
        choices=[("", _("Tutte")), ("scadute", _("Solo scadute")), ("future", _("Solo future"))],
        widget=select(),
    )
    sospesa = forms.ChoiceField(label=_("Sospesa per"), required=False, widget=select())
    importo_da = MoneyField(label=_("Residuo da"), required=False)
    importo_a = MoneyField(label=_("Residuo fino a"), required=False)
    fascia = forms.ChoiceField(
        required=False,
        choices=[("", ""), *((bucket.value, bucket.value) for bucket in Bucket)],
        widget=forms.HiddenInput(),
    )
    ordina = forms.ChoiceField(
        label=_("Ordina per"), required=False, choices=ORDERS, widget=select()
    )
    vista = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [("", _("Da incassare")), *words.choices(words.INSTALMENT), ("tutti", _("Tutti"))]
        holds = [("", _("—")), *words.choices(words.HOLD)]
        for name, choices in (("stato", states), ("sospesa", holds)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
            field.choices = choices

    def ledger_filter(self) -> LedgerFilter:
        """The filter as the ledger knows it. Without a state: what is still to be collected."""
        chosen = self.chosen()
        status = chosen.get("stato", "")
        return LedgerFilter(
            kinds=(chosen["tipo"],) if "tipo" in chosen else (),
            due=DUE.get(chosen.get("quando", ""), ""),
            status="" if status == "tutti" else status,
            hold=chosen.get("sospesa", ""),
            text=chosen.get("cerca", ""),
            customer_id=chosen.get("cliente"),
            due_from=chosen.get("dal"),
            due_to=chosen.get("al"),
            amount_from=chosen.get("importo_da", None if status else CENT),
            amount_to=chosen.get("importo_a"),
            bucket=Bucket(chosen["fascia"]) if "fascia" in chosen else None,
        )

    def sort_key(self) -> str:
        """The order as the ledger knows it; by due date unless asked otherwise."""
        wanted = self.chosen().get("ordina", "")
        key = SORTS.get(wanted.removeprefix("-"), "due")
        return f"-{key}" if wanted.startswith("-") else key

"""What the company owes a customer, and setting it against what the customer owes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from sollecito.ledger.models import Payable
from sollecito.web.forms.controls import DayField, MoneyField, text_input
from sollecito.web.forms.payments import CollectedForm, SharedForm

Debts = Sequence[tuple[Payable, Decimal]]


class PayableForm(forms.Form):
    """Un nostro debito."""

    amount = MoneyField(label=_("Importo che dobbiamo"))
    number = forms.CharField(
        label=_("Numero della loro fattura"),
        required=False,
        max_length=60,
        widget=text_input(autocomplete="off"),
    )
    day = DayField(label=_("Data"))
    due_date = DayField(label=_("Scadenza (facoltativa)"), required=False)
    note = forms.CharField(
        label=_("Nota (facoltativa)"), required=False, max_length=300, widget=text_input()
    )


class OffsetForm(SharedForm, CollectedForm):
    """Compensazione: one amount, closed on both sides; ``debito_<id>`` says of which debt."""

    importo = MoneyField(label=_("Quanto compensare"))
    giorno = DayField(label=_("Data"))
    nota = forms.CharField(
        label=_("Accordo, lettera o nota"), required=False, max_length=200, widget=text_input()
    )

    def __init__(self, *args: Any, debts: Debts = (), **options: Any) -> None:
        """One field a debt, where there are several."""
        super().__init__(*args, **options)
        self.debts = debts
        for row, _left in debts if len(debts) > 1 else ():
            field = MoneyField(label=_("Importo per %s") % row, required=False)
            field.widget.attrs["class"] += " quota"
            self.fields[f"debito_{row.pk}"] = field

    @property
    def theirs(self) -> list[tuple[Payable, Decimal, BoundField | None]]:
        """Each debt with what is left of it and its field."""
        names = [(row, left, f"debito_{row.pk}") for row, left in self.debts]
        return [
            (row, left, self[name] if name in self.fields else None) for row, left, name in names
        ]

    @property
    def debt_parts(self) -> dict[int, Decimal]:
        """What was written, by debt; nothing where all may be shared oldest first."""
        written = {row.pk: self.cleaned_data.get(f"debito_{row.pk}") for row, _left in self.debts}
        return {pk: amount for pk, amount in written.items() if amount}

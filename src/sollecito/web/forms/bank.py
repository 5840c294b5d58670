"""A movement matched by a person: what each instalment takes, and who keeps what is over."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from sollecito.domain.settling import ClosingKind
from sollecito.dunning.queries import LedgerRow
from sollecito.ledger.models import Party
from sollecito.web.forms.controls import MoneyField, check_box, select, text_input
from sollecito.web.forms.payments import RESTS


class MatchForm(forms.Form):
    """Abbina a mano: ``quota_<id>`` for each instalment in sight, ``manca_<id>`` for its rest."""

    cerca = forms.CharField(
        label=_("Cerca un cliente, un numero o un importo"),
        required=False,
        max_length=100,
        widget=text_input(autocomplete="off", data_first_search=""),
    )
    resto_a = forms.TypedChoiceField(
        label=_("Quello che avanza va a credito di"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=select(),
    )
    ricorda = forms.BooleanField(
        label=_("Ricorda: chi paga da questo conto è il cliente scelto"),
        required=False,
        initial=True,
        widget=check_box(),
    )

    def __init__(
        self,
        *args: Any,
        rows: Sequence[LedgerRow] = (),
        parties: Sequence[Party] = (),
        **options: Any,
    ) -> None:
        """One field a row; the customers of the rows, and those found, may keep the rest."""
        super().__init__(*args, **options)
        self.rows = rows
        for row in rows:
            field = MoneyField(label=_("Quanto va a %s") % row.number, required=False)
            field.widget.attrs["class"] += " quota"
            self.fields[f"quota_{row.id}"] = field
            self.fields[f"manca_{row.id}"] = forms.ChoiceField(
                label=_("Quello che manca"), choices=RESTS, required=False, widget=select()
            )
        names = {row.customer_id: row.customer for row in rows}
        names |= {party.pk: party.name for party in parties}
        chooser = self.fields["resto_a"]
        assert isinstance(chooser, forms.TypedChoiceField)  # noqa: S101  tells the type checker
        chooser.choices = [
            ("", _("— il cliente scelto —")),
            *sorted(names.items(), key=lambda each: each[1]),
        ]

    @property
    def shares(self) -> list[tuple[LedgerRow, BoundField, BoundField]]:
        """Each row with its fields: what it takes, and what becomes of the rest."""
        return [(row, self[f"quota_{row.id}"], self[f"manca_{row.id}"]) for row in self.rows]

    @property
    def parts(self) -> dict[int, Decimal]:
        """What was written, by instalment."""
        written = {row.id: self.cleaned_data.get(f"quota_{row.id}") for row in self.rows}
        return {pk: amount for pk, amount in written.items() if amount}

    @property
    def closings(self) -> dict[int, ClosingKind]:
        """As what the rest of an instalment is closed, where that was chosen."""
        chosen = {row.id: self.cleaned_data.get(f"manca_{row.id}") for row in self.rows}
        return {pk: ClosingKind(kind) for pk, kind in chosen.items() if kind}

    def clean(self) -> dict[str, Any]:
        """What is missing is closed only where money arrives."""
        fields: dict[str, Any] = super().clean() or self.cleaned_data
        for row in self.rows:
            if fields.get(f"manca_{row.id}") and fields.get(f"quota_{row.id}", 1) is None:
                self.add_error(f"quota_{row.id}", _("Scrivi quanto arriva per questa rata."))
        return fields

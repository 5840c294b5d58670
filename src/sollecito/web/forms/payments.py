"""Money that came in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from sollecito.dunning.queries import LedgerRow
from sollecito.web.forms.controls import DayField, MoneyField, check_box, select, text_input

METHODS = [
    ("bonifico", _("Bonifico")),
    ("riba", _("RiBa, SDD o MAV")),
    ("assegno", _("Assegno")),
    ("contanti", _("Contanti")),
    ("carta", _("Carta o POS")),
    ("altro", _("Altro")),
]


class CollectedForm(forms.Form):
    """The day of money that came in: at the latest today, which the form begins with."""

    def clean_giorno(self) -> date:
        """Refuse a day to come."""
        day: date = self.cleaned_data["giorno"]
        if day > self.initial["giorno"]:
            raise forms.ValidationError(
                _("È una data futura: scrivi il giorno in cui il denaro è arrivato.")
            )
        return day


RESTS = [
    ("", _("Resta da incassare")),
    ("allowance", _("Abbuono di piccolo importo")),
    ("withheld", _("Ritenuta subita")),
    ("costs", _("Spese bancarie trattenute")),
    ("discount", _("Sconto per pagamento anticipato")),
]
CLOSINGS = [
    ("allowance", _("Abbuono")),
    ("settlement", _("Saldo e stralcio")),
    ("loss", _("Perdita su crediti")),
    ("withheld", _("Ritenuta subita")),
    ("costs", _("Spese bancarie")),
    ("offset", _("Compensazione con un nostro debito")),
]


class SharedForm(forms.Form):
    """An amount and, where there are several rate, what each takes of it (``quota_<id>``)."""

    def __init__(self, *args: Any, rows: Sequence[LedgerRow] = (), **options: Any) -> None:
        """One field a row; a single row takes what it can."""
        super().__init__(*args, **options)
        self.rows = rows
        for row in rows if len(rows) > 1 else ():
            label = _("Importo per %s") % row.number
            field = MoneyField(label=label, required=False)
            field.widget.attrs["class"] += " quota"
            self.fields[f"quota_{row.id}"] = field

    @property
    def shares(self) -> list[tuple[LedgerRow, BoundField | None]]:
        """Each row with its field."""
        names = [(row, f"quota_{row.id}") for row in self.rows]
        return [(row, self[name] if name in self.fields else None) for row, name in names]

    @property
    def parts(self) -> dict[int, Decimal]:
        """What was written, by row; nothing where all may be shared oldest first."""
        written = {row.id: self.cleaned_data.get(f"quota_{row.id}") for row in self.rows}
        return {pk: amount for pk, amount in written.items() if amount}


class PaymentForm(SharedForm, CollectedForm):
    """Registra incasso."""

    importo = MoneyField(label=_("Importo incassato"))
    giorno = DayField(label=_("Data dell’incasso"))
    mezzo = forms.ChoiceField(
        label=_("Mezzo"), choices=METHODS, widget=select(), initial="bonifico"
    )
    resto = forms.ChoiceField(
        label=_("Quello che manca"), choices=RESTS, required=False, widget=select()
    )
    nota = forms.CharField(
        label=_("Nota (facoltativa)"), required=False, max_length=300, widget=text_input()
    )
    a_credito = forms.BooleanField(
        label=_("Non abbinare: resta a credito del cliente (acconto)"),
        required=False,
        widget=check_box(),
    )
    interessi = forms.BooleanField(
        label=_("Imputa prima a spese e interessi di mora (art. 1194 c.c.)"),
        required=False,
        widget=check_box(),
    )
    conferma = forms.BooleanField(required=False, widget=forms.HiddenInput())


class CreditForm(SharedForm):
    """Abbina credito."""

    importo = MoneyField(label=_("Quanto abbinare"))


class ClosingForm(CollectedForm):
    """Abbuona o stralcia."""

    tipo = forms.ChoiceField(
        label=_("Come si chiude"), choices=CLOSINGS, widget=select(), initial="allowance"
    )
    importo = MoneyField(label=_("Importo"), required=False)
    giorno = DayField(label=_("Data"))
    reason = forms.CharField(label=_("Motivo"), required=False, max_length=300, widget=text_input())
    approved_by = forms.CharField(
        label=_("Approvato da"), required=False, max_length=100, widget=text_input()
    )


class MarkForm(CollectedForm):
    """Segna come incassate."""

    giorno = DayField(label=_("Data dell’incasso"))

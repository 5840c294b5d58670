"""Sospendi i solleciti…, promesse e piani di rientro."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sollecito.domain.repayment import Rate, monthly_dates, split_evenly
from sollecito.dunning.models import Hold
from sollecito.flows.hold_as_asked import HoldWish
from sollecito.web.forms.controls import CONTROL, DayField, MoneyField, text_area, text_input
from sollecito.web.forms.hold_details import HoldDetailsForm

SCOPES = [
    ("instalment", gettext_lazy("Solo questa rata")),
    ("document", gettext_lazy("Tutto il documento")),
    ("party", gettext_lazy("Tutto il cliente")),
]
KINDS = [
    (Hold.Kind.SNOOZE, gettext_lazy("Sospesa fino al… (ci penso dopo)")),
    (Hold.Kind.PROMISE, gettext_lazy("Ha promesso di pagare")),
    (Hold.Kind.DISPUTE, gettext_lazy("Contestata, tutta o in parte")),
    (Hold.Kind.ARRANGEMENT, gettext_lazy("Sospesa per accordo (in altri programmi «Insoluta»)")),
    (Hold.Kind.CLAIMED_PAID, gettext_lazy("Dice di aver pagato")),
    (Hold.Kind.IN_COLLECTION, gettext_lazy("RiBa, SDD, MAV o assegno presentato")),
    (Hold.Kind.LEGAL, gettext_lazy("Passata al legale")),
    (Hold.Kind.INSOLVENCY, gettext_lazy("Procedura concorsuale")),
    (Hold.Kind.CEASED, gettext_lazy("Cliente cessato o deceduto")),
]
OF_DRAFT = [
    ("instalment", gettext_lazy("Ciò che chiede questo sollecito")),
    ("party", gettext_lazy("Tutto il cliente")),
]
OF_CUSTOMER = [("party", gettext_lazy("Tutto il cliente"))]
Scopes = list[tuple[str, Any]]
USED_BY = {
    "fino_al": frozenset(
        {
            *(Hold.Kind.SNOOZE, Hold.Kind.PROMISE, Hold.Kind.DISPUTE),
            *(Hold.Kind.ARRANGEMENT, Hold.Kind.CLAIMED_PAID),
        }
    ),
    "importo": frozenset({Hold.Kind.DISPUTE, Hold.Kind.PROMISE}),
}
"""Which reasons use a day and an amount."""
WHOLE_CUSTOMER = frozenset({Hold.Kind.INSOLVENCY, Hold.Kind.CEASED})
MOST_RATES = 36


def radio(**attributes: str) -> forms.RadioSelect:
    """One of a few, all in sight."""
    return forms.RadioSelect(attrs={"class": "form-check-input"} | attributes)


class HoldForm(HoldDetailsForm):
    """Sospendi i solleciti: what, why, until when; and what the reason must know."""

    def __init__(
        self, *args: Any, today: date, scopes: Scopes | None = None, **kwargs: Any
    ) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        if scopes is not None:
            field = self.fields["ambito"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
            field.choices = scopes

    ambito = forms.ChoiceField(
        label=gettext_lazy("Che cosa"), choices=SCOPES, widget=radio(), initial="instalment"
    )
    tipo = forms.ChoiceField(label=gettext_lazy("Perché"), choices=KINDS, widget=radio())
    fino_al = DayField(
        label=gettext_lazy("Ultimo giorno sospeso"),
        required=False,
        help_text=gettext_lazy(
            "Vuoto: finché non la riprendi tu (se dice di aver pagato, cinque giorni lavorativi). "
            "Per una promessa è il giorno promesso: si riparte da soli tre giorni lavorativi dopo."
        ),
    )
    importo = MoneyField(
        label=gettext_lazy("Importo contestato o promesso"),
        required=False,
        help_text=gettext_lazy("Vuoto: tutto il residuo."),
    )
    motivo = forms.CharField(
        label=gettext_lazy("Motivo (resta nella storia)"),
        required=False,
        max_length=250,
        widget=text_area(2),
    )

    def clean(self) -> dict[str, Any]:
        """A snooze and a promise want their day; what the reason has no use for is not read."""
        values = super().clean()
        kind = values.get("tipo")
        for name, kinds in USED_BY.items():
            if kind not in kinds:
                values[name] = None
                self.errors.pop(name, None)
        day, amount = values.get("fino_al"), values.get("importo")
        self._check_day(kind, day)
        if amount is not None and amount <= 0:
            self.add_error("importo", _("Scrivi un importo maggiore di zero."))
        if kind == Hold.Kind.DISPUTE and not values.get("motivo"):
            self.add_error("motivo", _("Scrivi che cosa contesta."))
        if kind in WHOLE_CUSTOMER:
            values["ambito"] = "party"
        return values

    def _check_day(self, kind: Any, day: date | None) -> None:
        if "fino_al" in self.errors:
            return
        if kind in {Hold.Kind.SNOOZE, Hold.Kind.PROMISE} and not day:
            self.add_error("fino_al", _("Scrivi fino a quando."))
        if day and day < self.today:
            self.add_error("fino_al", _("Scegli un giorno da oggi in poi."))

    def wish(self) -> HoldWish:
        """What was asked for."""
        read = self.cleaned_data
        kind = read["tipo"]
        return HoldWish(kind, read["fino_al"], read["importo"], read["motivo"], self.details(kind))


class PlanForm(forms.Form):
    """Piano di rientro: how many rates, from when; each date and amount may then be changed."""

    righe = forms.CharField(widget=forms.HiddenInput())
    rate = forms.IntegerField(
        label=gettext_lazy("Quante rate"),
        min_value=1,
        max_value=MOST_RATES,
        initial=3,
        widget=text_input(inputmode="numeric"),
    )
    prima = DayField(label=gettext_lazy("Prima rata il"))
    tolleranza = forms.IntegerField(
        label=gettext_lazy("Giorni di tolleranza"),
        min_value=0,
        max_value=60,
        initial=5,
        widget=text_input(inputmode="numeric"),
        help_text=gettext_lazy("Passati questi giorni senza la rata, il piano decade."),
    )
    promemoria = forms.IntegerField(
        label=gettext_lazy("Promemoria giorni prima"),
        min_value=0,
        max_value=30,
        initial=3,
        widget=text_input(inputmode="numeric"),
        help_text=gettext_lazy("Un breve promemoria prima di ogni rata; 0 per non mandarlo."),
    )
    nota = forms.CharField(
        label=gettext_lazy("Nota"), required=False, max_length=300, widget=text_input()
    )

    def lines(self, balance: Decimal) -> list[dict[str, Any]]:
        """The rates as typed, else proposed: equal, the same day of each month."""
        typed = [
            {
                "n": n,
                "day": self.data.get(f"giorno_{n}", ""),
                "amount": self.data.get(f"rata_{n}", ""),
            }
            for n in range(1, MOST_RATES + 1)
            if f"giorno_{n}" in self.data
        ]
        if typed:
            return typed
        return propose_lines(self.cleaned_data["prima"], self.cleaned_data["rate"], balance)

    def rates(self) -> tuple[Rate, ...]:
        """Dates and amounts as typed. Raises ``forms.ValidationError``."""
        day, amount = DayField(), MoneyField()
        found = [
            Rate(day.clean(line["day"]), amount.clean(line["amount"]))
            for line in self.lines(Decimal(0))
            if line["day"] or line["amount"]
        ]
        return tuple(found)


def propose_lines(first: date, count: int, balance: Decimal) -> list[dict[str, Any]]:
    """Equal rates, the same day of each month."""
    pairs = zip(monthly_dates(first, count), split_evenly(balance, count), strict=True)
    amount = MoneyField()
    return [
        {"n": n, "day": day.isoformat(), "amount": amount.prepare_value(part)}
        for n, (day, part) in enumerate(pairs, start=1)
    ]


class AcceptForm(forms.Form):
    """Il cliente ha accettato il piano."""

    giorno = DayField(label=gettext_lazy("Accettato il"))
    da = forms.CharField(
        label=gettext_lazy("Da chi"), max_length=200, widget=text_input(autocomplete="off")
    )
    messaggio = forms.CharField(
        label=gettext_lazy("Che cosa ha scritto"),
        required=False,
        max_length=4000,
        widget=text_area(4),
        help_text=gettext_lazy("Incolla l’e-mail o annota la telefonata: vale da prova."),
    )
    file = forms.FileField(
        label=gettext_lazy("Il suo messaggio (facoltativo)"),
        required=False,
        help_text=gettext_lazy("L’e-mail o il foglio firmato: resta anche nel fascicolo."),
        widget=forms.FileInput(attrs=CONTROL),
        allow_empty_file=True,
    )

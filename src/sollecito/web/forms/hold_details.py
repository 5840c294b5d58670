"""What some holds must know: the effect at the bank, the procedure, the heirs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sollecito.domain.hold_details import (
    Effect,
    Ending,
    HoldDetails,
    Insolvency,
    Presented,
    ProcedureKind,
    Successor,
)
from sollecito.dunning.models import Hold
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.web import words
from sollecito.web.forms.controls import DayField, MoneyField, select, text_input
from sollecito.web.forms.problems import mark_invalid

EFFECT_FIELDS = ("effetto", "banca", "scadenza_effetto")
PROCEDURE_FIELDS = ("procedura", "aperta_il", "curatore", "pec_curatore", "udienza")
ENDING_FIELDS = ("fine", "finita_il", "chi", "email", "pec", "telefono")
FIELDS = {
    Hold.Kind.IN_COLLECTION: EFFECT_FIELDS,
    Hold.Kind.INSOLVENCY: PROCEDURE_FIELDS,
    Hold.Kind.CEASED: ENDING_FIELDS,
}
NAMES = {
    "due_date": "scadenza_effetto",
    "opened_date": "aperta_il",
    "hearing_date": "udienza",
    "since_date": "finita_il",
    "email": "email",
}
"""Fields of the values → fields of the form."""


class HoldDetailsForm(forms.Form):
    """The fields of every kind; those of other kinds are not read."""

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)

    effetto = forms.ChoiceField(
        label=gettext_lazy("Effetto"),
        choices=words.choices(words.EFFECTS),
        initial=Effect.RIBA,
        required=False,
        widget=select(),
    )
    banca = forms.CharField(
        label=gettext_lazy("Banca"), required=False, max_length=100, widget=text_input()
    )
    scadenza_effetto = DayField(
        label=gettext_lazy("Scadenza dell’effetto"),
        required=False,
        help_text=gettext_lazy(
            "Vuota: quella della rata. Cinque giorni lavorativi dopo (un assegno dieci) ti "
            "chiediamo com’è andata."
        ),
    )
    procedura = forms.ChoiceField(
        label=gettext_lazy("Procedura"),
        choices=words.choices(words.PROCEDURES),
        initial=ProcedureKind.LIQUIDATION,
        required=False,
        widget=select(),
    )
    aperta_il = DayField(label=gettext_lazy("Aperta il"), required=False)
    curatore = forms.CharField(
        label=gettext_lazy("Curatore o commissario"),
        required=False,
        max_length=150,
        widget=text_input(autocomplete="off"),
    )
    pec_curatore = forms.CharField(
        label=gettext_lazy("PEC della procedura"),
        required=False,
        max_length=254,
        widget=text_input(inputmode="email", autocomplete="off"),
    )
    udienza = DayField(
        label=gettext_lazy("Udienza di verifica"),
        required=False,
        help_text=gettext_lazy("La domanda di insinuazione va inviata 30 giorni prima."),
    )
    fine = forms.ChoiceField(
        label=gettext_lazy("Che cosa è successo"),
        choices=words.choices(words.ENDINGS),
        initial=Ending.CEASED,
        required=False,
        widget=select(),
    )
    finita_il = DayField(label=gettext_lazy("Da quando"), required=False)
    chi = forms.CharField(
        label=gettext_lazy("Liquidatore o eredi"),
        required=False,
        max_length=150,
        widget=text_input(autocomplete="off"),
        help_text=gettext_lazy(
            "Se non lo sai ancora, resta fra i compiti. Quando riprendi, si scrive solo a loro."
        ),
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        widget=text_input(inputmode="email", autocomplete="off"),
    )
    pec = forms.CharField(
        label="PEC",
        required=False,
        max_length=254,
        widget=text_input(inputmode="email", autocomplete="off"),
    )
    telefono = forms.CharField(
        label=gettext_lazy("Telefono"),
        required=False,
        max_length=40,
        widget=text_input(inputmode="tel", autocomplete="off"),
    )

    def clean(self) -> dict[str, Any]:
        """A procedure has its day; faults in fields of other kinds are nobody's business."""
        values = super().clean() or {}
        kind = values.get("tipo", self.kind)
        for other, names in FIELDS.items():
            for name in names if other != kind else ():
                self.errors.pop(name, None)
        is_open = kind == Hold.Kind.INSOLVENCY and "aperta_il" not in self.errors
        if is_open and not values.get("aperta_il"):
            self.add_error("aperta_il", _("Scrivi quando si è aperta la procedura."))
        return values

    def details(self, kind: str) -> HoldDetails | None:
        """What was written of a kind, ``None`` for kinds that need nothing."""
        read = self.cleaned_data
        if kind == Hold.Kind.IN_COLLECTION:
            effect = Effect(read["effetto"] or Effect.RIBA)
            return Presented(effect, read["banca"], read["scadenza_effetto"])
        if kind == Hold.Kind.INSOLVENCY:
            procedure = ProcedureKind(read["procedura"] or ProcedureKind.LIQUIDATION)
            rest = (read["curatore"], read["pec_curatore"].lower(), read["udienza"])
            return Insolvency(procedure, read["aperta_il"], *rest)
        if kind == Hold.Kind.CEASED:
            who = (read["chi"], read["email"].lower(), read["pec"].lower(), read["telefono"])
            return Successor(Ending(read["fine"] or Ending.CEASED), read["finita_il"], *who)
        return None

    def add_refusal(self, kind: str, error: FieldsRefusedError) -> None:
        """Put what the flow refused beside its field."""
        pec = "pec_curatore" if kind == Hold.Kind.INSOLVENCY else "pec"
        for name, problem in error.problems.items():
            text = f"{problem.message} {problem.hint}".strip()
            self.add_error(NAMES.get(name, pec), text)
        mark_invalid(self)


def initial_details(details: HoldDetails | None) -> dict[str, Any]:
    """The fields as they are now."""
    if isinstance(details, Presented):
        return dict(
            zip(EFFECT_FIELDS, (details.effect, details.bank, details.due_date), strict=True)
        )
    if isinstance(details, Insolvency):
        known = (details.kind, details.opened_date, details.curator, details.pec)
        return dict(zip(PROCEDURE_FIELDS, (*known, details.hearing_date), strict=True))
    if isinstance(details, Successor):
        who = (details.name, details.email, details.pec, details.phone)
        return dict(zip(ENDING_FIELDS, (details.ending, details.since_date, *who), strict=True))
    return {}


class ReturnForm(forms.Form):
    """Tornata insoluta: what the bank charged."""

    spese = MoneyField(
        label=gettext_lazy("Spese della banca"),
        required=False,
        help_text=gettext_lazy("Facoltative: si dicono nel messaggio, non si sommano al residuo."),
    )

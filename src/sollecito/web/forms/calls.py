"""Telefonata and Nota."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.domain.calls import CallOutcome
from sollecito.web.forms.company import text_field
from sollecito.web.forms.controls import DayField, MoneyField, text_area
from sollecito.web.forms.holds import radio

OUTCOMES = [
    (CallOutcome.NO_ANSWER, _("Non risponde (richiamo domani)")),
    (CallOutcome.CALL_BACK, _("Richiamare il…")),
    (CallOutcome.WILL_PAY, _("Paga il…")),
    (CallOutcome.SAYS_PAID, _("Dice di aver già pagato")),
    (CallOutcome.NOT_RECEIVED, _("Non ha ricevuto il documento")),
    (CallOutcome.DISPUTES, _("Contesta")),
    (CallOutcome.INSTALMENTS, _("Chiede di pagare a rate")),
    (CallOutcome.WRONG_PERSON, _("Non è il referente giusto")),
    (CallOutcome.WRONG_NUMBER, _("Numero errato")),
    (CallOutcome.GAVE_TO_AGENT, _("Ha consegnato denaro o assegno all’agente")),
]


class CallForm(forms.Form):
    """What was heard; what an outcome has no use for is not read."""

    esito = forms.ChoiceField(label=_("Com’è andata"), choices=OUTCOMES, widget=radio())
    giorno = DayField(label=_("Giorno"), required=False)
    importo = MoneyField(
        label=_("Importo"), required=False, help_text=_("Vuoto: tutto il residuo.")
    )
    numero = text_field(_("Numero chiamato"), 40)
    persona = text_field(_("Con chi"), 100)
    nota = forms.CharField(
        label=_("Nota"),
        required=False,
        max_length=500,
        widget=text_area(2),
        help_text=_("Data e CRO del bonifico, che cosa contesta, chi è il referente giusto."),
    )

    def clean(self) -> dict[str, Any]:
        """Numero and nota may stay empty."""
        values = super().clean() or {}
        outcome = values.get("esito")
        if outcome not in {CallOutcome.CALL_BACK, CallOutcome.WILL_PAY}:
            values["giorno"] = None
        if outcome not in {CallOutcome.WILL_PAY, CallOutcome.DISPUTES}:
            values["importo"] = None
        return values


class NoteForm(forms.Form):
    """Nota."""

    testo = forms.CharField(
        label=_("Nota"),
        max_length=500,
        widget=text_area(4, autofocus=""),
        help_text=_("Resta nella storia del cliente."),
    )

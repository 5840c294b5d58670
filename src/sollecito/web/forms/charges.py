"""Who is charged with reminders, and of whose customers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sollecito.ledger.models import Agent
from sollecito.web.forms.controls import select

NOBODY, ALL, AGENTS = "nessuno", "tutti", "agenti"


class ChargeForm(forms.Form):
    """One person's charge."""

    clienti = forms.ChoiceField(
        label=_("Solleciti di quali clienti"),
        choices=[
            (NOBODY, _("Di nessuno: non è incaricato")),
            (ALL, _("Di tutti")),
            (AGENTS, _("Solo dei clienti di alcuni agenti")),
        ],
        widget=select(),
    )
    agenti = forms.ModelMultipleChoiceField(
        label=_("Clienti di questi agenti"),
        required=False,
        queryset=Agent.objects.none(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, agents: QuerySet[Agent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agenti"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  for the type checker
        field.queryset = agents

    def clean(self) -> dict[str, Any]:
        """«Solo di alcuni agenti» names at least one."""
        data = super().clean() or {}
        if data.get("clienti") == AGENTS and not data.get("agenti"):
            self.add_error("agenti", _now("Scegli almeno un agente."))
        return data

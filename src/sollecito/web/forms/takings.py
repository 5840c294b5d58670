"""The question of what was already collected, and its confirmation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sollecito.web.forms.controls import DayField, read_keys


class TakingsForm(forms.Form):
    """Before a date, of some means of payment, or by another programme's list."""

    before = DayField(label=_("Scadute prima del"), required=False)
    methods = forms.MultipleChoiceField(
        label=_("Pagate con"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    file = forms.FileField(
        label=_("Elenco completo delle partite aperte"),
        required=False,
        widget=forms.FileInput(
            attrs={"class": "form-control", "accept": ".csv,.txt,.xls,.xlsx,.ods"}
        ),
    )

    def __init__(
        self, *args: Any, methods: Iterable[tuple[str, str | Promise]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["methods"].choices = list(methods)  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """One of the three must be said."""
        values = super().clean() or {}
        if not self.errors and not any(values.values()):
            raise forms.ValidationError(
                _("Scegli una data, un mezzo di pagamento o un elenco: oppure rispondi «Nessuna».")
            )
        return values


class ConfirmTakingsForm(forms.Form):
    """What was proposed and stays chosen, and the day to write."""

    day = DayField(label=_("Data d’incasso da scrivere"))
    righe = forms.TypedMultipleChoiceField(required=False, coerce=int)
    altre = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.data.getlist("righe") if hasattr(self.data, "getlist") else []
        self.fields["righe"].choices = [(each, each) for each in chosen if read_keys(each)]  # type: ignore[attr-defined]  # a ChoiceField

    def ids(self) -> list[int]:
        """The instalments to mark."""
        return [*self.cleaned_data["righe"], *read_keys(self.cleaned_data["altre"])]

"""Forms of the models of communication. What is right is decided by the flows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.accounts.models import Company
from sollecito.domain.placeholders import TemplateProblem
from sollecito.dunning.texts import CATALOGUE
from sollecito.flows.check_text import LONGEST_TEXT, WrittenText, has_private_subject
from sollecito.flows.choose_sender import usable_senders
from sollecito.web.forms.company import text_field
from sollecito.web.forms.controls import check_box, select, text_area

FIELDS = {"subject": "oggetto", "private_subject": "oggetto_privati", "text": "testo"}


class TextForm(forms.Form):
    """The text of a model, and the customer on whom it is looked at."""

    token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())
    oggetto = text_field(_("Oggetto"), 250, attributes={"data_insert_here": ""})
    oggetto_privati = text_field(
        _("Oggetto per i privati"),
        250,
        help_text=_("Senza importo e senza la parola sollecito."),
        attributes={"data_insert_here": ""},
    )
    testo = forms.CharField(
        label=_("Testo"),
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        widget=text_area(18, data_insert_here="", spellcheck="true"),
    )
    conferma_sms = forms.BooleanField(
        label=_("Va bene così, anche se è più di un SMS"), required=False, widget=check_box()
    )

    def __init__(self, *args: Any, base: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model = CATALOGUE[base]
        kept = {
            "oggetto": model.has_subject,
            "oggetto_privati": model.has_subject and has_private_subject(base),
            "conferma_sms": model.is_sms,
        }
        for name in [name for name, is_kept in kept.items() if not is_kept]:
            del self.fields[name]
        if not model.has_subject:
            self.fields["testo"].widget.attrs["rows"] = 6

    def written(self) -> WrittenText:
        """The text as it stands in the form, right or wrong."""
        value = {name: str(self[name].value() or "") for name in self.fields}
        return WrittenText(
            value.get("oggetto", ""), value["testo"], value.get("oggetto_privati", "")
        )

    def show(self, problems: tuple[tuple[str, TemplateProblem], ...]) -> None:
        """Put each problem beside its field."""
        for name, problem in problems:
            field = FIELDS[name]
            text = f"{problem.message} {problem.hint}".strip()
            self.add_error(field if field in self.fields else None, text)


class ChoicesForm(forms.Form):
    """What a message of the model starts with."""

    sender = forms.ChoiceField(label=_("Mittente"), required=False, widget=select())
    attach_invoices = forms.BooleanField(
        label=_("Allega le copie di cortesia"), required=False, widget=check_box()
    )
    attach_statement = forms.BooleanField(
        label=_("Allega l’estratto conto"), required=False, widget=check_box()
    )
    is_on = forms.BooleanField(
        label=_("In uso: si può scegliere quando si scrive"), required=False, widget=check_box()
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(str(row.pk), str(row)) for row in usable_senders(company)]
        field = self.fields["sender"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        field.choices = [("", _("Quello predefinito")), *rows]


class CopyForm(forms.Form):
    """A model of the company's own."""

    source = forms.ChoiceField(label=_("Parti da"), widget=select())
    name = text_field(_("Nome del nuovo modello"), 100, attributes={"autocomplete": "off"})

    def __init__(self, *args: Any, sources: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        field.choices = sources


class CheckedForm(forms.Form):
    """Who checked a text that needs a lawyer."""

    words = text_field(_("Testo verificato da"), 200)

"""The drawer in which a reminder is written."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sollecito.web.forms.controls import check_box, select, text_area, text_input

SEPARATORS = re.compile(r"[,;\s]+")
MOST_RECIPIENTS = 3
LEFT_OUT = {
    "mail": (),
    "letter": ("a", "cc", "copia_a_me"),
    "text": ("cc", "copia_a_me", "oggetto"),
}
"""Fields that a kind of message is without: a letter goes to the address on the card, what is
texted or said has no subject and no copies."""


class AddressesField(forms.Field):
    """Addresses on one line, parted by commas, semicolons or spaces."""

    def __init__(self, *, most: int | None = None, **options: Any) -> None:
        self.most = most
        options.setdefault(
            "widget", text_input(inputmode="email", autocomplete="off", spellcheck="false")
        )
        super().__init__(**options)

    def to_python(self, value: Any) -> list[str]:
        """The addresses, in order, each once."""
        if isinstance(value, list):
            return value
        found = [part for part in SEPARATORS.split(str(value or "")) if part]
        return list(dict.fromkeys(found))

    def prepare_value(self, value: Any) -> Any:
        """A list as a person writes it."""
        return ", ".join(value) if isinstance(value, list) else value

    def validate(self, value: Any) -> None:
        """Each is an address, and they are not too many."""
        super().validate(value)
        if self.most and len(value) > self.most:
            raise forms.ValidationError(
                _("Al massimo %(most)d destinatari: metti gli altri in Cc.") % {"most": self.most}
            )
        for address in value:
            try:
                forms.EmailField().clean(address)
            except forms.ValidationError as error:
                text = _("%(address)s non è un indirizzo e-mail: correggilo o toglilo.")
                raise forms.ValidationError(text % {"address": address}) from error


class NumbersField(AddressesField):
    """Phone numbers as a person writes them; which of them can be used the flows say."""

    def to_python(self, value: Any) -> list[str]:
        """The numbers, in order, each once: a blank is part of a number."""
        if isinstance(value, list):
            return value
        found = [part.strip() for part in re.split(r"[,;\n]+", str(value or "")) if part.strip()]
        return list(dict.fromkeys(found))

    def validate(self, value: Any) -> None:
        """There is one at least."""
        forms.Field.validate(self, value)


class ReminderForm(forms.Form):
    """What leaves: to whom, with which words, to which account, with what attached."""

    token = forms.CharField(max_length=64, widget=forms.HiddenInput())
    a = AddressesField(
        label=gettext_lazy("A"),
        most=MOST_RECIPIENTS,
        help_text=gettext_lazy("Al massimo tre indirizzi, separati da virgole."),
        error_messages={"required": gettext_lazy("Scrivi almeno un destinatario.")},
    )
    cc = AddressesField(label=gettext_lazy("Cc"), required=False)
    copia_a_me = forms.BooleanField(
        label=gettext_lazy("Copia a me"), required=False, widget=check_box()
    )
    oggetto = forms.CharField(
        label=gettext_lazy("Oggetto"),
        max_length=150,
        widget=text_input(),
        error_messages={"required": gettext_lazy("Scrivi l’oggetto.")},
    )
    testo = forms.CharField(
        label=gettext_lazy("Testo"),
        strip=False,
        widget=text_area(14),
        error_messages={"required": gettext_lazy("Scrivi il testo.")},
    )
    modello = forms.ChoiceField(label=gettext_lazy("Modello"), required=False, widget=select())
    conto = forms.ChoiceField(
        label=gettext_lazy("Conto su cui farsi pagare"), required=False, widget=select()
    )
    conto_2 = forms.ChoiceField(
        label=gettext_lazy("Secondo conto (facoltativo)"), required=False, widget=select()
    )
    allegati = forms.MultipleChoiceField(
        label=gettext_lazy("Allegati"), required=False, widget=forms.CheckboxSelectMultiple()
    )

    def __init__(
        self,
        *args: Any,
        accounts: list[tuple[str, str]],
        attachments: list[tuple[str, str]],
        models: list[tuple[str, str]],
        kind: str = "mail",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        none = ("", _("Nessuno"))
        for name in LEFT_OUT[kind]:
            del self.fields[name]
        if kind == "text":
            self.fields["a"] = NumbersField(label=_("Numero"))
        self.fields["modello"].choices = models  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["conto"].choices = [*accounts, none]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["conto_2"].choices = [none, *accounts]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["allegati"].choices = attachments  # type: ignore[attr-defined]  # a ChoiceField

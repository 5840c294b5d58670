"""When and how letters were posted, and when something came back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.flows.print_letters import Post
from sollecito.web.forms.controls import DayField, select, text_input

KINDS = [
    (Post.WITH_RECEIPT.value, _("Raccomandata con ricevuta di ritorno")),
    (Post.REGISTERED.value, _("Raccomandata")),
    (Post.ORDINARY.value, _("Posta ordinaria")),
]


class PostForm(forms.Form):
    """Spedizione."""

    day = DayField(label=_("Spedite il"))
    kind = forms.ChoiceField(label=_("Come"), choices=KINDS, widget=select())
    number = forms.CharField(
        label=_("Numero della raccomandata"),
        required=False,
        max_length=40,
        widget=text_input(),
        help_text=_("Se la lettera è una sola."),
    )

    def posted(self) -> dict[str, Any]:
        """As the flow wants it; only of a valid form."""
        data = self.cleaned_data
        return {
            "day": data["day"],
            "kind": Post(data["kind"]),
            "number": data["number"].strip(),
        }


class ReturnForm(forms.Form):
    """Ritorno."""

    day = DayField(label=_("Il"))

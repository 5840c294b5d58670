"""Payment contacts: who answers for several customers, and for which."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.accounts.models import Company
from sollecito.flows.edit_customer import Contact
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.ledger.models import ContactPoint, Party, PaymentContact
from sollecito.web.forms.company import text_field
from sollecito.web.forms.controls import select, text_area
from sollecito.web.forms.problems import add_problems

KINDS = {"email": "email", "email_2": "email", "phone": "phone", "pec": "pec"}
"""Fields of addresses with their kind, in the order in which they are asked for."""
NEW = "nuovo"


class PaymentContactForm(forms.Form):
    """Who it is, how it is reached, and for whom it answers."""

    name = text_field(_("Nome"), 140, help_text=_("Lo studio, l’ufficio o la persona."))
    person = text_field(_("Persona da salutare"), 100)
    email = text_field(_("E-mail"), 254, attributes={"autocomplete": "off", "inputmode": "email"})
    email_2 = text_field(
        _("Altra e-mail"), 254, attributes={"autocomplete": "off", "inputmode": "email"}
    )
    phone = text_field(_("Telefono"), 254, attributes={"autocomplete": "off"})
    pec = text_field(
        _("PEC"),
        254,
        attributes={"autocomplete": "off"},
        help_text=_("Serve solo ai clienti che non ne hanno una loro."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=4000, widget=text_area(2))
    customers = forms.MultipleChoiceField(
        label=_("Risponde per"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, customers: Iterable[Party] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(party.pk), party.name) for party in customers]
        self.fields["customers"].choices = offered  # type: ignore[attr-defined]  # a MultipleChoiceField
        if not offered:
            del self.fields["customers"]

    def addresses(self) -> list[Contact]:
        """Those that are filled in."""
        written = [(kind, self.cleaned_data[name].strip()) for name, kind in KINDS.items()]
        return [Contact(kind, value) for kind, value in written if value]

    def add_refused(self, error: FieldsRefusedError) -> None:
        """Put problems of ``contact_<n>`` beside the n-th address that is filled in."""
        filled = [name for name in KINDS if self.cleaned_data[name].strip()]
        named = {
            filled[int(name.removeprefix("contact_"))]
            if name.startswith("contact_")
            else name: problem
            for name, problem in error.problems.items()
        }
        add_problems(self, FieldsRefusedError(named))


class ChooseContactForm(forms.Form):
    """Who answers for a customer: itself, or one of the company's contacts."""

    contact = forms.ChoiceField(label=_("Dei pagamenti risponde"), required=False, widget=select())

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = PaymentContact.objects.filter(company=company).order_by("name")
        self.fields["contact"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("Il cliente stesso")),
            *((str(pk), name) for pk, name in rows.values_list("pk", "name")),
            (NEW, _("Un contatto nuovo…")),
        ]


def first_values(points: Iterable[ContactPoint]) -> dict[str, str]:
    """What the form begins with, of some addresses."""
    left = list(points)
    found = {}
    for name, kind in KINDS.items():
        point = next((each for each in left if each.kind == kind), None)
        if point:
            left.remove(point)
            found[name] = point.value
    return found

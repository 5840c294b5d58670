"""A document written by hand, a changed instalment, an uploaded PDF."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sollecito.web import words
from sollecito.web.forms.controls import DayField, MoneyField, named, select, text_area, text_input

INSTALMENTS = 4
PDF_MARK = b"%PDF-"
PDF_MOST = 10 * 2**20
CURRENCIES = [(code, code) for code in ("EUR", "USD", "GBP", "CHF")]


class PdfField(forms.FileField):
    """A PDF, by its content and not by its name."""

    def __init__(self, **options: Any) -> None:
        attributes = {"class": "form-control"} | named({"accept": "application/pdf"})
        options.setdefault("widget", forms.FileInput(attrs=attributes))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> UploadedFile[Any] | None:
        """Refuse what is no PDF, or too large to go with a mail."""
        file: UploadedFile[Any] | None = super().clean(data, initial)
        if not file:
            return None
        if file.size and file.size > PDF_MOST:
            raise forms.ValidationError(
                _("Il PDF supera i 10 MB e molti server lo rifiuterebbero: riducilo e riprova.")
            )
        start = file.read(len(PDF_MARK))
        file.seek(0)
        if start != PDF_MARK:
            raise forms.ValidationError(_("Questo file non è un PDF: scegline un altro."))
        return file


class DocumentForm(forms.Form):
    """Nuovo documento."""

    tipo = forms.ChoiceField(label=gettext_lazy("Tipo"), widget=select(), initial="proforma")
    numero = forms.CharField(label=gettext_lazy("Numero"), max_length=60, widget=text_input())
    sezionale = forms.CharField(
        label=gettext_lazy("Sezionale"), max_length=20, required=False, widget=text_input()
    )
    giorno = DayField(label=gettext_lazy("Data"))
    cliente = forms.CharField(
        label=gettext_lazy("Cliente"),
        max_length=200,
        widget=text_input(list="clienti", autocomplete="off"),
        help_text=gettext_lazy("Scrivi il nome e scegli dall’elenco, oppure scrivine uno nuovo."),
    )
    partita_iva = forms.CharField(
        label=gettext_lazy("Partita IVA"), max_length=28, required=False, widget=text_input()
    )
    codice_fiscale = forms.CharField(
        label=gettext_lazy("Codice fiscale"), max_length=28, required=False, widget=text_input()
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), required=False, widget=text_input(type="email")
    )
    totale = MoneyField(label=gettext_lazy("Importo da incassare"))
    valuta = forms.ChoiceField(
        label=gettext_lazy("Valuta"), choices=CURRENCIES, widget=select(), initial="EUR"
    )
    nota = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=2000, widget=text_area(2)
    )
    pdf = PdfField(
        label=gettext_lazy("PDF del documento"),
        required=False,
        help_text=gettext_lazy("Va in allegato ai solleciti."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tipo"].choices = words.choices(words.DOCUMENT_KINDS)  # type: ignore[attr-defined]  # a ChoiceField
        for number in range(1, INSTALMENTS + 1):
            self.fields[f"scadenza_{number}"] = DayField(
                label=_("Scadenza della rata %(n)d") % {"n": number}, required=False
            )
            self.fields[f"importo_{number}"] = MoneyField(
                label=_("Importo della rata %(n)d") % {"n": number}, required=False
            )
        first = self.fields["scadenza_1"]
        first.label = _("Scadenza")
        first.help_text = _("Senza data valgono i giorni abituali dell’azienda.")

    def clean(self) -> dict[str, Any]:
        """An instalment's amount wants its day."""
        values = super().clean() or {}
        for number in range(1, INSTALMENTS + 1):
            day, amount = (f"{name}_{number}" for name in ("scadenza", "importo"))
            if values.get(amount) and not values.get(day) and day not in self.errors:
                self.add_error(day, _("Manca la scadenza di questa rata."))
        return values

    @property
    def more_instalments(self) -> list[tuple[BoundField, BoundField]]:
        """Date and amount of each instalment after the first."""
        return [
            (self[f"scadenza_{number}"], self[f"importo_{number}"])
            for number in range(2, INSTALMENTS + 1)
        ]

    @property
    def has_more_instalments(self) -> bool:
        """Whether an amount was written for an instalment of its own."""
        numbers = range(1, INSTALMENTS + 1)
        return any(
            self.data.get(f"importo_{number}") or self.errors.get(f"importo_{number}")
            for number in numbers
        )

    @property
    def has_new_customer(self) -> bool:
        """Whether something is written that tells a new customer."""
        names = ("partita_iva", "codice_fiscale", "email")
        return any(self.data.get(name) or self.errors.get(name) for name in names)


class InstalmentForm(forms.Form):
    """Modifica scadenza."""

    scadenza = DayField(label=gettext_lazy("Scadenza"))
    importo = MoneyField(label=gettext_lazy("Importo"))
    nota = forms.CharField(
        label=gettext_lazy("Nota"), required=False, max_length=500, widget=text_area(3)
    )


class PdfForm(forms.Form):
    """Carica il PDF."""

    pdf = PdfField(
        label=gettext_lazy("PDF del documento"),
        help_text=gettext_lazy("Prende il posto della copia che va in allegato ai solleciti."),
    )

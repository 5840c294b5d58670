"""Allega un file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.dunning.models import AttachedFile
from sollecito.ledger.models import Document, Party
from sollecito.web import words
from sollecito.web.customer_words import ATTACHED
from sollecito.web.forms.controls import CONTROL, select, text_input
from sollecito.web.templatetags.sollecito import write_day

MOST_DOCUMENTS = 300


class DocumentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A document of the customer."""

    def label_from_instance(self, obj: Any) -> str:
        """``Fattura 12/A · 28/02/2026``."""
        kind = words.DOCUMENT_KINDS.get(obj.kind, obj.kind)
        return f"{kind} {words.numbered(obj)} · {write_day(obj.date)}"


class AttachForm(forms.Form):
    """A file, what it is, and the document it belongs to."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Al massimo 20 MB. Resta com’è, con la sua impronta."),
        widget=forms.FileInput(attrs=CONTROL),
        allow_empty_file=True,
    )
    tipo = forms.ChoiceField(
        label=_("Che cos’è"),
        choices=list(ATTACHED.items()),
        initial=AttachedFile.Kind.OTHER,
        widget=select(),
    )
    documento = DocumentChoice(
        label=_("Documento"),
        queryset=Document.objects.none(),
        required=False,
        empty_label=_("nessuno in particolare"),
        widget=select(),
    )
    nota = forms.CharField(label=_("Nota"), required=False, max_length=300, widget=text_input())

    def __init__(self, *arguments: Any, party: Party, **more: Any) -> None:
        """Offer the customer's own documents, the latest first."""
        super().__init__(*arguments, **more)
        rows = Document.objects.filter(company=party.company, party=party).order_by("-date", "-pk")
        newest = rows.values("pk")[:MOST_DOCUMENTS]
        self.fields["documento"].queryset = rows.filter(pk__in=newest)  # type: ignore[attr-defined]

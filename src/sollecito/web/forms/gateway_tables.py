"""What a gateway without a dialect of its own is told by: tables of names and values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sollecito.web.forms.company import text_field
from sollecito.web.forms.controls import select, text_input

TABLES = ("fields", "headers", "states")
PLAIN = (
    *("method", "encoding", "success_field", "success_value", "reference_field"),
    *("query_url", "state_field"),
)
EXTRA_ROWS = 3


class RowForm(forms.Form):
    """One row: a name and its value; both empty, it is no row."""

    name = forms.CharField(
        label=_("Nome"), required=False, max_length=100, widget=text_input(autocomplete="off")
    )
    value = forms.CharField(
        label=_("Valore"), required=False, max_length=500, widget=text_input(autocomplete="off")
    )


class GenericForm(forms.Form):
    """How the gateway is called, and how its answer is read."""

    method = forms.ChoiceField(
        label=_("Metodo"), choices=[("POST", "POST"), ("GET", "GET"), ("PUT", "PUT")],
        required=False, widget=select(),
    )  # fmt: skip
    encoding = forms.ChoiceField(
        label=_("Corpo"), choices=[("form", _("Modulo")), ("json", "JSON")],
        required=False, widget=select(),
    )  # fmt: skip
    success_field = text_field(
        _("Campo dell’esito"),
        100,
        help_text=_("Nella risposta JSON, per esempio messages.0.status."),
    )
    success_value = text_field(_("Valore che vuol dire «preso»"), 100)
    reference_field = text_field(_("Campo del riferimento"), 100)
    query_url = text_field(
        _("Indirizzo per chiedere l’esito"), 300, help_text=_("Con {reference} al posto giusto.")
    )
    state_field = text_field(_("Campo dello stato"), 100)


def gateway_tables(data: Any, settings: dict[str, Any]) -> tuple[GenericForm, list[Any]]:
    """The form and its three tables, filled from what is kept."""
    start = {name: settings[name] for name in PLAIN if settings.get(name)}
    made = forms.formset_factory(RowForm, extra=EXTRA_ROWS)
    tables = [
        made(data, prefix=name, initial=[
            {"name": key, "value": value} for key, value in _pairs(settings.get(name))
        ])
        for name in TABLES
    ]  # fmt: skip
    return GenericForm(data, prefix="http", initial=start), tables


def read_settings(
    kept: dict[str, Any], chosen: dict[str, Any], form: GenericForm, tables: list[Any]
) -> dict[str, Any]:
    """What is kept of a gateway now: what no form asks for stays as it was."""
    asked = {*chosen, *PLAIN, *TABLES}
    others = {name: value for name, value in kept.items() if name not in asked}
    plain = {name: value for name, value in chosen.items() if value}
    return others | plain | read_tables(form, tables)


def read_tables(form: GenericForm, tables: list[Any]) -> dict[str, Any]:
    """What is kept of them."""
    found: dict[str, Any] = {name: value for name, value in form.cleaned_data.items() if value}
    for table in tables:
        rows = [row for row in table.cleaned_data if row.get("name")]
        if rows:
            found[table.prefix] = [[row["name"], row.get("value", "")] for row in rows]
    return found


def _pairs(written: Any) -> list[tuple[str, str]]:
    rows = written.items() if isinstance(written, dict) else written or ()
    return [(str(name), str(value)) for name, value in rows]

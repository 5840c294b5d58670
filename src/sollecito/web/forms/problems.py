"""Show in a form what a flow refused, beside its fields."""

from __future__ import annotations

from django import forms

from sollecito.flows.field_problems import FieldsRefusedError


def add_problems(form: forms.Form, error: FieldsRefusedError) -> None:
    """Put each problem beside its field; what belongs to no field of this form goes above."""
    for name, problem in error.problems.items():
        text = f"{problem.message} {problem.hint}".strip()
        form.add_error(name if name in form.fields else None, text)
    mark_invalid(form)


def mark_invalid(form: forms.Form) -> None:
    """Let the first field with an error be found: by the eye, the reader and the focus."""
    for name in form.errors:
        if name in form.fields:
            form.fields[name].widget.attrs["autofocus"] = True
            return

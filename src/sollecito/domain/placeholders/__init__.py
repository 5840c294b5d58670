"""Placeholders (segnaposti): names, samples, checking and rendering of strings only."""

from sollecito.domain.placeholders.longest import compute_longest_sms, longest_values
from sollecito.domain.placeholders.registry import (
    PLACEHOLDERS,
    WITHOUT_ENGLISH,
    Reader,
    allowed_names,
    sample_values,
)
from sollecito.domain.placeholders.shapes import (
    Duty,
    Placeholder,
    Rendered,
    Shape,
    TemplateProblem,
)
from sollecito.domain.placeholders.template import (
    SUBJECT_LIMIT,
    check_private_subject,
    check_sms,
    check_subject,
    check_template,
    clean_value,
    names_in,
    render,
    render_subject,
)

__all__ = [
    "PLACEHOLDERS",
    "SUBJECT_LIMIT",
    "WITHOUT_ENGLISH",
    "Duty",
    "Placeholder",
    "Reader",
    "Rendered",
    "Shape",
    "TemplateProblem",
    "allowed_names",
    "check_private_subject",
    "check_sms",
    "check_subject",
    "check_template",
    "clean_value",
    "compute_longest_sms",
    "longest_values",
    "names_in",
    "render",
    "render_subject",
    "sample_values",
]

"""What holds know and bring, in words."""

from __future__ import annotations

from django import template

from sollecito.domain.hold_details import Ending, Successor, describe_details
from sollecito.dunning.models import Hold
from sollecito.web import words
from sollecito.web.forms.hold_details import FIELDS
from sollecito.web.said import said

register = template.Library()


@register.filter
def known(hold: Hold) -> str:
    """What is known of the effect, the procedure, the heirs."""
    details = hold.details
    return said(describe_details(details)) if details else ""


@register.filter
def has_fields(hold: Hold) -> bool:
    """Whether its kind must know something."""
    return hold.kind in FIELDS


@register.filter
def has_successor(hold: Hold) -> bool:
    """Whether one writes to somebody else once it is lifted."""
    return isinstance(hold.details, Successor) and hold.details.is_known


@register.filter
def is_dead(hold: Hold) -> bool:
    """Whether it is about a person who died."""
    return isinstance(hold.details, Successor) and hold.details.ending is Ending.DEAD


@register.filter
def errand_word(code: str) -> str:
    """What to do."""
    return str(words.ERRANDS.get(code, (code, ""))[0])


@register.filter
def errand_hint(code: str) -> str:
    """Why, and how."""
    return str(words.ERRANDS.get(code, (code, ""))[1])


@register.filter
def effect_word(code: str) -> str:
    """RiBa, assegno and so on."""
    return str(words.EFFECTS.get(code, code))

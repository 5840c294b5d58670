"""How the pages of the rules write steps. No rules here."""

from __future__ import annotations

from typing import Any

from django import template

from sollecito.domain.policies import Policy, Step
from sollecito.web import programme_words as words

register = template.Library()


@register.filter
def short_offset(days: int) -> str:
    """``{{ step.offset_days|short_offset }}`` → ``+15``."""
    return words.short_offset(days)


@register.filter
def when(days: int) -> str:
    """``{{ step.offset_days|when }}`` → ``15 giorni dopo la scadenza``."""
    return words.when(days)


@register.filter
def step_kind(code: str) -> str:
    """The kind of a step, in words."""
    return str(words.KINDS.get(code, code))


@register.filter
def repetition(step: Step) -> str:
    """``ogni 30 giorni finché non è pagata``."""
    return words.repetition(step)


@register.filter
def level_word(code: str) -> str:
    """Where a rule or a pause comes from."""
    return str(words.LEVELS.get(code, code))


@register.inclusion_tag("web/programmes/line.html")
def time_line(policy: Policy) -> dict[str, Any]:
    """The steps of a rule, one beside the other."""
    return {"steps": policy.steps, "sentence": words.sentence(policy)}

"""A model of communication that the company's tier does not have: neither written nor sent."""

from __future__ import annotations

from sollecito.accounts.models import Company
from sollecito.domain.documents import Problem
from sollecito.dunning.template_queries import TemplateBook
from sollecito.dunning.texts import CATALOGUE
from sollecito.flows.count_quota import MODULE_OFF, NotIncludedError, not_included


def find_excluded(
    company: Company, book: TemplateBook, code: str
) -> tuple[tuple[str, Problem], ...]:
    """What stops a message of a model, by field."""
    if book.is_included(code):
        return ()
    return (("model", Problem(MODULE_OFF, _say(company, book, code), "")),)


def require_model(company: Company, book: TemplateBook, code: str) -> None:
    """Raise NotIncludedError where the company's tier is without the model."""
    if not book.is_included(code):
        raise NotIncludedError(MODULE_OFF, _say(company, book, code))


def _say(company: Company, book: TemplateBook, code: str) -> str:
    return not_included(company, CATALOGUE[book.base_of(code)].tier)

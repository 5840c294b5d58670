"""How the pages of the office write codes and outcomes. No rules here."""

from __future__ import annotations

from django import template

from sollecito.domain.identifiers import format_iban
from sollecito.web import customer_words

register = template.Library()


@register.filter
def iban(code: str) -> str:
    """``{{ account.iban|iban }}`` → ``IT18 Z999 9099 …``."""
    return format_iban(code)


@register.filter
def customer_kind(code: str) -> str:
    """The kind of a customer, in words."""
    return str(customer_words.KINDS.get(code, code))


@register.filter
def language_word(code: str) -> str:
    """A language, in words."""
    return str(customer_words.LANGUAGES.get(code, code))


@register.filter
def contact_kind(code: str) -> str:
    """The kind of a contact, in words."""
    return str(customer_words.CONTACTS.get(code, code))


@register.filter
def contact_purpose(code: str) -> str:
    """What a contact is for, in words."""
    return str(customer_words.PURPOSES.get(code, code))

"""Which statement of account is asked for: form, day, interest; and the key that names it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Form(StrEnum):
    """Le due forme dell'estratto conto; the keys of the attachments."""

    OPEN_ITEMS = "statement"
    CARD = "card"


KEY = re.compile(r"(statement|card)(?:@(\d{4}-\d\d-\d\d))?(\+interest)?")


@dataclass(frozen=True, slots=True)
class StatementOrder:
    """Which form, at which day; ``first`` is the day from which the scheda shows its rows."""

    form: Form
    day: date
    first: date | None = None
    with_interest: bool = False
    is_confirmation: bool = False


def read_key(key: str, today: date) -> StatementOrder | None:
    """``card``, ``statement@2026-03-31``, ``card@2026-03-31+interest``; ``None`` for no key."""
    found = KEY.fullmatch(key)
    if not found:
        return None
    form, day, interest = found.groups()
    try:
        at = date.fromisoformat(day) if day else today
    except ValueError:
        return None
    return StatementOrder(Form(form), at, with_interest=bool(interest))

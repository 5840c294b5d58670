"""Why a communication of a programme waits for a person.

Pure. Source: the product's specification of reminders, "From decisions to messages".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from statistics import median

from sollecito.domain.policies import Policy, Step, StepKind
from sollecito.domain.working_days import WorkCalendar, add_working_days

MANY_MESSAGES = 20
UNUSUAL_FACTOR = 3
DAYS_COMPARED = 30


class Review(StrEnum):
    """Motivo per cui decide una persona."""

    POLICY = "policy"
    LEVEL = "level"
    FORMAL_NOTICE = "formal_notice"
    FIRST_RUN = "first_run"
    UNUSUAL_DAY = "unusual_day"
    TAKINGS = "takings_not_current"
    CREDIT = "open_credit"


def review_step(policy: Policy, step: Step, *, is_asked_by_level: bool) -> Review | None:
    """Whether this step is approved by a person: its kind, a level's choice, or the policy."""
    if step.kind is StepKind.FORMAL_NOTICE:
        return Review.FORMAL_NOTICE
    if is_asked_by_level:
        return Review.LEVEL
    return Review.POLICY if policy.needs_review(step) else None


def is_unusual(count: int, earlier: Sequence[int]) -> bool:
    """More than 20 messages, and more than three times the median of the days that had some.

    Args:
        count: communications of today.
        earlier: communications of each of the last 30 days that had any.
    """
    if count <= MANY_MESSAGES:
        return False
    return not earlier or count > UNUSUAL_FACTOR * median(earlier)


def are_takings_current(
    proofs: Iterable[date | None], today: date, fresh_days: int, calendar: WorkCalendar
) -> bool:
    """Whether the last proof is at most ``fresh_days`` working days old."""
    last = max((day for day in proofs if day), default=None)
    return last is not None and last >= add_working_days(today, -fresh_days, calendar)

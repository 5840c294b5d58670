"""What day and time it is. The only module of the product that asks.

``pretend(day)`` sets it for one thread of execution: ``--on DATE`` of the command line, the
sample company's past, and tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

ROME = ZoneInfo("Europe/Rome")
PRETENDED_TIME = time(9, 0)
_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)
_is_lived: ContextVar[bool] = ContextVar("is_lived", default=False)


def now() -> datetime:
    """The moment, aware."""
    return _pretended.get() or timezone.now()


def real_now() -> datetime:
    """The moment whatever is pretended: for columns that the database's clock compares."""
    return timezone.now()


def today(zone: str | ZoneInfo = ROME) -> date:
    """The company's day: dates of the product are days of its time zone (default Europe/Rome)."""
    return now().astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()


def real_today(zone: str | ZoneInfo = ROME) -> date:
    """The day whatever is pretended."""
    return real_now().astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()


def is_pretended() -> bool:
    """Whether the day was set with ``pretend``."""
    return _pretended.get() is not None


def pretended_day(zone: str | ZoneInfo = ROME) -> date | None:
    """The day that was set: what is dated later is left out.

    ``None`` where it is really today, or where days are lived in their order.
    """
    return today(zone) if is_pretended() and not _is_lived.get() else None


@contextmanager
def pretend(day: date, zone: str | ZoneInfo = ROME, at: time = PRETENDED_TIME) -> Iterator[None]:
    """Make it ``day``, 9:00 unless told otherwise, for what runs inside."""
    place = ZoneInfo(zone) if isinstance(zone, str) else zone
    token = _pretended.set(datetime.combine(day, at, tzinfo=place))
    try:
        yield
    finally:
        _pretended.reset(token)


@contextmanager
def live(day: date, zone: str | ZoneInfo = ROME, at: time = PRETENDED_TIME) -> Iterator[None]:
    """Make it ``day``, as ``pretend`` does, where nothing exists yet that is dated later.

    The sample company's past is lived this way, one day after the other.
    """
    token = _is_lived.set(True)
    try:
        with pretend(day, zone, at):
            yield
    finally:
        _is_lived.reset(token)

"""Derive the dates of the next look again: the cost of a run follows them, its answers do not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sollecito.accounts.bulk import among
from sollecito.accounts.models import Company
from sollecito.dunning.plan_queries import due_for_look
from sollecito.dunning.policy_book import policy_book
from sollecito.flows import clock
from sollecito.flows.planning.deciding import decide_all
from sollecito.flows.planning.look_dates import next_look
from sollecito.flows.touch_instalments import touch_instalments
from sollecito.ledger.models import Instalment

CHUNK = 500


def rebuild_looks(company: Company) -> int:
    """Ask the rule for every open instalment, and look at once at those whose date is too late.

    Returns how many dates were wrong: none, ever.
    """
    wrong = late_looks(company)
    touch_instalments(wrong)
    return len(wrong)


def late_looks(company: Company) -> list[int]:
    """Open instalments that would be looked at later than the day their answer may differ."""
    today = clock.today(company.time_zone)
    book = policy_book(company)
    ids = due_for_look(company, today, everything=True)
    wrong: list[int] = []
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        written = _written(chunk)
        decided, _problems = decide_all(company, chunk, today, book=book)
        for each in decided:
            wanted = next_look(each.answer, each.planned.facts, today)
            if each.instalment in written and _is_late(written[each.instalment], wanted, today):
                wrong.append(each.instalment)
    return wrong


def _written(ids: Collection[int]) -> dict[int, date | None]:
    """The day written for each; those that the next run looks at anyway are left out."""
    rows = Instalment.objects.filter(pk__in=among(ids), is_touched=False)
    return dict(rows.values_list("pk", "next_look__day"))


def _is_late(written: date | None, wanted: date | None, today: date) -> bool:
    """Too late, or never. What is looked at today anyway is not late."""
    if wanted is None or (written is not None and written <= today):
        return False
    return written is None or written > wanted

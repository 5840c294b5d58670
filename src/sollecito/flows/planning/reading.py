"""Read many drafts at once: what each says, and what the rule says now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sollecito.domain.grouping import Line
from sollecito.dunning.models import Draft, Reminder
from sollecito.flows import clock
from sollecito.flows.gather_desk import Desk
from sollecito.flows.planning.deciding import decide_all
from sollecito.flows.planning.lines import OwnTexts, make_lines
from sollecito.flows.planning.resting import rests_among

LineKey = tuple[int, int, int, int]
"""Instalment, round, step, occurrence."""


@dataclass(slots=True)
class Batch:
    """Drafts that are read together: what each still says, and what the rule answers.

    ``rests`` are those of which another channel was approved before.
    """

    desk: Desk
    reminders: dict[int, list[Reminder]]
    lines: dict[LineKey, Line]
    rests: set[int]


def read_batch(desk: Desk, drafts: Sequence[Draft], usable: Collection[str]) -> Batch:
    """Read them, and ask the rule for all that they speak of; ``usable`` are the channels."""
    today = clock.today(desk.company.time_zone)
    asked = Reminder.objects.filter(
        content__in=[draft.pk for draft in drafts], is_void=False, step__isnull=False
    ).select_related("instalment", "company")
    reminders: dict[int, list[Reminder]] = defaultdict(list)
    for each in asked.order_by("instalment_id"):
        reminders[each.content_id].append(each)
    rests = rests_among(desk.company, drafts, today)
    ids = {
        each.instalment_id
        for content, mine in reminders.items()
        if content not in rests
        for each in mine
    }
    decided, _problems = decide_all(desk.company, sorted(ids), today, book=desk.policies)
    made = make_lines(decided, today, OwnTexts(), usable)
    facts = {each.instalment: each.planned.facts for each in decided}
    return Batch(replace(desk, facts=facts), reminders, {line.key: line for line in made}, rests)

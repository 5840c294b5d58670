"""One day of the sample company: what arrives, what is paid, what people decide and send."""

from __future__ import annotations

from collections import defaultdict
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.db import transaction

from sollecito.domain.working_days import is_working_day
from sollecito.flows import clock
from sollecito.flows.agree_sample import agree
from sollecito.flows.clear_sample_list import Left, clear_list, plan_day
from sollecito.flows.confirm_replacement import confirm_replacement
from sollecito.flows.find_sample_rows import Rows, find_rows
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.match_credit import match_credit
from sollecito.flows.return_sample_mail import return_mail
from sollecito.flows.sample_programmes import revise_programmes
from sollecito.flows.set_up_sample import Stage
from sollecito.flows.take_sample_statements import record_by_hand, take_statements
from sollecito.sample.agreements import SamplePlan, SamplePromise
from sollecito.sample.chasing import SampleHold, SampleMorning, SampleRelease, SampleSkip
from sollecito.sample.company import Sample, SampleMatch
from sollecito.sample.deliveries import SampleFile
from sollecito.sample.documents import RateKey
from sollecito.sample.firm import calendar
from sollecito.sample.programmes import programmes
from sollecito.sample.statements import SampleStatement, is_transfer
from sollecito.sample.takings import SamplePayment

DATED = (
    "files",
    "replacements",
    "credits",
    "releases",
    "holds",
    "promises",
    "plans",
    "skips",
    "statements",
)
MORNING, LIST_TIME = time(8, 40), time(9, 35)
PLAIN_DAYS = timedelta(days=21)


@dataclass(slots=True)
class SampleDay:
    """Giornata: everything of one day, in the order in which it is done."""

    files: list[SampleFile] = field(default_factory=list)
    replacements: list[SampleMatch] = field(default_factory=list)
    credits: list[SampleMatch] = field(default_factory=list)
    payments: list[SamplePayment] = field(default_factory=list)
    statements: list[SampleStatement] = field(default_factory=list)
    releases: list[SampleRelease] = field(default_factory=list)
    holds: list[SampleHold] = field(default_factory=list)
    promises: list[SamplePromise] = field(default_factory=list)
    plans: list[SamplePlan] = field(default_factory=list)
    skips: list[SampleSkip] = field(default_factory=list)
    is_worked: bool = False

    @property
    def keys(self) -> set[RateKey]:
        """Instalments that people touch."""
        found = {each.key for each in self.releases} | {each.key for each in self.promises}
        found |= {each.key for each in self.skips}
        found |= {hold.key for hold in self.holds if hold.key}
        found |= {
            key for one in (*self.credits, *self.replacements) for key in (one.source, one.target)
        }
        lines = (line for each in self.statements for line in each.lines)
        paid = [*self.payments, *(line.payment for line in lines if line.payment)]
        found |= {key for payment in paid for key, _ in payment.parts}
        return found | {key for plan in self.plans for key in plan.keys}


def days_of(sample: Sample) -> dict[date, SampleDay]:
    """The days that are lived, the oldest first: those on which somebody works.

    Where the rules go by plain days, so do the last weeks: what a holiday kept back until after
    it would keep back what is asked for this morning.
    """
    days: defaultdict[date, SampleDay] = defaultdict(SampleDay)
    for name in DATED:
        for each in getattr(sample, name):
            getattr(days[each.day], name).append(each)
    for payment in sample.payments:
        if not is_transfer(payment):  # else the bank's statement tells it
            days[payment.recorded_day].payments.append(payment)
    works, first = calendar(sample.today), min(days).toordinal()
    rules = programmes(sample.today)
    since = sample.today if rules.default.working_days_only else sample.today - PLAIN_DAYS
    for day in map(date.fromordinal, range(first, sample.today.toordinal())):
        if is_working_day(day, works) or day >= since:
            days[day].is_worked = True
    days[rules.revised].is_worked = True
    return dict(sorted(days.items()))


def play_day(stage: Stage, sample: Sample, day: date, events: SampleDay) -> None:
    """Do all of a day through the flows that people use, as if it were that day."""
    morning = sample.morning
    with at(day, MORNING):
        with transaction.atomic():
            files = [NamedFile(file.name, content=file.content) for file in events.files]
            _import(stage, files)
            _decide(stage, events, find_rows(stage, events.keys))
            return_mail(stage, sample, day)
            if day == programmes(sample.today).revised:
                revise_programmes(stage, sample.today)
        is_planned = events.is_worked and plan_day(stage.company)
    if is_planned:
        with at(day, LIST_TIME):
            clear_list(stage, _left(stage, morning) if day >= morning.day else Left())


def at(day: date, hour: time) -> AbstractContextManager[None]:
    """A past day at an hour; today is now."""
    return clock.live(day, at=hour) if day < clock.today() else nullcontext()


def _left(stage: Stage, morning: SampleMorning) -> Left:
    rows = find_rows(stage, morning.steps)
    steps = {rows[key].pk: step for key, step in morning.steps.items()}
    return Left(steps, rows[morning.broken].pk)


def _import(stage: Stage, files: list[NamedFile]) -> None:
    if files:
        user = stage.bookkeeper
        import_files(files, company=stage.company, user=user, source="demo", sheets=import_sheet)


def _decide(stage: Stage, events: SampleDay, rows: Rows) -> None:
    for match in events.replacements:
        confirm_replacement(rows[match.target].document, user=stage.bookkeeper)
    for match in events.credits:
        credit, row = rows[match.source], rows[match.target]
        match_credit(credit, row, amount=match.amount, user=stage.bookkeeper)
    take_statements(stage, events.statements, rows)
    record_by_hand(stage, events.payments, rows)
    agree(stage, events, rows)

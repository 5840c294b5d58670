"""One day of the sample company: what arrives, what is paid, what people decide and send."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, time

from django.db import transaction

from sollecito.domain.documents import DocumentKind
from sollecito.flows import clock
from sollecito.flows.confirm_replacement import confirm_replacement
from sollecito.flows.deliver import deliver
from sollecito.flows.hold_reminders import hold_reminders, holds_on, release_hold
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.match_credit import match_credit
from sollecito.flows.record_payments import record_payment
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.send_reminder import send_reminders
from sollecito.flows.set_up_sample import Stage
from sollecito.ledger.models import Instalment
from sollecito.outbox.models import Message
from sollecito.outbox.queries import Lane, can_send
from sollecito.sample.chasing import SampleHold, SampleRelease, SampleReminder
from sollecito.sample.company import Sample, SampleMatch
from sollecito.sample.deliveries import SampleFile
from sollecito.sample.documents import RateKey
from sollecito.sample.takings import SamplePayment

MORNING, LIST_TIME = time(8, 40), time(9, 35)
WORKER = "sample"


@dataclass(slots=True)
class SampleDay:
    """Giornata: everything of one day, in the order in which it is done."""

    files: list[SampleFile] = field(default_factory=list)
    replacements: list[SampleMatch] = field(default_factory=list)
    credits: list[SampleMatch] = field(default_factory=list)
    payments: list[SamplePayment] = field(default_factory=list)
    releases: list[SampleRelease] = field(default_factory=list)
    holds: list[SampleHold] = field(default_factory=list)
    reminders: list[SampleReminder] = field(default_factory=list)

    @property
    def keys(self) -> set[RateKey]:
        """Instalments that people touch."""
        found = {each.key for each in self.releases} | {h.key for h in self.holds if h.key}
        found |= {
            key for one in (*self.credits, *self.replacements) for key in (one.source, one.target)
        }
        found |= {key for payment in self.payments for key, _ in payment.parts}
        return found | {key for reminder in self.reminders for key in reminder.keys}


def days_of(sample: Sample) -> dict[date, SampleDay]:
    """What happens on each day on which something does, the oldest first."""
    days: defaultdict[date, SampleDay] = defaultdict(SampleDay)
    for name in ("files", "replacements", "credits", "releases", "holds", "reminders"):
        for each in getattr(sample, name):
            getattr(days[each.day], name).append(each)
    for payment in sample.payments:
        days[payment.recorded_day].payments.append(payment)
    return dict(sorted(days.items()))


def play_day(stage: Stage, day: date, events: SampleDay) -> None:
    """Do all of a day through the flows that people use, as if it were that day."""
    with transaction.atomic():
        with at(day, MORNING):
            files = [NamedFile(file.name, content=file.content) for file in events.files]
            _import(stage, files)
            rows = _find(stage, events.keys)
            _decide(stage, events, rows)
        with at(day, LIST_TIME):
            for reminder in events.reminders:
                _remind(stage, reminder, [rows[key].pk for key in reminder.keys])
    if events.reminders:
        with at(day, LIST_TIME):
            empty_queue(stage)


def at(day: date, hour: time) -> AbstractContextManager[None]:
    """A past day at an hour; today is now."""
    return clock.pretend(day, at=hour) if day < clock.today() else nullcontext()


def empty_queue(stage: Stage) -> None:
    """Bring what is queued into the local mailbox."""
    waiting = Message.objects.filter(company=stage.company, status="queued")
    while can_send() and waiting.exists():
        deliver(Lane("file"), worker_id=WORKER)


def _import(stage: Stage, files: list[NamedFile]) -> None:
    if files:
        user = stage.bookkeeper
        import_files(files, company=stage.company, user=user, source="demo", sheets=import_sheet)


def _find(stage: Stage, keys: Iterable[RateKey]) -> dict[RateKey, Instalment]:
    wanted = set(keys)
    rows = Instalment.objects.filter(
        company=stage.company,
        document__number__in={key.number for key in wanted},
        document__year__in={key.year for key in wanted},
    ).select_related("company", "document__company", "document__replaces")
    return {_key_of(row): row for row in rows}


def _key_of(row: Instalment) -> RateKey:
    document = row.document
    return RateKey(DocumentKind(document.kind), document.number, document.year, row.seq)


def _decide(stage: Stage, events: SampleDay, rows: dict[RateKey, Instalment]) -> None:
    for match in events.replacements:
        confirm_replacement(rows[match.target].document, user=stage.bookkeeper)
    for match in events.credits:
        credit, row = rows[match.source], rows[match.target]
        match_credit(credit, row, amount=match.amount, user=stage.bookkeeper)
    for payment in events.payments:
        record_payment(
            stage.company,
            {rows[key].pk: amount for key, amount in payment.parts},
            amount=payment.amount,
            day=payment.day,
            user=stage.bookkeeper,
            method=payment.method,
            note=payment.note,
        )
    for release in events.releases:
        for hold in holds_on(stage.company, rows[release.key]):
            release_hold(hold, user=stage.bookkeeper)
    for new in events.holds:
        target = rows[new.key] if new.key else stage.customers[new.customer or 0]
        more = {"until": new.until, "amount": new.amount, "reason": new.reason}
        hold_reminders(target, new.kind, user=stage.office, **more)  # type: ignore[arg-type]  # as the sample gives them


def _remind(stage: Stage, reminder: SampleReminder, ids: list[int]) -> None:
    token = f"{reminder.day:%Y%m%d}-{reminder.customer}-{reminder.text}"
    options = ReminderOptions(cc=stage.copied_to(reminder.customer), model=reminder.text)
    send_reminders(stage.company, ids, token=token, user=stage.office, options=options)

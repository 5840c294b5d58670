"""Telefonate: written down, and what follows from an outcome done at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.accounts.queries import work_calendar
from sollecito.domain.calls import CallOutcome, check_call, next_call_date
from sollecito.domain.documents import Problem
from sollecito.domain.money import format_date
from sollecito.domain.transitions import Receipt
from sollecito.dunning.models import Hold, PhoneCall
from sollecito.flows import audit, clock
from sollecito.flows.field_problems import FieldsRefusedError, require_none
from sollecito.flows.hold_reminders import Held, hold_reminders
from sollecito.flows.plan_call import plan_call
from sollecito.flows.promise_payment import PromiseRefusedError, promise_payment
from sollecito.flows.resolve_unknown import learn_receipt
from sollecito.ledger.models import Instalment, Party
from sollecito.outbox.models import Message

NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class CallReport:
    """What a person heard. ``day`` and ``amount`` as the outcome asks for them."""

    outcome: CallOutcome
    day: date | None = None
    amount: Decimal | None = None
    phone: str = ""
    person: str = ""
    note: str = ""


def record_call(
    party: Party,
    rows: Sequence[Instalment],
    report: CallReport,
    *,
    user: User | None,
    task: PhoneCall | Message | None = None,
) -> PhoneCall:
    """Write a call down and do what follows: another call, a promise, a suspension.

    ``rows`` is what it was about (none: the whole customer); ``task`` is the call that was to be
    made, or the approved reminder by phone.

    Raises FieldsRefusedError (``day``, ``note``, ``amount``).
    """
    today = clock.today(party.company.time_zone)
    problems = check_call(report.outcome, report.day, today, report.note)
    require_none(dict(problems))
    with transaction.atomic():
        planned = task if isinstance(task, PhoneCall) else None
        call = _write(party, rows, report, user, planned)
        if isinstance(task, Message):
            learn_receipt(task, Receipt.ACCEPTED, text=_say(report)[:500])
        _follow(call, rows, report, user)
        text = _say(report)
        for target in _targets(party, rows):
            audit.record(party.company, user, "call_made", target=target, text=text)
    return call


def _write(
    party: Party,
    rows: Sequence[Instalment],
    report: CallReport,
    user: User | None,
    task: PhoneCall | None,
) -> PhoneCall:
    call = task or PhoneCall(company=party.company, party=party, created_at=clock.now())
    call.made_at, call.user = clock.now(), user
    call.outcome, call.note = report.outcome, report.note.strip()[:NOTE_LENGTH]
    call.phone, call.person = report.phone.strip()[:40], report.person.strip()[:100]
    call.save()
    call.covers.set(rows)
    return call


def _follow(
    call: PhoneCall, rows: Sequence[Instalment], report: CallReport, user: User | None
) -> None:
    company, today = call.company, clock.today(call.company.time_zone)
    again = next_call_date(report.outcome, today, report.day, work_calendar(company))
    if again:
        planned = plan_call(call.party, rows, again, user=user)
        PhoneCall.objects.filter(pk=planned.pk).update(follows=call)
    targets: list[Held] = list(rows) or [call.party]
    words = " ".join(filter(None, ("Al telefono.", report.note.strip())))
    if report.outcome is CallOutcome.WILL_PAY and report.day:
        _promise(targets, report, words, user)
    elif report.outcome in {CallOutcome.SAYS_PAID, CallOutcome.GAVE_TO_AGENT}:
        for target in targets:
            hold_reminders(target, Hold.Kind.CLAIMED_PAID, user=user, reason=words)
    elif report.outcome is CallOutcome.DISPUTES:
        amount = report.amount if len(rows) == 1 else None
        for target in targets:
            hold_reminders(target, Hold.Kind.DISPUTE, user=user, amount=amount, reason=words)


def _promise(targets: Sequence[Held], report: CallReport, words: str, user: User | None) -> None:
    day = report.day
    if day is None:
        return
    amount = report.amount if len(targets) == 1 else None
    try:
        for target in targets:
            promise_payment(target, day=day, amount=amount, reason=words, user=user)
    except PromiseRefusedError as error:
        raise FieldsRefusedError({"amount": Problem("promise", str(error), "")}) from error


def _targets(party: Party, rows: Sequence[Instalment]) -> list[str]:
    return [f"instalment:{row.pk}" for row in rows] or [f"party:{party.pk}"]


def _say(report: CallReport) -> str:
    outcome = PhoneCall.Outcome(report.outcome).label
    day = f" {format_date(report.day)}" if report.day else ""
    parts = (f"Telefonata: {outcome}{day}.", report.person and f"Con {report.person}.", report.note)
    return " ".join(part.strip() for part in parts if part.strip())

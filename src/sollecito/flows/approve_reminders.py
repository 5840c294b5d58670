"""Approve drafts: decide again, render, freeze the bytes, queue. By a person, or by rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sollecito.accounts.models import Company, User
from sollecito.accounts.queries import work_calendar
from sollecito.domain.working_days import SMS_HOURS, next_window, sms_hours
from sollecito.dunning.models import Draft, Policy, Reminder
from sollecito.flows import clock
from sollecito.flows.choose_channels import usable_channels
from sollecito.flows.compose_automatic import Written
from sollecito.flows.gather_desk import gather_desk
from sollecito.flows.planning.approving import Approver
from sollecito.flows.planning.counting import make_counter
from sollecito.flows.planning.proposing import NO_RECIPIENT

NOT_FOUND, INCOMPLETE = "not_found", "incomplete"


@dataclass(frozen=True, slots=True)
class RefusedDraft:
    """Bozza non approvata, and why. ``reason`` is a code, ``message`` a sentence."""

    content: int
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Esito: contents that are queued, and what was refused."""

    contents: tuple[int, ...] = ()
    refused: tuple[RefusedDraft, ...] = ()


def approve_reminders(
    company: Company,
    contents: Collection[int],
    *,
    user: User | None,
    by_rule: bool = False,
    wait: timedelta = timedelta(0),
    written: Mapping[int, Written] | None = None,
) -> Approval:
    """Approve drafts, those of the highest step first; each stands or falls by itself.

    By a person they leave after ``wait``; by rule in the company's sending window. ``written``
    by content: what a person changed in it, and what was seen of it.
    """
    today = clock.today(company.time_zone)
    at = leave_at(company) if by_rule else clock.real_now() + wait
    approver = Approver(
        company=company,
        user=user,
        desk=gather_desk(company),
        counter=make_counter(company, today),
        leave_at=at,
        sms_at=max(at, leave_at(company, by_sms=True, by_rule=by_rule)),
        usable=usable_channels(company),
        by_rule=by_rule,
        written=written or {},
    )
    drafts = Draft.objects.filter(company=company, content__in=contents).select_related(
        "content", "party__agent", "policy", "step", "company"
    )
    done: list[int] = []
    refused: dict[int, RefusedDraft] = {}
    order = _precedence(contents)
    in_turn = sorted(drafts, key=lambda draft: order.get(draft.pk, ()))
    for draft, error in approver.approve_all(in_turn):
        if error:
            refused[draft.pk] = RefusedDraft(draft.pk, error.reason, str(error))
        else:
            done.append(draft.pk)
    for pk in contents:
        if pk not in done and pk not in refused:
            refused[pk] = RefusedDraft(pk, NOT_FOUND, f"La bozza {pk} non c'è in questa azienda.")
    if done and not by_rule:
        note_first_review(company)
    return Approval(tuple(done), tuple(refused.values()))


def _precedence(contents: Collection[int]) -> dict[int, tuple[int, date, int]]:
    """In which order drafts come under the caps: as groups do when they are proposed."""
    rows = Reminder.objects.filter(content__in=contents, is_void=False).order_by()
    found: dict[int, tuple[int, date, int]] = {}
    for content, offset, due, pk in rows.values_list(
        "content_id", "offset_days", "instalment__due_date", "instalment_id"
    ):
        place = (-(offset or 0), due, pk)
        found[content] = min(found.get(content, place), place)
    return found


def leave_at(company: Company, *, by_sms: bool = False, by_rule: bool = True) -> datetime:
    """When what is automatic may leave: now, or when the next window opens.

    By rule in the company's hours; an SMS rings, and never does before 8:30 or after 19.

    A pretended day has no window: what it writes stays on this machine.
    """
    if clock.is_pretended():
        return clock.real_now()
    moment = clock.now().astimezone(ZoneInfo(company.time_zone))
    calendar = work_calendar(company)
    opens, closes = company.window_start, company.window_end
    if by_sms:
        opens, closes = sms_hours(opens, closes) if by_rule else SMS_HOURS
    return next_window(moment, opens, closes, calendar)


def note_first_review(company: Company) -> None:
    """A programme whose first drafts a person decided on may from now on approve by rule."""
    waiting = Draft.objects.filter(company=company, is_open=True)
    waiting = waiting.exclude(obstacle__in=[NO_RECIPIENT, INCOMPLETE])
    seen = Policy.objects.filter(company=company, reviewed_at__isnull=True, drafts__is_open=False)
    for policy in seen.exclude(pk__in=waiting.values("policy")).distinct():
        policy.reviewed_at = clock.now()
        policy.save(update_fields=["reviewed_at"])

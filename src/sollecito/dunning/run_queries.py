"""Runs of the programmes: whose turn it is, and how the last one ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sollecito.accounts.models import Company
from sollecito.dunning.models import Policy, Promise, RepaymentPlan, Run
from sollecito.ledger.models import Agent, Instalment

PLAYED = timedelta(hours=1)


def companies_with_programmes() -> QuerySet[Company]:
    """Companies with something to follow: a programme, a plan, a promise, an agent to write to."""
    mine = {"company": OuterRef("pk")}
    active = Policy.objects.filter(is_active=True, **mine)
    plans = RepaymentPlan.objects.filter(status=RepaymentPlan.Status.ACCEPTED, **mine)
    promises = Promise.objects.filter(status=Promise.Status.OPEN, **mine)
    told = Agent.objects.filter(Q(has_weekly_list=True) | Q(is_forewarned=True), **mine)
    found = Exists(active) | Exists(plans) | Exists(promises) | Exists(told)
    return Company.objects.filter(found).order_by("pk")


def companies_touched(now: datetime) -> list[Company]:
    """Companies with programmes of whose instalments an event touched some."""
    touched = Instalment.objects.filter(company=OuterRef("pk"), is_touched=True)
    is_touched = Exists(touched) | Q(touch__count__gt=F("touch__seen"))
    rows = companies_with_programmes().filter(is_touched)
    return [company for company in rows if not is_played(company, now)]


def companies_at_night(now: datetime) -> list[Company]:
    """Companies whose hour has come today, and whose night is neither made nor being made."""
    return [
        company
        for company in companies_with_programmes()
        if _is_due(company, now) and not is_played(company, now)
    ]


def _is_due(company: Company, now: datetime) -> bool:
    here = now.astimezone(ZoneInfo(company.time_zone))
    if here.time() < company.plan_time:
        return False
    return not Run.objects.filter(
        company=company, kind=Run.Kind.NIGHTLY, day=here.date(), status=Run.Status.DONE
    ).exists()


def last_run_day(company: Company) -> date | None:
    """The day that the last run of a company was for, ``None`` before its first."""
    rows = Run.objects.filter(company=company).order_by("-pk")
    return rows.values_list("day", flat=True).first()


def is_played(company: Company, now: datetime) -> bool:
    """Whether somebody plays other days (``--on``): then nothing runs by itself for a while.

    It ends with the next run that is asked for today, or an hour after the last one.
    """
    last = Run.objects.filter(company=company).order_by("-pk").first()
    if last is None or company.is_sample or last.started_at < now - PLAYED:
        return False
    return last.started_at.astimezone(ZoneInfo(company.time_zone)).date() != last.day


def last_failed_run(company: Company) -> Run | None:
    """The run that broke, where none has ended well since."""
    last = Run.objects.filter(company=company).exclude(status=Run.Status.RUNNING)
    run = last.order_by("-ended_at", "-pk").first()
    return run if run and run.status == Run.Status.FAILED else None

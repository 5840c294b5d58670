"""Follow repayment plans: remind of the next rate, close what is kept, break what is missed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from sollecito.accounts.models import Company
from sollecito.domain.money import format_date, format_money
from sollecito.domain.repayment import PlanStanding, PlanState, Rate, RateStanding, stand
from sollecito.domain.wording import PlanAgreed, PlanRate
from sollecito.dunning.models import PlanInstalment, RepaymentPlan
from sollecito.dunning.policy_book import policy_book
from sollecito.dunning.template_queries import template_book
from sollecito.flows import audit, clock
from sollecito.flows.agree_plan import covered, end_plan
from sollecito.flows.approve_reminders import leave_at
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.count_quota import NotIncludedError
from sollecito.flows.freeze_mail import prepare_mail
from sollecito.flows.planning.deciding import PlanProblem, name_broken
from sollecito.flows.queue_content import BalanceChangedError, queue_content
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.stop_sending import sending_refused
from sollecito.flows.touch_instalments import touch_instalments
from sollecito.ledger.models import Instalment
from sollecito.ledger.queries import derived_balance

NOTICE = "piano_rata_in_scadenza"


def standing_of_plan(plan: RepaymentPlan, today: date) -> PlanStanding:
    """How a plan stands by the payments received for its instalments."""
    left = sum((derived_balance(row) for row in covered(plan)), Decimal(0))
    rates = [Rate(each.due_date, each.amount) for each in plan.rates.order_by("seq")]
    return stand(rates, plan.total - left, today, plan.tolerance_days)


def follow_plans(company: Company, problems: list[PlanProblem] | None = None) -> int:
    """Look at every accepted plan of a company; return how many ended. Twice changes nothing.

    One that breaks is added to ``problems`` and stops nothing; without that list it is raised.
    """
    today = clock.today(company.time_zone)
    ended = 0
    plans = RepaymentPlan.objects.filter(company=company, status=RepaymentPlan.Status.ACCEPTED)
    for plan in plans.select_related("company", "party"):
        try:
            with transaction.atomic():
                ended += _follow(plan, today)
        except Exception as error:
            if problems is None:
                raise
            first = next((row.pk for row in covered(plan)), 0)
            problems.append(name_broken(first, error))
    return ended


def _follow(plan: RepaymentPlan, today: date) -> bool:
    standing = standing_of_plan(plan, today)
    if standing.state is PlanState.ON_TRACK:
        _remind(plan, standing, today)
        return False
    return _end(plan, standing)


def _end(plan: RepaymentPlan, standing: PlanStanding) -> bool:
    """Kept, or broken: then the instalments begin again in a new round."""
    with transaction.atomic():
        row = RepaymentPlan.objects.select_for_update().get(pk=plan.pk)
        if row.status != RepaymentPlan.Status.ACCEPTED:
            return False
        is_kept = standing.state is PlanState.KEPT
        end_plan(row, row.Status.KEPT if is_kept else row.Status.BROKEN, user=None)
        words = "Piano di rientro mantenuto: tutto pagato."
        if standing.missed is not None:
            ids = [each.pk for each in covered(row)]
            Instalment.objects.filter(pk__in=ids).update(round=F("round") + 1)
            touch_instalments(ids)
            words = _say_missed(plan, standing.missed)
        action = "plan_kept" if is_kept else "plan_broken"
        audit.record(plan.company, None, action, target=f"party:{plan.party_id}", text=words)
    return True


def _say_missed(plan: RepaymentPlan, missed: RateStanding) -> str:
    left = format_money(missed.left, plan.currency)
    return (
        f"Piano di rientro decaduto: della rata {missed.seq} del {format_date(missed.due_date)} "
        f"mancano {left}. I solleciti ricominciano dal primo passo."
    )


def _remind(plan: RepaymentPlan, standing: PlanStanding, today: date) -> None:
    """A courtesy notice of the next rate, once, some days before it."""
    rate = standing.next
    if rate is None or not plan.remind_days or not today <= rate.due_date:
        return
    mine = PlanInstalment.objects.filter(plan=plan, seq=rate.seq, reminded_date__isnull=True)
    is_near = rate.due_date - today <= timedelta(days=plan.remind_days)
    if not is_near or not mine.exists() or sending_refused() or _is_paused(plan):
        return
    try:
        with transaction.atomic():
            if _queue(plan, standing, rate):
                mine.update(reminded_date=today)
    except (IntegrityError, BalanceChangedError, NotIncludedError):
        return  # another run made it, or a payment came: the next run looks again


def _is_paused(plan: RepaymentPlan) -> bool:
    book = policy_book(plan.company)
    return bool(book.resolve(0, plan.party_id, plan.party.segment).paused_by)


def agreed_of(plan: RepaymentPlan, today: date) -> PlanAgreed:
    """A plan as its own messages say it; they speak of the rate that is late, else of the next."""
    standing = standing_of_plan(plan, today)
    spoken = missed_rate(standing, today) or standing.next or standing.rates[0]
    return _say_agreed(plan, standing, spoken)


def missed_rate(standing: PlanStanding, today: date) -> RateStanding | None:
    """The first rate whose day is over and that is not paid, within the tolerance or beyond."""
    return next((r for r in standing.rates if r.left > 0 and r.due_date < today), None)


def _say_agreed(plan: RepaymentPlan, standing: PlanStanding, rate: RateStanding) -> PlanAgreed:
    rates = tuple(PlanRate(r.seq, r.due_date, r.amount, r.left) for r in standing.rates)
    return PlanAgreed(rates, plan.tolerance_days, rate.seq)


def _queue(plan: RepaymentPlan, standing: PlanStanding, rate: RateStanding) -> bool:
    agreed = _say_agreed(plan, standing, rate)
    if template_book(plan.company).is_off(NOTICE):
        return False
    ids = [row.pk for row in covered(plan) if derived_balance(row) > 0]
    options = ReminderOptions(model=NOTICE, plan=agreed, attachments=())
    composed = compose_reminders(plan.company, ids, options=options)
    if composed.refused or not composed.drafts or composed.drafts[0].problems:
        return False
    mail = prepare_mail(composed.drafts[0], token="", key=f"plan-rate:{plan.pk}:{rate.seq}")
    queue_content(mail, user=None, wait=leave_at(plan.company) - clock.real_now())
    return True

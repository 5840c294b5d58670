"""Piano di rientro: proposed, accepted with a date and a name, kept or broken by the payments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.accounts.queries import has_module
from sollecito.domain.money import format_money
from sollecito.domain.repayment import Rate, check_rates
from sollecito.domain.tiers import PLANS
from sollecito.dunning.models import AttachedFile, Hold, PlanInstalment, RepaymentPlan
from sollecito.flows import audit, clock
from sollecito.flows.attach_file import attach_file
from sollecito.flows.count_quota import not_included
from sollecito.flows.hold_reminders import hold_reminders, release_hold
from sollecito.flows.lock_plan import LIVE, PlanRefusedError, lock_plan, lock_rows
from sollecito.ledger.models import Instalment
from sollecito.ledger.queries import derived_balance, with_derived_balance

ACCEPTANCE = "Accettazione del piano di rientro"


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """What is proposed: new dates and amounts for chosen instalments."""

    rates: tuple[Rate, ...]
    tolerance_days: int = 5
    remind_days: int = 3
    note: str = ""


def propose_plan(
    company: Company, instalments: Collection[int], offer: PlanOffer, *, user: User | None
) -> RepaymentPlan:
    """Record a plan for instalments of one customer and currency; reminders rest meanwhile.

    Raises PlanRefusedError: other customers, a plan already there, sums that do not match.
    """
    if not has_module(company, PLANS):
        raise PlanRefusedError(not_included(company, PLANS))
    with transaction.atomic():
        rows = lock_rows(company, instalments)
        total = sum((derived_balance(row) for row in rows), Decimal(0))
        today = clock.today(company.time_zone)
        problems = check_rates(offer.rates, total, today, currency=rows[0].currency)
        if problems:
            raise PlanRefusedError(" ".join(f"{p.message} {p.hint}" for p in problems))
        plan = RepaymentPlan.objects.create(
            company=company,
            party=rows[0].party,
            currency=rows[0].currency,
            total=total,
            tolerance_days=offer.tolerance_days,
            remind_days=offer.remind_days,
            created_at=clock.now(),
            user=user,
            note=offer.note[:300],
        )
        plan.covers.set([row.pk for row in rows])
        PlanInstalment.objects.bulk_create(
            PlanInstalment(
                company=company, plan=plan, seq=seq, due_date=rate.due_date, amount=rate.amount
            )
            for seq, rate in enumerate(offer.rates, start=1)
        )
        _hold(plan, rows, user)
        _tell(plan, user, "proposed", "proposto")
    return plan


def accept_plan(
    plan: RepaymentPlan,
    *,
    day: date,
    by: str,
    text: str = "",
    file: tuple[str, bytes] | None = None,
    user: User | None,
) -> None:
    """The customer accepted, on a day, by a person.

    ``text`` is what he wrote, ``file`` the message itself (name, bytes), kept in his folder too.
    Raises PlanRefusedError where it is not open any more, or nobody is named, and
    FieldsRefusedError where the file is empty or too large.
    """
    if not by.strip():
        raise PlanRefusedError("Scrivi chi ha accettato il piano.")
    with transaction.atomic():
        row = lock_plan(plan, RepaymentPlan.Status.PROPOSED)
        row.status = RepaymentPlan.Status.ACCEPTED
        row.accepted_date, row.accepted_by, row.acceptance_text = day, by.strip()[:200], text
        if file is not None:
            name, content = file
            kind = AttachedFile.Kind.LETTER
            row.acceptance_file = attach_file(
                row.party, user=user, name=name, content=content, kind=kind, note=ACCEPTANCE
            )
        row.save()
        _tell(row, user, "accepted", f"accettato da {row.accepted_by}")


def withdraw_plan(plan: RepaymentPlan, *, user: User | None) -> None:
    """Give the plan up; reminders go on where they were. Raises PlanRefusedError."""
    with transaction.atomic():
        row = lock_plan(plan, *LIVE)
        end_plan(row, RepaymentPlan.Status.WITHDRAWN, user=user)
        _tell(row, user, "withdrawn", "ritirato")


def end_plan(plan: RepaymentPlan, status: str, *, user: User | None) -> None:
    """Close a plan and lift its holds. Call it in a transaction."""
    plan.status = status
    plan.ended_date = clock.today(plan.company.time_zone)
    plan.save(update_fields=["status", "ended_date"])
    for hold in plan.holds.filter(released_at__isnull=True):
        release_hold(hold, user=user)


def covered(plan: RepaymentPlan) -> list[Instalment]:
    """The instalments of a plan, with their derived balances."""
    rows = with_derived_balance(Instalment.objects.filter(repayment_plans=plan))
    return list(rows.select_related("party", "document", "company").order_by("due_date", "pk"))


def _hold(plan: RepaymentPlan, rows: Sequence[Instalment], user: User | None) -> None:
    for row in rows:
        hold = hold_reminders(row, Hold.Kind.ARRANGEMENT, user=user, reason="Piano di rientro.")
        Hold.objects.filter(pk=hold.pk).update(plan=plan)


def _tell(plan: RepaymentPlan, user: User | None, action: str, words: str) -> None:
    money = format_money(plan.total, plan.currency)
    text = f"Piano di rientro di {money} in {plan.rates.count()} rate: {words}."
    audit.record(plan.company, user, f"plan_{action}", target=f"party:{plan.party_id}", text=text)

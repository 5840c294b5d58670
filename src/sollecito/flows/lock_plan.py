"""Lock what a repayment plan is about to change, or say why it may not."""

from __future__ import annotations

from collections.abc import Collection

from sollecito.accounts.models import Company
from sollecito.dunning.models import RepaymentPlan
from sollecito.ledger.models import Instalment
from sollecito.ledger.queries import derived_balance, with_derived_balance

LIVE = (RepaymentPlan.Status.PROPOSED, RepaymentPlan.Status.ACCEPTED)


class PlanRefusedError(Exception):
    """Nothing was recorded; the message says why and what to do."""


def lock_rows(company: Company, ids: Collection[int]) -> list[Instalment]:
    """Lock what a new plan may cover, with its balances. Raises PlanRefusedError."""
    mine = Instalment.objects.filter(company=company, pk__in=ids)
    list(mine.order_by("pk").select_for_update())
    rows = list(with_derived_balance(mine).select_related("party").order_by("due_date", "pk"))
    rows = [row for row in rows if derived_balance(row) > 0]
    if not rows or len(rows) < len(set(ids)):
        raise PlanRefusedError("Scegli rate ancora da pagare di questa azienda.")
    if len({(row.party_id, row.currency) for row in rows}) > 1:
        raise PlanRefusedError("Un piano è di un solo cliente e di una sola valuta.")
    if RepaymentPlan.objects.filter(covers__in=rows, status__in=LIVE).exists():
        raise PlanRefusedError("Una di queste rate è già in un piano: ritira prima quello.")
    return rows


def lock_plan(plan: RepaymentPlan, *statuses: str) -> RepaymentPlan:
    """Lock a plan that is in one of these states. Raises PlanRefusedError."""
    row = RepaymentPlan.objects.select_for_update().get(pk=plan.pk)
    if row.status not in statuses:
        raise PlanRefusedError(f"Il piano è {row.get_status_display()}: aggiorna la pagina.")
    return row

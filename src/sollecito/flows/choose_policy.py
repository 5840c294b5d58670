"""Chi ha quale regola: programme and switches of a company, a category, a customer, a rata."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from sollecito.accounts.models import Company, User
from sollecito.dunning.models import Policy, PolicyChoice
from sollecito.flows import audit
from sollecito.flows.planning.levels import Level, Wanted, say_choice
from sollecito.flows.touch_instalments import (
    touch_company,
    touch_customer,
    touch_instalments,
    touch_segment,
)


class ForeignRowError(Exception):
    """The programme, customer or instalment is not of this company."""


def choose_policy(company: Company, level: Level, wanted: Wanted, *, user: User | None) -> bool:
    """Set what one level says; saying nothing removes the choice. Whether it changed anything.

    For the company the programme is its default. Raises ForeignRowError.
    """
    _require_own(company, level, wanted.policy)
    with transaction.atomic():
        before = choice_of(company, level)
        if before == wanted:
            return False
        rows = PolicyChoice.objects.filter(_where(level), company=company)
        own = wanted.policy if level != Level() else None
        if own or wanted.is_paused or wanted.needs_review:
            rows.update_or_create(
                company=company,
                segment=level.segment,
                party=level.party,
                instalment=level.instalment,
                defaults={
                    "policy": own,
                    "is_paused": wanted.is_paused,
                    "needs_review": wanted.needs_review,
                },
            )
        else:
            rows.delete()
        if level == Level():
            _set_default(company, wanted.policy)
        touch_level(company, level)
        audit.record(
            company,
            user,
            "policy_chosen",
            target=_target(company, level),
            text=say_choice(before, wanted),
            details={"before": _plain(before), "after": _plain(wanted), "segment": level.segment},
        )
    return True


def replace_policy(now: Wanted, policy: Policy | None) -> Wanted:
    """Another programme, the switches as they are."""
    return Wanted(policy, now.is_paused, now.needs_review)


def choice_of(company: Company, level: Level) -> Wanted:
    """What a level says now."""
    row = PolicyChoice.objects.filter(_where(level), company=company).select_related("policy")
    found = row.first()
    policy = found.policy if found else None
    if level == Level():
        policy = policy or Policy.objects.filter(company=company, is_default=True).first()
    return Wanted(policy, bool(found and found.is_paused), bool(found and found.needs_review))


def touch_level(company: Company, level: Level) -> None:
    """Look again at everything open that a level speaks of."""
    if level.instalment:
        touch_instalments([level.instalment.pk])
    elif level.party:
        touch_customer(level.party)
    elif level.segment:
        touch_segment(company, level.segment)
    else:
        touch_company(company)


def _where(level: Level) -> Q:
    return Q(segment=level.segment, party=level.party, instalment=level.instalment)


def _require_own(company: Company, level: Level, policy: Policy | None) -> None:
    for row in (policy, level.party, level.instalment):
        if row is not None and row.company_id != company.pk:
            raise ForeignRowError(f"{row} non è di questa azienda.")


def _set_default(company: Company, policy: Policy | None) -> None:
    mine = Policy.objects.filter(company=company)
    mine.filter(is_default=True).update(is_default=False)
    if policy:
        mine.filter(pk=policy.pk).update(is_default=True)


def _target(company: Company, level: Level) -> str:
    if level.instalment:
        return f"instalment:{level.instalment.pk}"
    return f"party:{level.party.pk}" if level.party else f"company:{company.pk}"


def _plain(wanted: Wanted) -> list[object]:
    name = wanted.policy.name if wanted.policy else None
    return [name, wanted.is_paused, wanted.needs_review]

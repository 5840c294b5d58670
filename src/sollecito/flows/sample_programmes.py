"""The sample company's programmes, who is charged with them, and its list of this morning."""

from __future__ import annotations

from sollecito.accounts.models import Company, Membership
from sollecito.domain.documents import CustomerKind
from sollecito.flows.charge_users import charge_user
from sollecito.flows.choose_policy import choose_policy
from sollecito.flows.edit_customer import edit_customer
from sollecito.flows.examine_drafts import examine_drafts
from sollecito.flows.planning.levels import Level, Wanted
from sollecito.flows.run_programmes import run_programmes
from sollecito.flows.save_policy import save_policy
from sollecito.flows.set_up_sample import Stage
from sollecito.sample.programmes import ASLEEP, CATEGORIES, DEFAULT, NEVER_BY_RULE


def set_up_programmes(stage: Stage) -> None:
    """Save the programmes as the office would, give each category its own, charge Giulia."""
    company, office = stage.company, stage.office
    save_policy(company, DEFAULT, user=office, is_default=True)
    save_policy(company, ASLEEP, user=office, is_active=False)
    for kind, policy in CATEGORIES.items():
        row = save_policy(company, policy, user=office)
        _give_segment(stage, kind, policy.name)
        level = Level(segment=policy.name)
        choose_policy(company, level, Wanted(policy=row), user=office)
    for code in sorted(NEVER_BY_RULE):
        level = Level(party=stage.customers[code])
        choose_policy(company, level, Wanted(is_paused=True), user=office)
    member = Membership.objects.get(company=company, user=office)
    charge_user(member, by=None, is_charged=True)


def plan_morning(company: Company) -> int:
    """Today's list, as the nightly run leaves it; returns how many messages wait."""
    contents = run_programmes(company).plan.contents
    examine_drafts(company, list(contents.values()))
    return len(contents)


def _give_segment(stage: Stage, kind: CustomerKind, name: str) -> None:
    for party in stage.customers.values():
        if party.kind == kind:
            edit_customer(party, user=stage.office, changes={"segment": name})

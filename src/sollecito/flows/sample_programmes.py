"""The sample company's programmes, who is charged with them, and its list of this morning."""

from __future__ import annotations

from datetime import date

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
from sollecito.ledger.models import Agent
from sollecito.sample.firm import CHARGED_AGENT
from sollecito.sample.programmes import NEVER_BY_RULE, programmes


def set_up_programmes(stage: Stage, today: date) -> None:
    """Save the programmes as the office would, give each category its own, charge who sees them.

    Giulia has all customers, the agent those that are his.
    """
    company, office = stage.company, stage.office
    rules = programmes(today)
    save_policy(company, rules.at_first, user=office, is_default=True)
    save_policy(company, rules.asleep, user=office, is_active=False)
    for kind, policy in rules.by_kind.items():
        row = save_policy(company, policy, user=office)
        _give_segment(stage, kind, policy.name)
        level = Level(segment=policy.name)
        choose_policy(company, level, Wanted(policy=row), user=office)
    for code in sorted(NEVER_BY_RULE):
        level = Level(party=stage.customers[code])
        choose_policy(company, level, Wanted(is_paused=True), user=office)
    charge_user(Membership.objects.get(company=company, user=office), by=None, is_charged=True)
    agent = Agent.objects.get(company=company, name=CHARGED_AGENT)
    member = Membership.objects.get(company=company, user__name=CHARGED_AGENT)
    charge_user(member, by=None, is_charged=True, agents=[agent])


def revise_programmes(stage: Stage, today: date) -> None:
    """Make the default rule what it is, on the day on which the office did."""
    save_policy(stage.company, programmes(today).default, user=stage.office)


def plan_morning(company: Company) -> int:
    """Today's list, as the nightly run leaves it; returns how many messages wait."""
    contents = run_programmes(company).plan.contents
    examine_drafts(company, list(contents.values()))
    return len(contents)


def _give_segment(stage: Stage, kind: CustomerKind, name: str) -> None:
    for party in stage.customers.values():
        if party.kind == kind:
            edit_customer(party, user=stage.office, changes={"segment": name})

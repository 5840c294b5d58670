"""Save a programme: new, or the steps and options of one that is there. History stays its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain import policies as values
from sollecito.domain.documents import Problem
from sollecito.domain.policies import check_policy
from sollecito.domain.wording.notes import CONSEQUENCES
from sollecito.dunning.models import Policy, Step
from sollecito.dunning.template_queries import OWN_MODEL, template_book
from sollecito.dunning.texts import MODELS
from sollecito.flows import audit, clock
from sollecito.flows.touch_instalments import touch_company
from sollecito.outbox.models import Sender

OPTIONS = (
    *("name", "escalation", "min_gap_days", "grouping", "working_days_only", "minimum_balance"),
    *("approval", "cc_agent", "attach_invoices", "attach_statement", "announce_collections"),
)
STEP_FIELDS = tuple(each.name for each in fields(values.Step) if each.name not in {"id", "sender"})


class PolicyRefusedError(Exception):
    """Nothing was saved; the message says what is wrong with which step."""


def save_policy(
    company: Company,
    policy: values.Policy,
    *,
    user: User | None,
    is_default: bool | None = None,
    is_active: bool = True,
    day_cap: int | None = None,
    keep_senders: bool = False,
) -> Policy:
    """Save by ``policy.id``, or by name where it has none.

    A step that is there already (its id, else its kind and offset) keeps its history; one that
    was taken out is retired. ``is_default`` and ``day_cap`` ``None`` leave that as it is, and so
    does ``keep_senders`` with the accounts of the steps, which a file does not name. Raises
    PolicyRefusedError.
    """
    if problems := (*check_policy(policy), *_check_models(company, policy)):
        raise PolicyRefusedError(" ".join(f"{p.message} {p.hint}".strip() for p in problems))
    with transaction.atomic():
        mine = Policy.objects.select_for_update().filter(company=company)
        row = mine.filter(pk=policy.id).first() if policy.id else None
        row = row or mine.filter(name=policy.name).first() or Policy(company=company)
        is_new = row.pk is None
        for name in OPTIONS:
            setattr(row, name, getattr(policy, name))
        row.is_active = is_active
        row.day_cap = row.day_cap if day_cap is None else day_cap
        if is_default is not None:
            row.is_default = is_default
        if row.is_default:
            mine.filter(is_default=True).exclude(pk=row.pk).update(is_default=False)
        row.save()
        _save_steps(row, policy.steps, keep_senders=keep_senders)
        touch_company(company)
        text = f"Programma «{row.name}» {'creato' if is_new else 'modificato'}."
        audit.record(company, user, "policy_saved", target=f"policy:{row.pk}", text=text)
    return row


def _check_models(company: Company, policy: values.Policy) -> Iterator[Problem]:
    if not any(step.template or step.consequence for step in policy.steps):
        return
    book = template_book(company)
    known = tuple(dict.fromkeys((*MODELS, OWN_MODEL, *book.own_codes())))
    for place, step in enumerate(policy.steps, start=1):
        if step.template and step.template not in known:
            yield Problem(
                "template",
                f"Passo {place}: il modello «{step.template}» non c'è.",
                f"I modelli sono: {', '.join(known)}.",
            )
        if step.consequence and step.consequence not in CONSEQUENCES:
            yield Problem(
                "consequence",
                f"Passo {place}: la conseguenza «{step.consequence}» non c'è.",
                f"Le conseguenze sono: {', '.join(CONSEQUENCES)}.",
            )


def _save_steps(row: Policy, steps: tuple[values.Step, ...], *, keep_senders: bool) -> None:
    live = {step.pk: step for step in row.steps.filter(retired_at__isnull=True)}
    by_content = {(step.kind, step.offset_days): step for step in live.values()}
    matched = [
        live.get(each.id) or by_content.get((each.kind.value, each.offset_days)) for each in steps
    ]
    kept = {step.pk for step in matched if step}
    gone = [pk for pk in live if pk not in kept]
    Step.objects.filter(pk__in=gone).update(retired_at=clock.now())
    _make_room([step for step in matched if step])
    senders = Sender.objects.filter(company=row.company, is_active=True)
    own = set(senders.values_list("pk", flat=True)) if any(each.sender for each in steps) else ()
    for each, step in zip(steps, matched, strict=True):
        chosen = step or Step(company=row.company, policy=row)
        for name in STEP_FIELDS:
            value = getattr(each, name)
            setattr(chosen, name, list(value) if name == "channels" else value)
        chosen.approval = each.approval or ""
        if not keep_senders:
            chosen.sender_id = each.sender if each.sender in own else None
        chosen.save()


def _make_room(steps: list[Step]) -> None:
    """Two steps may change places: no day is taken twice on the way."""
    for number, step in enumerate(steps):
        Step.objects.filter(pk=step.pk).update(offset_days=-20000 - number)

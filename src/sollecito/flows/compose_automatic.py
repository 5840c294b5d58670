"""A draft of a programme → the message it would be: its step chooses model and attachments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sollecito.accounts.models import Company, User
from sollecito.domain.asking import PRIVATE, step_model
from sollecito.domain.policies import Step, StepKind
from sollecito.dunning.models import Draft, Reminder
from sollecito.dunning.plan_queries import about_the_same
from sollecito.dunning.policy_book import policy_value, step_value
from sollecito.dunning.promise_queries import unspoken_promise
from sollecito.dunning.queries import announced_reminders
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.gather_desk import Desk
from sollecito.flows.gather_occasion import PROMISE
from sollecito.flows.keep_edits import EDITED, are_true, kept_edits
from sollecito.flows.offer_attachments import INVOICES, NOTICE, STATEMENT
from sollecito.flows.preview_reminders import Seen
from sollecito.flows.reminder_options import (
    CALL,
    LETTER,
    PEC,
    SMS,
    Composition,
    Copies,
    ReminderOptions,
)
from sollecito.ledger.models import Instalment, Party


@dataclass(frozen=True, slots=True)
class Written:
    """What a person made of a draft: the fields of the drawer, and what the preview was.

    Without ``options`` the draft is as the step wants it.
    """

    options: ReminderOptions | None = None
    seen: Seen | None = None


AS_PROPOSED = Written()
OWN_WAY = frozenset({SMS, PEC, LETTER, CALL})
"""Channels with recipients and an account of their own; the others are mail."""
WITHOUT_COPIES = OWN_WAY - {PEC}
PLAIN = frozenset({StepKind.FIRST, StepKind.REMINDER})
"""Steps that speak first of a promise that was not kept."""


def compose_automatic(
    draft: Draft,
    reminders: Sequence[Reminder],
    *,
    user: User | None = None,
    written: Written = AS_PROPOSED,
    desk: Desk | None = None,
) -> Composition:
    """What a draft would say now, to whom, with what; nothing is stored.

    What a person wrote in it before counts, as long as it speaks of the same balances. A
    statement of account lists every open instalment of the customer that may be asked for; only
    those of the draft are issued. ``desk`` saves reading the company again.
    """
    company = draft.company
    ids = [each.instalment_id for each in reminders]
    parties = customers_of(draft, reminders)
    step = policy_value(draft.policy).with_choices(step_value(draft.step))
    if draft.kind == StepKind.RETURNED:  # the first step after an effect came back
        step = replace(step, kind=StepKind.RETURNED, template="")
    elif step.kind in PLAIN and unspoken_promise([each.instalment for each in reminders]):
        step = replace(step, template=PROMISE)
    if step.kind is StepKind.STATEMENT:
        ids = list(dict.fromkeys([*ids, *_open_of(draft, {party.pk for party in parties})]))
    options = automatic_options(company, parties, step, draft.content.channel)
    announced = frozenset(pk for _, pk in announced_reminders([draft.pk]))
    options = replace(options, announced=announced, copies=_copies_of(step), beside=_beside(draft))
    if chosen := written.options:
        options = replace(options, **{name: getattr(chosen, name) for name in EDITED})
    elif draft.edits:
        kept = replace(options, **kept_edits(draft))
        composed = compose_reminders(company, ids, user=user, options=kept, desk=desk)
        if are_true(draft, composed):
            return composed
    return compose_reminders(company, ids, user=user, options=options, desk=desk)


def automatic_options(
    company: Company, parties: Sequence[Party], step: Step, channel: str
) -> ReminderOptions:
    """The choices of a step, where a person would make them in the drawer."""
    attachments = []
    if step.attach_invoices:
        attachments.append(INVOICES)
    if step.attach_statement:
        attachments.append(STATEMENT)
    if step.kind is StepKind.FORMAL_NOTICE:
        attachments.append(NOTICE)
    return ReminderOptions(
        cc=_agent_of(parties) if step.cc_agent and channel not in WITHOUT_COPIES else (),
        attachments=tuple(attachments),
        model=step_model(step.kind, step.template, parties[0].kind),
        consequence=step.consequence,
        with_interest=step.with_interest,
        sender_id=step.sender,
        channel=channel if channel in OWN_WAY or _stays_here(company, channel) else "",
    )


def customers_of(draft: Draft, reminders: Sequence[Reminder]) -> list[Party]:
    """Whose instalments a draft is about, each customer once."""
    ids = {each.instalment.party_id for each in reminders}
    if ids <= {draft.party_id}:
        return [draft.party]
    return list(Party.objects.filter(pk__in=ids).select_related("agent").order_by("pk"))


def _stays_here(company: Company, channel: str) -> bool:
    return channel == "file" and company.is_sample


def _beside(draft: Draft) -> frozenset[int]:
    family = Draft.objects.filter(pk__in=about_the_same([draft.pk]), group=draft.group)
    return frozenset(family.exclude(pk=draft.pk).values_list("pk", flat=True))


def _copies_of(step: Step) -> Copies:
    return Copies.REQUIRED if step.require_attachments and step.attach_invoices else Copies.LEFT_OUT


def _agent_of(parties: Sequence[Party]) -> tuple[str, ...]:
    """The agent's address; not for consumers, nor to who prefers the weekly list.

    Of several customers only an agent of all of them may read what each owes.
    """
    agent = parties[0].agent
    if agent is None or {party.agent_id for party in parties} != {agent.pk}:
        return ()
    is_private = any(party.kind in PRIVATE for party in parties)
    return () if is_private or agent.has_weekly_list or not agent.email else (agent.email,)


def _open_of(draft: Draft, customers: Collection[int]) -> list[int]:
    rows = Instalment.objects.filter(
        company=draft.company, party__in=customers, currency=draft.currency, balance__gt=0
    )
    return list(rows.order_by("due_date", "pk").values_list("pk", flat=True))

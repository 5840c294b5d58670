"""Answers that say "today" → lines of communications, with their readers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sollecito.accounts.bulk import among
from sollecito.accounts.models import Company
from sollecito.domain.asking import names_apart, step_model
from sollecito.domain.documents import CustomerKind
from sollecito.domain.grouping import BY_MAIL, SMS, Line
from sollecito.domain.joining import audience_of, is_own_model
from sollecito.domain.policies import Step, choose_channels
from sollecito.domain.schedule import Issue, remindable_balance
from sollecito.dunning.models import Reminder
from sollecito.dunning.promise_queries import customers_to_be_told
from sollecito.dunning.template_queries import OWN_MODEL, template_book
from sollecito.flows.choose_sender import choose_sender
from sollecito.flows.planning.deciding import Decided
from sollecito.flows.planning.directory import Directory, channels_of


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """Testi dell'azienda. ``by_hand``: a plain reminder says its own, which names nothing apart.

    ``kinds`` maps the company's own models to the default that each follows.
    """

    by_hand: bool = False
    kinds: Mapping[str, str] = field(default_factory=dict)


def own_texts(company: Company) -> OwnTexts:
    """What the company made of its models, as far as amounts depend on it."""
    book = template_book(company)
    by_hand = book.has_text(OWN_MODEL) and choose_sender(company).sender is not None
    return OwnTexts(by_hand, {code: book.kind_of(code) for code in book.templates})


def make_lines(
    decided: Iterable[Decided],
    today: date,
    texts: OwnTexts,
    usable: Collection[str],
    directory: Directory | None = None,
) -> list[Line]:
    """A line for each instalment whose answer is Issue; ``usable`` are the company's channels."""
    issued = [each for each in decided if isinstance(each.answer, Issue)]
    known = directory or Directory(channels_of(each.planned.policy for each in issued))
    known.look_up({each.planned.party for each in issued})
    promised = customers_to_be_told({each.instalment: each.planned.party for each in issued})
    found = []
    for each in issued:
        policy, answer = each.planned.policy, each.answer
        if policy is None or not isinstance(answer, Issue):
            continue
        step, facts = policy.steps[answer.rank], each.planned.facts
        party = each.planned.party
        language, customer, contact = known.customers[party]
        readers, reach = known.readers.get(party, ()), known.reach.get(party, ())
        template = texts.kinds.get(step.template, step.template)
        model = step_model(step.kind, template, customer)
        found.append(
            Line(
                instalment=each.instalment,
                customer=party,
                policy=policy.id,
                step=step.id,
                rank=answer.rank,
                occurrence=answer.occurrence,
                round=facts.round,
                kind=step.kind,
                offset_days=step.offset_days,
                grouping=policy.grouping,
                channels=_choose(_as_for(step, customer), readers, reach, usable),
                readers=readers,
                reach=reach,
                language=language,
                currency=facts.currency,
                balance=remindable_balance(facts, today),
                due_date=facts.terms.due_date,
                is_public=each.planned.is_public,
                is_split=names_apart(model, has_own_text=texts.by_hand),
                contact=contact or 0,
                audience=audience_of(customer),
                sender=step.sender or 0,
                is_own=party in promised or is_own_model(model),
            )
        )
    return found


def _as_for(step: Step, customer: str) -> Step:
    """A public body gets no SMS; a step that has nothing else waits with its cure."""
    if customer != CustomerKind.PUBLIC_BODY or SMS not in step.channels:
        return step
    return replace(step, channels=tuple(c for c in step.channels if c != SMS) or step.channels)


def _choose(
    step: Step,
    readers: tuple[str, ...],
    reach: tuple[tuple[str, tuple[str, ...]], ...],
    usable: Collection[str],
) -> tuple[str, ...]:
    reached = {channel for channel, _ in reach} | (BY_MAIL if readers else frozenset())
    return choose_channels(step, reached & set(usable))


def without_issued(lines: Sequence[Line], today: date) -> list[Line]:
    """Leave out what was issued since it was decided on, or on a day that is not yet (``--on``).

    What was issued before was history to the decision.
    """
    issued = set(
        Reminder.objects.filter(
            instalment__in=among({line.instalment for line in lines}),
            issued_date__gte=today - timedelta(days=1),  # a run may go on after midnight
            is_void=False,
            step__isnull=False,
        ).values_list("instalment_id", "round", "step_id", "occurrence")
    )
    return [line for line in lines if line.key not in issued]

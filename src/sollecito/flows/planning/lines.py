"""Answers that say "today" → lines of communications, with their readers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sollecito.accounts.bulk import among
from sollecito.accounts.models import Company
from sollecito.domain.asking import names_apart, step_model
from sollecito.domain.grouping import Caps, Line
from sollecito.domain.schedule import Issue, remindable_balance
from sollecito.dunning.models import Policy, Reminder
from sollecito.dunning.template_queries import OWN_MODEL, template_book
from sollecito.flows.choose_recipients import MOST_RECIPIENTS
from sollecito.flows.choose_sender import choose_sender
from sollecito.flows.planning.deciding import Decided
from sollecito.ledger.models import Party
from sollecito.ledger.queries import email_addresses
from sollecito.outbox.queries import dead_addresses


def caps_of(company: Company) -> Caps:
    """Tetti dell'azienda e dei suoi programmi."""
    capped = Policy.objects.filter(company=company, day_cap__gt=0)
    return Caps(
        per_customer=company.customer_day_cap,
        per_company=company.company_day_cap,
        reader_gap_days=company.reader_gap_days,
        per_policy=dict(capped.values_list("pk", "day_cap")),
    )


def readers_of(party_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """To whom automatic mail of each customer goes: the first addresses of its card.

    One that came back as dead is none until it is corrected.
    """
    known = email_addresses(party_ids)
    dead = dead_addresses(address for each in known.values() for address in each)
    if not dead:
        return {party: tuple(each[:MOST_RECIPIENTS]) for party, each in known.items()}
    owners = dict(Party.objects.filter(pk__in=among(known)).values_list("pk", "company_id"))
    return {
        party: alive
        for party, each in known.items()
        if (alive := _alive(each, owners[party], dead))
    }


def _alive(addresses: list[str], company: int, dead: set[tuple[int, str]]) -> tuple[str, ...]:
    good = [each for each in addresses if (company, each.lower()) not in dead]
    return tuple(good[:MOST_RECIPIENTS])


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


def make_lines(decided: Iterable[Decided], today: date, texts: OwnTexts) -> list[Line]:
    """A line for each instalment whose answer is Issue."""
    issued = [each for each in decided if isinstance(each.answer, Issue)]
    parties = {each.planned.party for each in issued}
    readers = readers_of(parties)
    rows = Party.objects.filter(pk__in=among(parties)).values_list("pk", "language", "kind")
    known = {pk: (language, kind) for pk, language, kind in rows}
    found = []
    for each in issued:
        policy, answer = each.planned.policy, each.answer
        if policy is None or not isinstance(answer, Issue):
            continue
        step, facts = policy.steps[answer.rank], each.planned.facts
        party = each.planned.party
        language, customer = known[party]
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
                channels=step.channels,
                readers=readers.get(party, ()),
                language=language,
                currency=facts.currency,
                balance=remindable_balance(facts, today),
                due_date=facts.terms.due_date,
                is_public=each.planned.is_public,
                is_split=names_apart(model, has_own_text=texts.by_hand),
            )
        )
    return found


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

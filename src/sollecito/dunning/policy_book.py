"""Policies as values, and which one an instalment has: its own, its customer's, its category's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sollecito.accounts.models import Company
from sollecito.accounts.queries import has_module
from sollecito.accounts.statements import Statement, given
from sollecito.domain import policies as values
from sollecito.domain.schedule import InstalmentFacts
from sollecito.domain.tiers import AUTOMATIC
from sollecito.dunning.models import Policy, PolicyChoice, Step
from sollecito.ledger.models import Instalment
from sollecito.outbox.models import Instance

COMPANY, SEGMENT, PARTY, INSTALMENT, INSTANCE = (
    "company",
    "segment",
    "party",
    "instalment",
    "instance",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What one level says: a policy, or none; and the two switches."""

    policy: int | None = None
    is_paused: bool = False
    needs_review: bool = False


NO_CHOICE = Choice()


@dataclass(frozen=True, slots=True)
class Resolved:
    """What counts for an instalment. ``level`` says where its policy comes from.

    ``paused_by`` and ``reviewed_by`` name the levels that switched automation off or want review.
    """

    policy: values.Policy | None
    level: str = ""
    paused_by: tuple[str, ...] = ()
    reviewed_by: tuple[str, ...] = ()


@dataclass(slots=True)
class PolicyBook:
    """Every policy and choice of a company, read once."""

    policies: dict[int, values.Policy]
    inactive: frozenset[int]
    default: int | None
    company: Choice
    is_paused: bool
    is_instance_paused: bool
    segments: dict[str, Choice] = field(default_factory=dict)
    parties: dict[int, Choice] = field(default_factory=dict)
    instalments: dict[int, Choice] = field(default_factory=dict)
    _known: dict[tuple[Choice, ...], Resolved] = field(default_factory=dict)

    def resolve(self, instalment: int, party: int, segment: str) -> Resolved:
        """The policy of an instalment, whole from the first level that has one."""
        choices = (
            self.instalments.get(instalment, NO_CHOICE),
            self.parties.get(party, NO_CHOICE),
            self.segments.get(segment, NO_CHOICE) if segment else NO_CHOICE,
            self.company,
        )
        found = self._known.get(choices)
        if found is None:
            found = self._known[choices] = self._resolve(choices)
        return found

    def _resolve(self, choices: tuple[Choice, ...]) -> Resolved:
        levels = dict(zip((INSTALMENT, PARTY, SEGMENT, COMPANY), choices, strict=True))
        paused = [level for level, choice in levels.items() if choice.is_paused]
        if self.is_paused:
            paused.append(COMPANY)
        if self.is_instance_paused:
            paused.append(INSTANCE)
        level, chosen = next(
            ((level, choice.policy) for level, choice in levels.items() if choice.policy),
            (COMPANY, self.default),
        )
        if chosen in self.inactive:
            paused.append(level)
        return Resolved(
            self.policies.get(chosen) if chosen else None,
            level if chosen else "",
            tuple(dict.fromkeys(paused)),
            tuple(level for level, choice in levels.items() if choice.needs_review),
        )


def policy_value(row: Policy) -> values.Policy:
    """A policy and its live steps, as the rules read them."""
    steps = sorted(
        (step for step in row.steps.all() if step.retired_at is None),
        key=lambda step: step.offset_days,
    )
    return values.Policy(
        id=row.pk,
        name=row.name,
        steps=tuple(step_value(step) for step in steps),
        escalation=values.Escalation(row.escalation),
        min_gap_days=row.min_gap_days,
        grouping=values.Grouping(row.grouping),
        working_days_only=row.working_days_only,
        minimum_balance=row.minimum_balance,
        approval=values.Approval(row.approval),
        cc_agent=row.cc_agent,
        attach_invoices=row.attach_invoices,
        attach_statement=row.attach_statement,
        announce_collections=row.announce_collections,
    )


def step_value(row: Step) -> values.Step:
    """One step, as the rules read it."""
    return values.Step(
        id=row.pk,
        kind=values.StepKind(row.kind),
        offset_days=row.offset_days,
        channels=tuple(row.channels),
        channel_mode=values.ChannelMode(row.channel_mode),
        template=row.template,
        consequence=row.consequence,
        approval=values.Approval(row.approval) if row.approval else None,
        cc_agent=row.cc_agent,
        attach_invoices=row.attach_invoices,
        attach_statement=row.attach_statement,
        require_attachments=row.require_attachments,
        with_interest=row.with_interest,
        sender=row.sender_id,
        repeat_days=row.repeat_days,
        max_repeats=row.max_repeats,
    )


_CHOICES = Statement(
    lambda: PolicyChoice.objects.filter(company=given("company")).values_list(
        *("party_id", "instalment_id", "segment", "policy_id", "is_paused", "needs_review")
    )
)


def policy_book(company: Company) -> PolicyBook:
    """The policies and choices of a company, as they are now."""
    rows = list(Policy.objects.filter(company=company).prefetch_related("steps"))
    book = PolicyBook(
        policies={row.pk: policy_value(row) for row in rows},
        inactive=frozenset(row.pk for row in rows if not row.is_active),
        default=next((row.pk for row in rows if row.is_default and row.is_active), None),
        company=NO_CHOICE,
        is_paused=company.automation_paused_at is not None or not has_module(company, AUTOMATIC),
        is_instance_paused=Instance.objects.filter(automation_paused_at__isnull=False).exists(),
    )
    for party, instalment, segment, *chosen in _CHOICES.rows(company=company.pk):
        choice = Choice(*chosen)
        if party:
            book.parties[party] = choice
        elif instalment:
            book.instalments[instalment] = choice
        elif segment:
            book.segments[segment] = choice
        else:
            book.company = choice
    return book


def with_minimums(
    book: PolicyBook, rows: Iterable[Instalment], facts: Mapping[int, InstalmentFacts]
) -> dict[int, InstalmentFacts]:
    """The facts with the least balance that each instalment's own policy reminds of.

    ``rows`` have their customer loaded.
    """
    found = {}
    for row in rows:
        policy = book.resolve(row.pk, row.party_id, row.party.segment).policy
        known = facts[row.pk]
        least = policy.minimum_balance if policy else known.minimum_balance
        found[row.pk] = replace(known, minimum_balance=least)
    return found

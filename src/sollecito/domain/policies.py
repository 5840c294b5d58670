"""Programmi di solleciti as values: steps, options, presets, and what is wrong with one.

Source: the product's specification of reminders, "A policy".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from sollecito.domain.documents import Problem

MINIMUM_BALANCE = Decimal("5.00")
MIN_GAP_DAYS = 5
MOST_STEPS = 30
FARTHEST_DAYS = 3650
MOST_REPEATS = 1000
LONGEST_NAME = 100
HIGHEST_MINIMUM = Decimal(1_000_000)


class StepKind(StrEnum):
    """Tipo di sollecito; the codes on the wire."""

    PRE_DUE = "promemoria"
    FIRST = "primo_sollecito"
    REMINDER = "sollecito"
    STATEMENT = "estratto_conto"
    FORMAL_NOTICE = "messa_in_mora"
    RETURNED = "effetto_insoluto"


class Escalation(StrEnum):
    """Which of the steps not yet issued comes next."""

    IN_ORDER = "in_order"
    LATEST = "latest"


class Grouping(StrEnum):
    """Raggruppamento: what goes into one message."""

    CUSTOMER = "customer"
    KIND_AND_CUSTOMER = "kind_and_customer"
    SINGLE = "single"


class Approval(StrEnum):
    """Approvazione: by a person, or by rule."""

    REVIEW = "review"
    AUTOMATIC = "automatic"


class ChannelMode(StrEnum):
    """Several channels of one step: all of them, or the next one where one fails."""

    ALL = "all"
    FIRST_THAT_WORKS = "first_that_works"


CHANNELS = ("email", "sms", "pec", "letter", "call", "file")
ALONE = frozenset({StepKind.FORMAL_NOTICE, StepKind.RETURNED})
"""Kinds that never share a message with others."""


@dataclass(frozen=True, slots=True)
class Step:
    """Livello: what is said, when, through what. Its rank is its place in the policy.

    ``id`` tells its history, whatever its rank. ``approval`` empty and ``None`` elsewhere leave a
    choice to the policy. ``offset_days`` count from the due date; ``repeat_days`` (on the last
    step only) and ``max_repeats`` make it recursive ("ricorsivo").
    """

    kind: StepKind
    offset_days: int
    id: int = 0
    channels: tuple[str, ...] = ("email",)
    channel_mode: ChannelMode = ChannelMode.ALL
    template: str = ""
    consequence: str = ""
    approval: Approval | None = None
    cc_agent: bool | None = None
    attach_invoices: bool | None = None
    attach_statement: bool | None = None
    require_attachments: bool = False
    with_interest: bool = False
    """The message says what interest has accrued, where its model has a place for it."""
    sender: int | None = None
    """The account it leaves through; ``None`` is the model's, else the usual one."""
    repeat_days: int | None = None
    max_repeats: int | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Programma di solleciti: ordered steps and their options."""

    name: str
    steps: tuple[Step, ...]
    id: int = 0
    escalation: Escalation = Escalation.IN_ORDER
    min_gap_days: int = MIN_GAP_DAYS
    grouping: Grouping = Grouping.CUSTOMER
    working_days_only: bool = True
    minimum_balance: Decimal = MINIMUM_BALANCE
    approval: Approval = Approval.REVIEW
    cc_agent: bool = False
    attach_invoices: bool = True
    attach_statement: bool = False
    announce_collections: bool = False

    def needs_review(self, step: Step) -> bool:
        """Whether a person approves this step; a formal notice is always approved by one."""
        if step.kind is StepKind.FORMAL_NOTICE:
            return True
        return (step.approval or self.approval) is Approval.REVIEW

    def with_choices(self, step: Step) -> Step:
        """The step with the policy's options where it has none of its own."""
        return replace(
            step,
            cc_agent=self.cc_agent if step.cc_agent is None else step.cc_agent,
            attach_invoices=(
                self.attach_invoices if step.attach_invoices is None else step.attach_invoices
            ),
            attach_statement=(
                self.attach_statement if step.attach_statement is None else step.attach_statement
            ),
        )


def begin_with_return(policy: Policy | None) -> Policy | None:
    """The policy of a round that an effect returned unpaid began: it speaks of that at once.

    The first step from the due date on becomes an Effetto insoluto, due already, with its own
    text; a policy that has such a step, or begins with a formal notice, stays as it is.
    """
    if policy is None or any(step.kind is StepKind.RETURNED for step in policy.steps):
        return policy
    place = next((n for n, step in enumerate(policy.steps) if step.offset_days >= 0), None)
    if place is None or policy.steps[place].kind is StepKind.FORMAL_NOTICE:
        return policy
    step = replace(policy.steps[place], kind=StepKind.RETURNED, offset_days=0, template="")
    steps = (*policy.steps[:place], step, *policy.steps[place + 1 :])
    return replace(policy, steps=steps, escalation=Escalation.IN_ORDER)


def choose_channels(step: Step, reachable: Collection[str]) -> tuple[str, ...]:
    """The channels through which a step leaves: all of them, or the first that can be used.

    ``reachable`` are those that are set up and on which the customer has an address. Where none
    is, the step waits on its first.
    """
    if step.channel_mode is ChannelMode.ALL:
        return step.channels
    return next(((each,) for each in step.channels if each in reachable), step.channels[:1])


def choose_next_channel(
    channels: Sequence[str], tried: Collection[str], reachable: Collection[str]
) -> str:
    """The channel to try after those that failed, in the step's order; empty where none is left."""
    return next((each for each in channels if each not in tried and each in reachable), "")


def check_policy(policy: Policy) -> tuple[Problem, ...]:
    """What makes a policy unusable; each problem names the step by its place from 1."""
    return (*check_options(policy), *(problem for _place, problem in check_steps(policy.steps)))


def warn_about_policy(policy: Policy) -> tuple[Problem, ...]:
    """What is accepted but may surprise."""
    last = policy.steps[-1] if policy.steps else None
    found = []
    if last and last.repeat_days and policy.min_gap_days > last.repeat_days:
        found.append(
            Problem(
                "gap_wins",
                f"L'intervallo minimo ({policy.min_gap_days} giorni) è più lungo della ripetizione "
                f"({last.repeat_days} giorni): vale l'intervallo.",
                "Riduci l'intervallo minimo, oppure ripeti meno spesso.",
            )
        )
    return tuple(found)


def check_options(policy: Policy) -> Iterator[Problem]:
    """What is wrong with the options; ``code`` is the option's name, ``steps`` for the steps."""
    if not policy.name.strip():
        yield Problem("name", "Il programma non ha un nome.", "Scrivi come si chiama.")
    if len(policy.name) > LONGEST_NAME:
        yield Problem("name", f"Il nome supera {LONGEST_NAME} caratteri.", "Scrivilo più corto.")
    if policy.min_gap_days > FARTHEST_DAYS:
        yield Problem(
            "min_gap_days",
            f"L'intervallo minimo supera {FARTHEST_DAYS} giorni.",
            "Scrivi un numero più piccolo.",
        )
    if policy.min_gap_days < 1:
        yield Problem(
            "min_gap_days",
            "L'intervallo minimo tra due solleciti è di almeno un giorno.",
            "Scrivi 1 o più.",
        )
    if policy.minimum_balance > HIGHEST_MINIMUM:
        yield Problem(
            "minimum_balance", "Il residuo minimo è troppo alto.", "Scrivi un importo più piccolo."
        )
    if policy.minimum_balance < 0:
        yield Problem(
            "minimum_balance", "Il residuo minimo non può essere negativo.", "Scrivi 0 o più."
        )
    if not policy.steps:
        yield Problem("steps", "Il programma non ha passi.", "Aggiungine almeno uno.")
    if len(policy.steps) > MOST_STEPS:
        yield Problem("steps", f"I passi sono più di {MOST_STEPS}.", "Togline qualcuno.")


def check_steps(steps: tuple[Step, ...]) -> Iterator[tuple[int, Problem]]:
    """What is wrong with each step, by its place from 1; ``code`` is the name of the field."""
    for place, step in enumerate(steps, start=1):
        is_last = place == len(steps)
        for problem in (
            *_check_place(place, step, steps[place - 2] if place > 1 else None),
            *_check_channels(place, step),
            *_check_repeat(place, step, is_last=is_last),
        ):
            yield place, problem


def _check_place(place: int, step: Step, before: Step | None) -> Iterator[Problem]:
    if abs(step.offset_days) > FARTHEST_DAYS:
        yield Problem(
            "offset_days",
            f"Passo {place}: {step.offset_days} giorni sono troppi.",
            f"Al massimo {FARTHEST_DAYS}.",
        )
    if before and step.offset_days <= before.offset_days:
        yield Problem(
            "offset_days",
            f"Passo {place}: {step.offset_days} giorni non vengono dopo i {before.offset_days} "
            "del passo precedente.",
            "Metti i passi in ordine di giorni, ognuno in un giorno diverso.",
        )


def _check_channels(place: int, step: Step) -> Iterator[Problem]:
    if not step.channels or len(set(step.channels)) < len(step.channels):
        yield Problem(
            "channels",
            f"Passo {place}: scegli i canali, ognuno una volta sola.",
            "Per esempio email.",
        )
    for channel in step.channels:
        if channel not in CHANNELS:
            yield Problem(
                "channels",
                f"Passo {place}: il canale «{channel}» non esiste.",
                f"Ci sono: {', '.join(CHANNELS)}.",
            )


def _check_repeat(place: int, step: Step, *, is_last: bool) -> Iterator[Problem]:
    if step.repeat_days is None:
        if step.max_repeats is not None:
            yield Problem(
                "max_repeats",
                f"Passo {place}: c'è un numero di ripetizioni ma non ogni quanti giorni.",
                "Scrivi ogni quanti giorni si ripete.",
            )
        return
    if step.repeat_days < 1 or (step.max_repeats is not None and step.max_repeats < 0):
        yield Problem(
            "repeat_days",
            f"Passo {place}: la ripetizione è di almeno un giorno.",
            "Scrivi 1 o più.",
        )
    if step.repeat_days > FARTHEST_DAYS or (step.max_repeats or 0) > MOST_REPEATS:
        yield Problem(
            "repeat_days",
            f"Passo {place}: la ripetizione è troppo lunga.",
            f"Al massimo ogni {FARTHEST_DAYS} giorni, {MOST_REPEATS} volte.",
        )
    if not is_last:
        yield Problem(
            "repeat_days",
            f"Passo {place}: solo l'ultimo passo può essere ricorsivo.",
            "Togli la ripetizione, oppure spostala sull'ultimo.",
        )
    if step.offset_days < 0:
        yield Problem(
            "repeat_days",
            f"Passo {place}: un passo prima della scadenza non può essere ricorsivo.",
            "Mettilo dal giorno della scadenza in poi.",
        )

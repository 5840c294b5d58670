"""Perché? The answer for one instalment on one day, in a sentence, with the rule that decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from sollecito.domain.candidates import planned_date
from sollecito.domain.hold_details import describe_details
from sollecito.domain.money import format_date
from sollecito.domain.policies import Policy, Step, StepKind
from sollecito.domain.schedule import Issue, Wait, decide, refuse_reminder
from sollecito.dunning.hold_queries import known_of
from sollecito.dunning.plan_queries import Planned, planned_facts
from sollecito.flows import clock
from sollecito.flows.name_pause import name_pause
from sollecito.flows.planning.deciding import Decided
from sollecito.ledger.models import Instalment


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer, the sentence, and which level's programme it rests on."""

    decided: Decided
    sentence: str
    policy: str = ""
    level: str = ""


def explain_decision(instalment: Instalment) -> Explanation:
    """Ask the rule for today, or for the pretended day, and say its answer."""
    company = instalment.company
    today = clock.today(company.time_zone)
    as_of = clock.pretended_day(company.time_zone)
    planned = planned_facts(company, [instalment.pk], today, as_of=as_of)[instalment.pk]
    answer = decide(planned.facts, planned.policy, planned.history, today)
    decided = Decided(instalment.pk, planned, answer)
    policy = planned.policy
    return Explanation(
        decided,
        " ".join(filter(None, (say_answer(decided, today), _known(instalment, decided, today)))),
        policy.name if policy else "",
        planned.resolved.level,
    )


def _known(instalment: Instalment, decided: Decided, today: date) -> str:
    """What the hold that decides knows: the bank, the procedure, the heirs."""
    reason = getattr(decided.answer, "reason", "")
    if not reason.startswith("hold_"):
        return ""
    details = known_of(instalment, reason.removeprefix("hold_"), today)
    return describe_details(details) if details else ""


def say_answer(decided: Decided, today: date) -> str:
    """One sentence: the step and its day, or why not."""
    answer, planned = decided.answer, decided.planned
    policy = planned.policy
    if isinstance(answer, Issue):
        if policy is None:
            return ""
        words = _("Da sollecitare oggi: %(step)s del programma «%(policy)s».")
        step = name_step(policy.steps[answer.rank], answer.occurrence)
        return words % {"step": step, "policy": policy.name}
    if answer.reason == "not_yet" and policy:
        return _say_next(planned, policy, answer)
    reason = REASONS.get(answer.reason)
    words = _(reason) if reason else _refusal(planned, today)
    if answer.reason == "customer_paused":
        words = name_pause(planned) or words
    until = answer.until if isinstance(answer, Wait) else None
    if until and "%(day)s" in words:
        return words % {"day": _day(until)}
    return (
        f"{words} {_('Si decide di nuovo il %(day)s.') % {'day': _day(until)}}" if until else words
    )


def _say_next(planned: Planned, policy: Policy, answer: object) -> str:
    until = answer.until if isinstance(answer, Wait) else None
    terms = planned.facts.terms
    words = _("Prossimo passo il %(day)s, secondo il programma «%(policy)s».") % {
        "day": _day(until),
        "policy": policy.name,
    }
    has_tolerance = terms.payment_day or terms.grace_days
    ranks = range(len(policy.steps))
    if has_tolerance and until in {planned_date(terms, policy, rank) for rank in ranks}:
        words += " " + _("I giorni contano da quando questo cliente paga di solito.")
    return words


def _refusal(planned: Planned, today: date) -> str:
    refusal = refuse_reminder(planned.facts, today)
    return refusal.message if refusal else _("Non si sollecita.")


def name_step(step: Step, occurrence: int = 1) -> str:
    """«Sollecito (+30 giorni)», with how often where it is recursive."""
    days = ngettext("%(n)+d giorno", "%(n)+d giorni", abs(step.offset_days))
    words = f"{_(KINDS[step.kind])} ({days % {'n': step.offset_days}})"
    if occurrence > 1:
        words += ", " + _("%(n)sª volta") % {"n": occurrence}
    return words


def _day(day: date | None) -> str:
    if day is None:
        return "—"
    return format_date(day, "en" if (get_language() or "it").startswith("en") else "it")


KINDS = {
    StepKind.PRE_DUE: gettext_noop("Promemoria"),
    StepKind.FIRST: gettext_noop("Primo sollecito"),
    StepKind.REMINDER: gettext_noop("Sollecito"),
    StepKind.STATEMENT: gettext_noop("Estratto conto"),
    StepKind.FORMAL_NOTICE: gettext_noop("Messa in mora"),
    StepKind.RETURNED: gettext_noop("Effetto insoluto"),
}
REASONS = {
    "no_policy": gettext_noop(
        "Nessun programma: non si sollecita da sé. Scegline uno in Solleciti automatici."
    ),
    "customer_paused": gettext_noop(
        "I solleciti automatici sono fermi per questo cliente o per l'azienda."
    ),
    "policy_completed": gettext_noop(
        "Il programma è finito: tutti i suoi passi sono stati fatti o saltati."
    ),
    "too_soon": gettext_noop("Un sollecito è partito da poco: si aspetta fino al %(day)s."),
    "not_working_day": gettext_noop("Oggi non si lavora: si riprende il %(day)s."),
    "undeliverable": gettext_noop(
        "L'ultimo invio non è riuscito: correggi l'indirizzo del cliente, oppure riprova a mano."
    ),
}

"""What statements, formal notices, promises, plans and returned effects say beside their items."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sollecito.domain.hold_details import Effect
from sollecito.domain.money import Language, format_date, format_money, format_number
from sollecito.domain.wording.facts import InterestClaim, PlanRate, ReminderFacts
from sollecito.domain.wording.items import sort_items, sum_balances
from sollecito.domain.wording.takings import say_takings

RETURNED_KINDS: dict[str, tuple[str, str]] = {
    Effect.RIBA: ("RiBa", "bank collection (RiBa)"),
    Effect.SDD: ("addebito SDD", "direct debit (SDD)"),
    Effect.MAV: ("MAV", "payment slip (MAV)"),
    Effect.CHEQUE: ("assegno", "cheque"),
    Effect.BILL: ("cambiale", "bill of exchange"),
    "": ("effetto", "payment"),
}


def say_occasion(facts: ReminderFacts) -> dict[str, str]:
    """Values of the placeholders of single occasions; empty where the message has none."""
    return {
        **_statement(facts),
        **_formal(facts),
        **_promise(facts),
        **_plan(facts),
        **_returned(facts),
        **say_takings(facts),
    }


def _money(facts: ReminderFacts, amount: Decimal) -> str:
    return format_money(amount, facts.currency, facts.language)


def _statement(facts: ReminderFacts) -> dict[str, str]:
    totals = facts.occasion.totals
    if totals is None:
        return dict.fromkeys(("saldo.totale", "saldo.scaduto", "saldo.a_scadere"), "")
    return {
        "saldo.totale": _money(facts, totals.overdue + totals.upcoming - totals.credit),
        "saldo.scaduto": _money(facts, totals.overdue),
        "saldo.a_scadere": _money(facts, totals.upcoming),
    }


def _formal(facts: ReminderFacts) -> dict[str, str]:
    """The capital; interest and flat sum beside it, row by row, where they are claimed."""
    capital, claim = sum_balances(facts.items), facts.occasion.claim
    english, means = facts.language == "en", facts.occasion.means
    parts = [("Principal" if english else "Capitale", capital)]
    if claim and (claim.interest or claim.flat):
        parts += _parts_of(claim, facts)
    return {
        "totale.dovuto": _money(facts, sum((amount for _, amount in parts), Decimal(0))),
        "totale.dettaglio": "\n".join(f"{word}: {_money(facts, sum_)}" for word, sum_ in parts),
        "interessi.dettaglio": _interest_rows(claim, facts) if claim else "",
        "nota.interessi": "" if means else _note_on_interest(claim, facts),
        "destinatario.mezzo": _way(facts) if means else "",
    }


def _way(facts: ReminderFacts) -> str:
    """``a mezzo PEC all'indirizzo …``: how the notice travels, which makes it what it is."""
    occasion, english = facts.occasion, facts.language == "en"
    if occasion.channel == "letter":
        by_post = "a mezzo lettera raccomandata con avviso di ricevimento"
        return "by registered letter with return receipt" if english else by_post
    if occasion.channel == "pec":
        way = "by certified e-mail (PEC) to" if english else "a mezzo PEC all'indirizzo"
    else:
        way = "by e-mail to" if english else "a mezzo e-mail all'indirizzo"
    return f"{way} {occasion.means}"


def _note_on_interest(claim: InterestClaim | None, facts: ReminderFacts) -> str:
    """One sentence: accrued to date, not in the amount. Empty where nothing accrued."""
    if claim is None or not claim.interest:
        return ""
    money = _money(facts, claim.interest)
    if facts.language == "en":
        kind = "Statutory" if facts.debtor.is_consumer else "Late-payment"
        return f"{kind} interest of {money} has accrued to date and is not included."
    kind = "legali" if facts.debtor.is_consumer else "di mora"
    return f"A oggi sono maturati interessi {kind} per {money}, non compresi nell'importo."


def _parts_of(claim: InterestClaim, facts: ReminderFacts) -> list[tuple[str, Decimal]]:
    day = format_date(facts.today, facts.language)
    if facts.language == "en":
        words = f"Late-payment interest to {day}"
        flat = "Fixed compensation (art. 6, Legislative Decree 231/2002)"
    else:
        words = f"Interessi di mora al {day}"
        flat = "Indennizzo forfettario (art. 6 D.Lgs. 231/2002)"
    both = ((words, claim.interest), (flat, claim.flat))
    return [(word, amount) for word, amount in both if amount]


def _interest_rows(claim: InterestClaim, facts: ReminderFacts) -> str:
    """``01/04/2026 - 17/04/2026, 17 giorni, 10,15%, 720,00 €: 3,40 €``, a line each."""
    language, english = facts.language, facts.language == "en"
    lines = []
    for row in claim.rows:
        first, last = format_date(row.first, language), format_date(row.last, language)
        rate = f"{row.percent:.2f}" if english else format_number(row.percent)
        base, interest = _money(facts, row.base), _money(facts, row.interest)
        days = _days(row.days, language)
        lines.append(f"{first} - {last}, {days}, {rate}%, {base}: {interest}")
    if claim.collected:
        word = "Interest collected already" if english else "Interessi già incassati"
        lines.append(f"{word}: -{_money(facts, claim.collected)}")
    if claim.unpublished_from:
        day = format_date(claim.unpublished_from, language)
        lines.append(
            f"From {day} the rate is not published yet: no interest is counted."
            if english
            else f"Dal {day} il tasso non è ancora pubblicato: non si calcolano interessi."
        )
    return "\n".join(lines)


def _promise(facts: ReminderFacts) -> dict[str, str]:
    promise = facts.occasion.promise
    if promise is None:
        return {"promessa.data": "", "promessa.importo": ""}
    return {
        "promessa.data": format_date(promise.date, facts.language),
        "promessa.importo": _money(facts, promise.missing),
    }


def _returned(facts: ReminderFacts) -> dict[str, str]:
    item = sort_items(facts.items)[0]
    code = facts.occasion.effect or item.collection.value
    kind = RETURNED_KINDS[code][facts.language == "en"]
    fee = facts.occasion.bank_fee
    note = ""
    if fee > 0:
        money = _money(facts, fee)
        note = (
            f"Bank return charges of {money} are to be added."
            if facts.language == "en"
            else f"All'importo si aggiungono {money} di spese bancarie di ritorno."
        )
    return {
        "effetto.tipo": kind,
        "effetto.scadenza": format_date(
            facts.occasion.effect_date or item.due_date, facts.language
        ),
        "nota.effetto_spese": note,
    }


def _plan(facts: ReminderFacts) -> dict[str, str]:
    plan, language = facts.occasion.plan, facts.language
    if plan is None or not plan.rates:
        return dict.fromkeys(_PLAN_NAMES, "")
    first, last, count = plan.rates[0], plan.rates[-1], len(plan.rates)
    spoken = next((rate for rate in plan.rates if rate.seq == plan.speaks_of), first)
    return {
        "piano.totale": _money(facts, sum((rate.amount for rate in plan.rates), Decimal(0))),
        "piano.numero_rate": str(count),
        "piano.rate": "\n".join(_rate(facts, rate, count) for rate in plan.rates),
        "piano.prima_data": format_date(first.due_date, language),
        "piano.prima_importo": _money(facts, first.amount),
        "piano.ultima_data": format_date(last.due_date, language),
        "piano.tolleranza": _days(plan.tolerance_days, language),
        "piano.rata_numero": _place(spoken.seq, count, language),
        "piano.rata_data": format_date(spoken.due_date, language),
        "piano.rata_importo": _money(facts, spoken.left),
        "piano.residuo": _money(facts, _left_from(plan.rates, spoken.due_date)),
        "nota.piano_interessi": "",
    }


_PLAN_NAMES = (
    *("piano.totale", "piano.numero_rate", "piano.rate", "piano.prima_data"),
    *("piano.prima_importo", "piano.ultima_data", "piano.tolleranza", "piano.rata_numero"),
    *("piano.rata_data", "piano.rata_importo", "piano.residuo", "nota.piano_interessi"),
)


def _rate(facts: ReminderFacts, rate: PlanRate, count: int) -> str:
    place = _place(rate.seq, count, facts.language)
    day = format_date(rate.due_date, facts.language)
    return f"{place}: {day}, {_money(facts, rate.amount)}"


def _place(seq: int, count: int, language: Language) -> str:
    return f"{seq} {'of' if language == 'en' else 'di'} {count}"


def _days(days: int, language: Language) -> str:
    if language == "en":
        return f"{days} day" if days == 1 else f"{days} days"
    return f"{days} giorno" if days == 1 else f"{days} giorni"


def _left_from(rates: tuple[PlanRate, ...], day: date) -> Decimal:
    """What is left to the end of the plan, the rate spoken of included."""
    return sum((rate.left for rate in rates if rate.due_date >= day), Decimal(0))

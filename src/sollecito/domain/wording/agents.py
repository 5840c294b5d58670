"""What an agent (agente) is told of the customers he follows: the weekly list, the day before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sollecito.domain.money import Language, format_date, format_money
from sollecito.domain.placeholders import clean_value
from sollecito.domain.wording.facts import Creditor, Writer
from sollecito.domain.wording.values import sign


@dataclass(frozen=True, slots=True)
class AgentLine:
    """A customer with something overdue, in one currency.

    ``days`` since its oldest due date; ``reminded`` is the day of the last reminder, if any.
    """

    customer: str
    overdue: Decimal
    currency: str
    days: int
    reminded: date | None = None


def word_agent_list(
    agent: str,
    lines: Sequence[AgentLine],
    *,
    creditor: Creditor,
    writer: Writer,
    today: date,
    takings_until: date,
    language: Language = "it",
) -> dict[str, str]:
    """The values of the text ``agente_riepilogo``; the largest debts first. ``lines`` are some."""
    ordered = sorted(lines, key=lambda line: (-line.overdue, line.customer))
    return {
        "oggi": format_date(today, language),
        "agente.nome": clean_value(agent),
        "agente.elenco": "\n".join(_say_line(line, language) for line in ordered),
        "agente.totale": _say_total(lines, language),
        "incassi.aggiornati_al": format_date(takings_until, language),
        "mittente.nome": clean_value(writer.name),
        "mittente.email": clean_value(writer.email),
        "firma": sign(writer, creditor, language),
    }


def word_agent_notice(
    agent: str, customers: Sequence[str], *, creditor: Creditor, writer: Writer, day: date
) -> dict[str, str]:
    """The values of ``agente_preavviso``: who is reminded for the first time on ``day``."""
    names = [clean_value(name) for name in customers]
    whom = f"a {len(names)} dei tuoi clienti" if len(names) > 1 else f"a {names[0]}"
    return {
        "agente.nome": clean_value(agent),
        "agente.data_sollecito": format_date(day),
        "agente.a_chi": whom,
        "agente.clienti": "\n".join(names),
        "mittente.nome": clean_value(writer.name),
        "mittente.email": clean_value(writer.email),
        "firma": sign(writer, creditor, "it"),
    }


def _say_line(line: AgentLine, language: Language) -> str:
    money = format_money(line.overdue, line.currency, language)
    name = clean_value(line.customer)
    if language == "en":
        since = f"{line.days} day{'' if line.days == 1 else 's'}"
        said = f", reminded on {format_date(line.reminded, 'en')}" if line.reminded else ""
        return f"{name}: {money}, {since}{said}"
    since = f"da {line.days} {'giorno' if line.days == 1 else 'giorni'}"
    said = f", sollecitato il {format_date(line.reminded)}" if line.reminded else ""
    return f"{name}: {money}, {since}{said}"


def _say_total(lines: Iterable[AgentLine], language: Language) -> str:
    """``12.408,00 €``; other currencies apart, never added."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.currency] += line.overdue
    euro_first = sorted(sums.items(), key=lambda pair: (pair[0] != "EUR", pair[0]))
    joint = " and " if language == "en" else " e "
    return joint.join(format_money(amount, code, language) for code, amount in euro_first)

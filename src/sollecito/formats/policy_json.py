"""Programmi di solleciti as JSON: one object, options and ``steps``.

Shape: {"name", "escalation", "min_gap_days", "grouping", "working_days_only", "minimum_balance",
"approval", "cc_agent", "attach_invoices", "attach_statement", "announce_collections", "default",
"steps": [{"kind", "offset_days", "channels", "channel_mode", "template", "consequence",
"approval", "cc_agent", "attach_invoices", "attach_statement", "require_attachments",
"repeat_days", "max_repeats"}]}. What is left out has its default.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from sollecito.domain import policies as values
from sollecito.domain.documents import Problem
from sollecito.domain.policies import check_policy

Problems = list[Problem]


def parse_policy(content: bytes) -> tuple[values.Policy | None, bool | None, tuple[Problem, ...]]:
    """The policy, whether it is to be the default (``None`` where the file is silent), the faults.

    Wrong JSON, unknown keys and wrong values are problems; with any of them the policy is
    ``None``.
    """
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return None, False, (Problem("json", f"Non è JSON: {error}.", "Controlla il file."),)
    if not isinstance(data, dict):
        words = "Il file non contiene un oggetto JSON."
        return None, False, (Problem("json", words, 'Per esempio {"name": …, "steps": […]}.'),)
    problems: Problems = []
    reader = _Reader(data, OPTIONS, problems, "")
    steps = data.get("steps", [])
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        problems.append(Problem("steps", "«steps» non è un elenco di passi.", "Scrivi [{…}, …]."))
        steps = []
    given = reader.values()
    is_default: bool | None = given.pop("default", None)
    read = tuple(_step(step, place, problems) for place, step in enumerate(steps, start=1))
    if problems:
        return None, False, tuple(problems)
    policy = values.Policy(steps=read, **given)
    problems += check_policy(policy)
    return (None if problems else policy), is_default, tuple(problems)


def write_policy(policy: values.Policy, *, is_default: bool) -> dict[str, Any]:
    """The same shape back."""
    options = {name: _plain(getattr(policy, name)) for name in OPTIONS if name != "default"}
    steps = [{name: _plain(getattr(step, name)) for name in STEP_KEYS} for step in policy.steps]
    return {
        **options,
        "default": is_default,
        "steps": [{k: v for k, v in step.items() if v not in (None, "")} for step in steps],
    }


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, StrEnum) else value


class _Reader:
    """Reads keys of one object, each with its own reading; collects problems."""

    def __init__(
        self,
        data: Mapping[str, Any],
        keys: Mapping[str, Callable[[Any], Any]],
        problems: Problems,
        place: str,
    ) -> None:
        self.data, self.keys, self.problems, self.place = data, keys, problems, place

    def values(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key in sorted(set(self.data) - set(self.keys) - {"steps"}):
            hint = f"Ci sono: {', '.join(self.keys)}."
            self._add(key, f"la chiave «{key}» non esiste", hint)
        for key, read in self.keys.items():
            if key not in self.data:
                continue
            try:
                found[key] = read(self.data[key])
            except (TypeError, ValueError) as error:
                self._add(key, f"«{key}» vale {self.data[key]!r}", str(error))
        return found

    def _add(self, key: str, words: str, hint: str) -> None:
        sentence = f"{self.place}{words}."
        self.problems.append(Problem(key, sentence[:1].upper() + sentence[1:], hint))


def _step(data: Mapping[str, Any], place: int, problems: Problems) -> values.Step:
    given = _Reader(data, STEP_KEYS, problems, f"Passo {place}: ").values()
    for key in ("kind", "offset_days"):
        if key not in data:
            problems.append(Problem(key, f"Passo {place}: manca «{key}».", "Aggiungilo."))
    given.setdefault("kind", values.StepKind.REMINDER)
    given.setdefault("offset_days", 0)
    return values.Step(**given)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("Scrivi un testo tra virgolette.")
    if not value.isprintable():
        raise ValueError("Scrivi un testo di una riga, senza caratteri di controllo.")
    return value.strip()


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("Scrivi un numero intero.")
    return value


def _maybe_whole(value: object) -> int | None:
    return None if value is None else _whole(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("Scrivi true oppure false.")
    return value


def _amount(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError('Scrivi un importo tra virgolette, per esempio "5.00".')
    try:
        amount = Decimal(str(value))
        cents = round(amount, 2)
    except (InvalidOperation, ValueError, OverflowError):
        raise ValueError('Scrivi un importo, per esempio "5.00".') from None
    if amount != cents:
        raise ValueError("Un importo ha al massimo due decimali.")
    return cents


def _one_of(kinds: type[StrEnum]) -> Callable[[object], StrEnum]:
    def read(value: object) -> StrEnum:
        try:
            return kinds(str(value))
        except ValueError:
            raise ValueError(f"Ci sono: {', '.join(kinds)}.") from None

    return read


def _channels(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError('Scrivi un elenco, per esempio ["email"].')
    return tuple(value)


OPTIONS: dict[str, Callable[[Any], Any]] = {
    "name": _text,
    "escalation": _one_of(values.Escalation),
    "min_gap_days": _whole,
    "grouping": _one_of(values.Grouping),
    "working_days_only": _flag,
    "minimum_balance": _amount,
    "approval": _one_of(values.Approval),
    "cc_agent": _flag,
    "attach_invoices": _flag,
    "attach_statement": _flag,
    "announce_collections": _flag,
    "default": _flag,
}
STEP_KEYS: dict[str, Callable[[Any], Any]] = {
    "kind": _one_of(values.StepKind),
    "offset_days": _whole,
    "channels": _channels,
    "channel_mode": _one_of(values.ChannelMode),
    "template": _text,
    "consequence": _text,
    "approval": _one_of(values.Approval),
    "cc_agent": _flag,
    "attach_invoices": _flag,
    "attach_statement": _flag,
    "require_attachments": _flag,
    "with_interest": _flag,
    "repeat_days": _maybe_whole,
    "max_repeats": _maybe_whole,
}

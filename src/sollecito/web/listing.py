"""What the lists are made of: links that keep the address, columns that sort, parts of the bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sollecito.domain.aging import Bucket
from sollecito.ledger.queries import CurrencyTotal

PAGE_SIZE = 50
AGES: dict[Bucket, tuple[str, Promise]] = {
    Bucket.NOT_DUE: ("0", _("A scadere")),
    Bucket.DAYS_1_30: ("1", _("1–30 giorni")),
    Bucket.DAYS_31_60: ("2", _("31–60 giorni")),
    Bucket.DAYS_61_90: ("3", _("61–90 giorni")),
    Bucket.OVER_90: ("4", _("oltre 90 giorni")),
    Bucket.NO_DATE: ("5", _("scadenza presunta")),
}


@dataclass(frozen=True, slots=True)
class AgePart:
    """Part of the bar of ages; ``tone`` is its colour, ``href`` the rows it stands for."""

    key: str
    tone: str
    label: str
    amount: Decimal
    href: str


@dataclass(frozen=True, slots=True)
class Column:
    """Heading of a list: ``sorted`` is what aria-sort wants, ``href`` sorts by it.

    ``name`` is that of the column's cells, where the page tells them apart.
    """

    word: str
    href: str = ""
    sorted: str = ""
    is_number: bool = False
    name: str = ""


def link(request: HttpRequest, path: str = "", **changes: Any) -> str:
    """The address of this list with other parameters; ``None`` takes one away."""
    query = request.GET.copy()
    query.pop("pagina", None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{path}?{query.urlencode()}"


def age_parts(request: HttpRequest, total: CurrencyTotal, *, path: str = "") -> list[AgePart]:
    """The parts of the bar of one currency; the assumed due dates only where there are any."""
    return [
        AgePart(bucket.value, tone, str(label), amount, link(request, path, fascia=bucket.value))
        for bucket, (tone, label) in AGES.items()
        if (amount := total.ages.get(bucket, Decimal(0))) or bucket is not Bucket.NO_DATE
    ]


def make_columns(
    request: HttpRequest, columns: Sequence[tuple[str | Promise, str, bool]], *, default: str
) -> list[Column]:
    """Columns of (word, sort key or empty, is a number); the one sorted by turns round."""
    now = request.GET.get("ordina") or default
    made = []
    for word, key, is_number in columns:
        if not key:
            made.append(Column(str(word), is_number=is_number))
            continue
        is_here = now.removeprefix("-") == key
        is_down = now.startswith("-")
        wanted = f"-{key}" if is_here and not is_down else key
        direction = ("descending" if is_down else "ascending") if is_here else ""
        made.append(Column(str(word), link(request, ordina=wanted), direction, is_number))
    return made

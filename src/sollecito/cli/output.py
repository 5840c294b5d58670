"""What the command line prints: one JSON document, or tables for people."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

import click

from sollecito.domain.money import format_date, format_number
from sollecito.web.said import said

DONE, DONE_WITH_PROBLEMS, WRONG_USE, REFUSED = 0, 1, 2, 3
WIDEST = 44


def emit_json(value: object) -> None:
    """Print the one JSON document of a command on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def say(text: str) -> None:
    """Tell a person something on standard error, in the person's language: talk, hints, faults."""
    click.echo(said(text), err=True)


def stop(text: str, code: int) -> NoReturn:
    """End the command with a sentence on standard error and an exit code."""
    say(text)
    sys.exit(code)


def cell(value: object) -> str:
    """A value as a table shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sì" if value else "no"
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, list | tuple):
        return ", ".join(cell(each) for each in value)
    return str(value)


def note(head: str, text: str, cure: str = "") -> None:
    """Print a finding with its whole text, and below it what to do."""
    click.echo(f"{head}: {said(text)}")
    if cure:
        click.echo(f"    → {said(cure)}")


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    """Print ``rows`` under the headings of ``columns`` (key → heading), as wide as they need."""
    if not rows:
        return
    cells = [[cell(row.get(key))[:WIDEST] for key in columns] for row in rows]
    heads = list(columns.values())
    widths = [max(len(h), *(len(line[n]) for line in cells)) for n, h in enumerate(heads)]
    screen = shutil.get_terminal_size((200, 24)).columns
    for line in [heads, ["─" * width for width in widths], *cells]:
        text = "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True))
        click.echo(text.rstrip()[: max(screen, 80)])

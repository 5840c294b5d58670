"""What a command needs before it starts: the schema, the company, the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import click
from django.utils.translation import gettext as _

from sollecito.accounts.models import Company
from sollecito.accounts.queries import companies_named
from sollecito.cli.output import WRONG_USE, say, stop
from sollecito.domain.money import to_cents
from sollecito.flows import clock
from sollecito.flows.examine_database import find_trouble
from sollecito.flows.guard_instance import guard_instance
from sollecito.flows.prepare_schema import prepare_schema
from sollecito.formats.sheets.cells import parse_amount
from sollecito.ledger.models import Instalment


class Day(click.ParamType[date]):
    """A date as ``2026-04-17`` or ``17/04/2026``."""

    name = "data"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(str(value), pattern).date()  # noqa: DTZ007  a day has no zone
            except ValueError:
                continue
        self.fail(_("%(value)s non è una data: scrivi AAAA-MM-GG.") % {"value": value}, param, ctx)


TOO_MUCH = Decimal(10) ** 12
"""What a column of money no longer holds."""


class Money(click.ParamType[Decimal]):
    """An amount as ``1234.56``, ``1234,56`` or ``1.234,56``."""

    name = "importo"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        if isinstance(value, Decimal):
            return value
        amount = parse_amount(str(value))
        if amount is None:
            self.fail(_("%(value)s non è un importo.") % {"value": value}, param, ctx)
        if to_cents(amount) <= 0:
            self.fail(_("l'importo deve essere maggiore di zero."), param, ctx)
        if amount >= TOO_MUCH:
            self.fail(_("l'importo è troppo grande."), param, ctx)
        return to_cents(amount)


DAY = Day()
ID = click.IntRange(max=2**63 - 1)
"""An id of a row; no column holds a greater number."""
MONEY = Money()
COMPANY = click.option("--company", metavar="P.IVA", help=_("partita IVA o codice fiscale"))
ON = click.option("--on", "on", type=DAY, help=_("come se oggi fosse quel giorno, alle 9:00"))


def ready() -> None:
    """Make the schema, and find out whether this database was moved or copied.

    Ends the command where the database does not answer.
    """
    if trouble := find_trouble():
        stop(_("Il database non risponde: %s") % trouble, WRONG_USE)
    if prepare_schema():
        say(_("Schema del database preparato."))
    guard_instance()


def companies_chosen(text: str | None) -> list[Company]:
    """The company of ``--company``, or all of them."""
    return [company_named(text)] if text else list(companies_named(None))


def company_named(text: str | None) -> Company:
    """The company of ``--company`` (P.IVA or codice fiscale), or the only one there is."""
    found = list(companies_named(text))
    if len(found) == 1:
        return found[0]
    if text:
        stop(_("Nessuna azienda con partita IVA o codice fiscale %s.") % text, WRONG_USE)
    if not found:
        stop(_("Non c'è ancora nessuna azienda: sollecito company add --vat … --name …"), WRONG_USE)
    stop(_("Ci sono più aziende: scegline una con --company PARTITA_IVA."), WRONG_USE)


def read_text(file: Path) -> str:
    """A text that a person wrote, in UTF-8 or, as old editors do, in windows-1252."""
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1252", "replace")


def write_file(file: Path, content: bytes) -> None:
    """Write a file that was asked for, and say so; the end of the command where it cannot be."""
    try:
        file.write_bytes(content)
    except OSError as error:
        stop(
            _("%(file)s non si può scrivere: %(why)s.") % {"file": file, "why": error.strerror},
            WRONG_USE,
        )
    say(_("Scritto %s.") % file)


def known_instalment(number: int, company: str | None = None) -> Instalment:
    """The instalment of that id, of the company where one is named; or the end of the command."""
    rows = Instalment.objects.select_related("company").filter(pk=number)
    found = rows.filter(company=company_named(company)) if company else rows
    return found.first() or stop(_("Nessuna rata con id %s.") % number, WRONG_USE)


def company_of(instalments: Sequence[int], text: str | None) -> Company:
    """The company of ``--company``, else the one that the instalments belong to."""
    if text:
        return company_named(text)
    found = {row.company for row in Instalment.objects.filter(pk__in=instalments)}
    return found.pop() if len(found) == 1 else company_named(None)


@contextmanager
def on_day(day: date | None) -> Iterator[None]:
    """Run what is inside as if it were ``day``, 9:00; the real day without one."""
    if day is None:
        yield
        return
    with clock.pretend(day):
        yield

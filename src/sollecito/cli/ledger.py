"""Commands about the scadenzario: ``import scadenzario pay``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from sollecito.accounts.models import Company
from sollecito.cli.hold_options import in_words
from sollecito.cli.importing import columns_said, declare_open_items, import_all, show_report
from sollecito.cli.installation import JSON
from sollecito.cli.output import REFUSED, WRONG_USE, emit_json, say, stop, table
from sollecito.cli.session import (
    COMPANY,
    DAY,
    ID,
    MONEY,
    ON,
    companies_chosen,
    company_named,
    known_instalment,
    on_day,
    ready,
    write_file,
)
from sollecito.domain.documents import DocumentKind
from sollecito.dunning.models import Hold
from sollecito.dunning.queries import LedgerRow, ledger_query, ledger_rows
from sollecito.flows import clock
from sollecito.flows.record_payments import PaymentRefusedError, pay_instalment
from sollecito.formats.sheets.writing import write_csv, write_xlsx
from sollecito.ledger.models import Instalment
from sollecito.ledger.queries import LedgerFilter, sort_instalments

COLUMNS = {
    "id": "id",
    "customer": _("cliente"),
    "kind": _("tipo"),
    "number": _("numero"),
    "seq": _("rata"),
    "due_date": _("scadenza"),
    "amount": _("importo"),
    "balance": _("residuo"),
    "currency": _("valuta"),
    "status": _("stato"),
    "hold": _("blocco"),
    "reminders": _("solleciti"),
}


@click.command("import", help=_("Importa fatture, notifiche SdI, fogli: file, cartelle, zip."))
@click.argument("paths", metavar="PERCORSO…", nargs=-1)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NOME=COLONNA",
    help=_("di un foglio: che cos'è una colonna, e lo ricorda"),
)
@click.option("--open-items", metavar="FILE", help=_("elenco completo delle partite aperte"))
@click.option("--dry-run", is_flag=True, help=_("con --open-items: mostra senza registrare"))
@COMPANY
@ON
@JSON
def import_paths(
    paths: tuple[str, ...], *, columns: tuple[str, ...], open_items: str, company: str,
    on: date | None, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Import."""
    if dry_run and not open_items:
        stop(_("--dry-run va con --open-items: senza, si importa davvero."), WRONG_USE)
    ready()
    with on_day(on):
        if open_items:
            owner = company_named(company)
            declare_open_items(owner, open_items, dry_run=dry_run, as_json=as_json)
        else:
            only = company_named(company) if company else None
            show_report(import_all(paths, only, columns_said(columns)), as_json=as_json)


@click.command(help=_("Lo scadenzario."))
@click.option("--overdue", is_flag=True, help=_("solo le scadute"))
@click.option("--customer", default="", help=_("nome del cliente, o parte"))
@click.option("--kind", type=click.Choice([k.value for k in DocumentKind]), help=_("tipo"))
@click.option("--hold", type=click.Choice(Hold.Kind.values), help=_("solo con quel blocco"))
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help=_("scrive un CSV"))
@click.option("--xlsx", "xlsx_file", type=click.Path(path_type=Path), help=_("scrive un Excel"))
@COMPANY
@ON
@JSON
def scadenzario(*, company: str, on: date | None, as_json: bool, **chosen: Any) -> None:
    """Ledger."""
    ready()
    rows = []
    with on_day(on):
        for each in companies_chosen(company):
            rows += [row.wire() for row in rows_on(each, filter_from(chosen), on)]
    heads, sheets = list(COLUMNS.values()), (chosen["csv_file"], chosen["xlsx_file"])
    for file, write in zip(sheets, (write_csv, write_xlsx), strict=True):
        if file:
            write_file(file, write(heads, cells(rows)))
    if as_json:
        emit_json(rows)
    elif not any(sheets):
        table([in_words(row) for row in rows], COLUMNS)


def rows_on(company: Company, wanted: LedgerFilter, on: date | None) -> list[LedgerRow]:
    """Rows of a company today, or on a day: what was overdue or held then."""
    today = clock.today(company.time_zone)
    if on is None:
        found = ledger_query(company, wanted, today)
        return ledger_rows(sort_instalments(found, "due"), company, today)
    found = ledger_query(company, replace(wanted, due="", hold=""), today)
    return [
        row
        for row in ledger_rows(sort_instalments(found, "due"), company, today, as_of=on)
        if (not wanted.due or (row.days > 0 and row.balance > 0)) and wanted.hold in {"", row.hold}
    ]


def filter_from(chosen: Mapping[str, Any]) -> LedgerFilter:
    """The filters written on the command line."""
    return LedgerFilter(
        kinds=(chosen["kind"],) if chosen["kind"] else (),
        due="overdue" if chosen["overdue"] else "",
        text=chosen["customer"],
        hold=chosen["hold"] or "",
    )


def cells(rows: list[dict[str, object]]) -> list[list[str | int | Decimal | date | None]]:
    """Rows of the wire as cells of a sheet: amounts and dates as such, not as text."""
    amounts, days = {"amount", "balance"}, {"due_date"}
    return [
        [
            Decimal(str(row[key]))
            if key in amounts
            else date.fromisoformat(str(row[key]))
            if key in days
            else "written_off"
            if key == "status" and row.get("written_off")
            else row[key]  # type: ignore[misc]  # text, numbers or None by the wire's shape
            for key in COLUMNS
        ]
        for row in rows
    ]


@click.command(help=_("Registra un incasso su una rata."))
@click.argument("number", metavar="RATA", type=ID)
@click.option("--amount", type=MONEY, required=True, help=_("importo"))
@click.option("--date", "day", type=DAY, required=True, help=_("data dell'incasso"))
@COMPANY
@JSON
def pay(number: int, amount: Decimal, day: date, *, company: str, as_json: bool) -> None:
    """Payment."""
    ready()
    instalment = known_instalment(number, company)
    owner = instalment.company
    try:
        pay_instalment(instalment, amount=amount, day=day)
    except PaymentRefusedError as error:
        stop(str(error), REFUSED)
    today = clock.today(owner.time_zone)
    row = ledger_rows(Instalment.objects.filter(pk=number), owner, today)[0]
    if as_json:
        emit_json(row.wire())
    else:
        say(_("Incasso registrato: residuo %s.") % row.balance)

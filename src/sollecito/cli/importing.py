"""What ``sollecito import`` does with its paths, and how it tells."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click
from django.utils.translation import gettext as _

from sollecito.accounts.models import Company
from sollecito.cli.output import DONE_WITH_PROBLEMS, WRONG_USE, emit_json, note, say, stop, table
from sollecito.flows import clock
from sollecito.flows.declare_takings import propose_from_list, record_takings
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.incoming import as_json as problem_json
from sollecito.flows.importing.outcomes import ImportReport
from sollecito.flows.importing.sources import files_in
from sollecito.formats.bank import BankColumn
from sollecito.formats.sheets import Column
from sollecito.web.said import said

COLUMNS = frozenset({*Column, *BankColumn, ""})
"""What a column of a sheet may be; empty where it is not needed."""


def columns_said(words: tuple[str, ...]) -> dict[str, str]:
    """``--column "Importo EUR=importo_movimento"``: name in the sheet → column."""
    said = {}
    for word in words:
        name, mark, column = word.rpartition("=")
        if not mark or not name.strip() or column not in COLUMNS:
            known = ", ".join(sorted(COLUMNS - {""}))
            stop(
                _("«%(word)s»: scrivi NOME=colonna, con una di %(known)s.")
                % {"word": word, "known": known},
                WRONG_USE,
            )
        said[name.strip()] = column
    return said


def import_all(
    paths: tuple[str, ...], company: Company | None, columns: dict[str, str] | None = None
) -> ImportReport:
    """Import what the paths name, with a bar on standard error."""
    if not paths:
        stop(_("Scrivi che cosa importare: file o cartelle."), WRONG_USE)
    try:
        files = files_in(paths)
    except FileNotFoundError as error:
        stop(_("%s non esiste.") % error, WRONG_USE)
    with click.progressbar(length=len(files), file=sys.stderr) as bar:
        return import_files(
            files,
            company=company,
            sheets=partial(import_sheet, mapping=columns) if columns else import_sheet,
            on_progress=lambda done, _total: bar.update(max(done - bar.pos, 0)),
        )


def show_report(report: ImportReport, *, as_json: bool) -> None:
    """Print what was imported; exit code 1 where something is to be looked at."""
    told = report.as_dict()
    if as_json:
        emit_json(told)
    else:
        click.echo(
            _(
                "Documenti %(documents)s, rate %(instalments)s, già presenti %(duplicates)s, "
                "notifiche %(notifications)s, incassi %(payments)s."
            )
            % told
        )
        for each in told["skipped"]:
            note(each["file"], _("lasciato da parte: %s") % said(each["reason"]))
        for each in told["problems"]:
            word = _("errore") if each["severity"] == "error" else _("avviso")
            note(f"{each['file']} ({word})", each["message"], each["hint"])
    if any(problem["severity"] == "error" for problem in told["problems"]):
        raise SystemExit(DONE_WITH_PROBLEMS)


def declare_open_items(company: Company, file: str, *, dry_run: bool, as_json: bool) -> None:
    """What is not in the list is collected, according to the other programme."""
    path = Path(file)
    if not path.is_file():
        stop(_("%s non esiste.") % file, WRONG_USE)
    proposal = propose_from_list(company, path.name, path.read_bytes())
    ids = [row.pk for row in proposal.instalments]
    group = ""
    if ids and not dry_run:
        day = clock.today(company.time_zone)
        group, _number = record_takings(company, ids, day=day, user=None)
    problems = [{"file": path.name, **problem_json(each)} for each in proposal.problems]
    if as_json:
        emit_json({"collected": ids, "recorded": bool(group), "group": group, "problems": problems})
    else:
        rows = [
            {
                "id": r.pk,
                "customer": r.party.name,
                "number": r.document.number,
                "balance": r.balance,
            }
            for r in proposal.instalments
        ]
        heads = {
            "id": "id",
            "customer": _("cliente"),
            "number": _("numero"),
            "balance": _("residuo"),
        }
        table(rows, heads)
        say(_("Registrate come incassate.") if group else _("Nulla è stato registrato."))
    if problems:
        raise SystemExit(DONE_WITH_PROBLEMS)

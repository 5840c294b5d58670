"""Commands about what comes back: ``receipts`` and the proof folder of a message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from sollecito.cli.installation import JSON
from sollecito.cli.output import DONE_WITH_PROBLEMS, WRONG_USE, emit_json, say, stop, table
from sollecito.cli.sending import known_message
from sollecito.cli.session import COMPANY, ID, company_named, ready
from sollecito.flows.collect_receipts import collect_receipts
from sollecito.flows.make_proof_folder import NothingSentError, make_proof_folder
from sollecito.flows.take_in_mail import take_in_mail
from sollecito.outbox.models import Mailbox

COLUMNS = {"file": _("file"), "kind": _("tipo"), "content": _("comunicazione"), "text": _("che")}


@click.group(help=_("Le ricevute e la posta che torna."))
def receipts() -> None:
    """What comes back."""
    ready()


@receipts.command(help=_("Legge adesso le caselle degli account."))
@JSON
def read(*, as_json: bool) -> None:
    """Poll."""
    count = collect_receipts(everything=True)
    broken = Mailbox.objects.exclude(problem="").select_related("sender")
    problems = [{"mailbox": str(each.sender), "message": each.problem} for each in broken]
    if as_json:
        emit_json({"mails": count, "problems": problems})
    else:
        say(_("%s messaggi guardati.") % count)
        for each in problems:
            say(f"{each['mailbox']}: {each['message']}")
    if problems:
        raise SystemExit(DONE_WITH_PROBLEMS)


@receipts.command(help=_("Prende in carico dei file .eml, o «-» per lo standard input."))
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.File("rb"))
@click.option("--pec", "is_pec", is_flag=True, help=_("vengono da una casella PEC"))
@COMPANY
@JSON
def add(paths: tuple[Any, ...], *, is_pec: bool, company: str, as_json: bool) -> None:
    """Files: for an address of bounces that a mail server hands over."""
    chosen = company_named(company)
    rows = []
    for file in paths:
        mail = take_in_mail(chosen, file.read(), is_pec_mailbox=is_pec)
        kind = mail.kind if mail else None
        content = mail.content_id if mail else None
        text = mail.subject if mail else _("non riguarda un messaggio inviato")
        rows.append({"file": file.name, "kind": kind, "content": content, "text": text})
    emit_json(rows) if as_json else table(rows, COLUMNS)


@click.command(help=_("La cartella di prova di un messaggio, in un file ZIP."))
@click.argument("number", metavar="ID", type=ID)
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@COMPANY
def proof(number: int, path: Path, *, company: str) -> None:
    """Proof folder."""
    content = known_message(number, company).content
    try:
        path.write_bytes(make_proof_folder(content))
    except NothingSentError as error:
        stop(str(error), WRONG_USE)
    say(_("Scritto %s.") % path)

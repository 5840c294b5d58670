"""Commands about what leaves: ``messages stop resume``."""

from __future__ import annotations

import sys

import click
from django.utils.translation import gettext as _

from sollecito.cli.installation import JSON
from sollecito.cli.output import REFUSED, WRONG_USE, emit_json, say, stop, table
from sollecito.cli.session import COMPANY, ID, companies_chosen, company_named, ready
from sollecito.domain.transitions import IllegalMoveError, Status
from sollecito.dunning.queries import message_rows
from sollecito.flows.resolve_unknown import resolve_unknown
from sollecito.flows.stop_sending import SuspendedError, resume_sending, stop_sending
from sollecito.outbox.models import Message

COLUMNS = {
    "id": "id",
    "status": _("stato"),
    "channel": _("canale"),
    "to": _("a"),
    "customer": _("cliente"),
    "instalments": _("rate"),
    "attempts": _("tentativi"),
}


def known_message(number: int, company: str | None = None) -> Message:
    """The message of that id, of the company where one is named; or the end of the command."""
    rows = Message.objects.select_related("content", "company").filter(pk=number)
    found = rows.filter(company=company_named(company)) if company else rows
    return found.first() or stop(_("Nessun messaggio con id %s.") % number, WRONG_USE)


@click.group(invoke_without_command=True, help=_("La posta in uscita."))
@click.option("--status", type=click.Choice([s.value for s in Status]), help=_("solo uno stato"))
@COMPANY
@JSON
@click.pass_context
def messages(context: click.Context, status: str, company: str, *, as_json: bool) -> None:
    """Outbox."""
    ready()
    if context.invoked_subcommand:
        return
    chosen = companies_chosen(company)
    rows = [row for each in chosen for row in message_rows(each, status=status or "")]
    if as_json:
        emit_json(rows)
    elif rows:
        table(rows, COLUMNS)
    else:
        say(_("Nessun messaggio."))


@messages.command(help=_("I byte esatti di un messaggio, su stdout."))
@click.argument("number", metavar="ID", type=ID)
@COMPANY
def eml(number: int, *, company: str) -> None:
    """Frozen bytes."""
    raw = known_message(number, company).content.raw
    if raw is None:
        stop(_("Il messaggio %s non è ancora stato scritto.") % number, WRONG_USE)
    sys.stdout.buffer.write(bytes(raw))


@messages.command(help=_("Decide di un invio incerto."))
@click.argument("number", metavar="ID", type=ID)
@click.option(
    "--as",
    "verdict",
    type=click.Choice(["accepted", "resend"]),
    required=True,
    help=_("accepted: considera inviato; resend: manda di nuovo gli stessi byte"),
)
@COMPANY
@JSON
def resolve(number: int, verdict: str, *, company: str, as_json: bool) -> None:
    """Unknown."""
    message = known_message(number, company)
    try:
        row = resolve_unknown(message.company, number, verdict=verdict, user=None)  # type: ignore[arg-type]  # click.Choice gives one of the two
    except IllegalMoveError as error:
        stop(str(error), REFUSED)
    if verdict == "resend":
        say(_("Se il primo era arrivato, il cliente riceve due volte lo stesso messaggio."))
    if as_json:
        emit_json(message_rows(row.company, pk=row.pk)[0])
    else:
        say(_("Messaggio %(id)s: %(status)s.") % {"id": row.pk, "status": row.get_status_display()})


@click.command("stop", help=_("Ferma tutti gli invii, entro un secondo."))
@JSON
def stop_all(*, as_json: bool) -> None:
    """Stop switch."""
    ready()
    stop_sending(user=None)
    if as_json:
        emit_json({"stopped": True})
    else:
        say(_("Invii fermati. Per riprendere: sollecito resume."))


@click.command(help=_("Riprende gli invii."))
@click.option(
    "--confirm-copy", is_flag=True, help=_("questa è l'installazione buona, non una copia")
)
@JSON
def resume(*, confirm_copy: bool, as_json: bool) -> None:
    """End of stop and suspension."""
    ready()
    try:
        resume_sending(user=None, confirm_copy=confirm_copy)
    except SuspendedError as error:
        stop(str(error), REFUSED)
    if as_json:
        emit_json({"stopped": False})
    else:
        say(_("Gli invii sono attivi."))

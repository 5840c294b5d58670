"""Commands about this installation: ``serve worker migrate doctor company``."""

from __future__ import annotations

import socket

import click
from django.utils.translation import gettext as _

from sollecito.cli.output import DONE_WITH_PROBLEMS, REFUSED, WRONG_USE, emit_json, note, say, stop
from sollecito.cli.session import ready
from sollecito.config.server import serve as run_server
from sollecito.flows.examine_database import find_trouble
from sollecito.flows.examine_installation import examine_installation
from sollecito.flows.guard_instance import guard_instance
from sollecito.flows.pause_sender import list_pauses
from sollecito.flows.prepare_schema import prepare_schema
from sollecito.flows.set_up_company import CompanyRefusedError, set_up_company
from sollecito.flows.stop_sending import sending_refused
from sollecito.worker.loop import run as run_worker

PORT = click.option("--port", default=8000, show_default=True, help=_("porta su cui rispondere"))
HOST = click.option("--host", default="127.0.0.1", show_default=True, help=_("indirizzo"))
JSON = click.option("--json", "as_json", is_flag=True, help=_("un documento JSON su stdout"))


@click.command(help=_("Avvia le pagine web, con il worker dentro."))
@PORT
@HOST
@click.option("--no-worker", is_flag=True, help=_("senza il worker"))
def serve(port: int, host: str, *, no_worker: bool) -> None:
    """Web server."""
    need_free(host, port)
    ready()
    say(_("Sollecito risponde su %(url)s") % {"url": f"http://{host}:{port}/"})
    run_server(host=host, port=port, with_worker=not no_worker)


def need_free(host: str, port: int) -> None:
    """End the command where something answers there already."""
    with socket.socket() as probe:
        if probe.connect_ex((host, port)) == 0:
            stop(_("La porta %s è occupata: scegline un'altra con --port.") % port, WRONG_USE)


@click.command(help=_("Avvia un worker da solo."))
@click.option("--drain", is_flag=True, help=_("fino a quando c'è da fare, poi si ferma"))
@click.option("--threads", default=4, show_default=True, help=_("invii in parallelo"))
def worker(*, drain: bool, threads: int) -> None:
    """Worker alone."""
    ready()
    if drain and (reason := sending_refused()):
        stop(reason, REFUSED)
    run_worker(drain=drain, threads=threads)
    for pause in list_pauses():
        say(_("%s Per riprendere: sollecito resume.") % pause)


@click.command(help=_("Porta lo schema del database a questa versione."))
def migrate() -> None:
    """Schema."""
    if trouble := find_trouble():
        stop(_("Il database non risponde: %s") % trouble, WRONG_USE)
    changed = prepare_schema()
    guard_instance()
    say(_("Schema aggiornato.") if changed else _("Lo schema era già aggiornato."))


@click.command(help=_("Dice che cosa non va in questa installazione e come curarlo."))
@JSON
def doctor(*, as_json: bool) -> None:
    """Examination."""
    if not find_trouble():
        ready()
    checks = examine_installation()
    if as_json:
        emit_json(checks)
    else:
        for each in checks:
            head = f"{_('a posto') if each['ok'] else _('NON VA')}  {each['check']}"
            note(head, each["message"], each["hint"])
    if not all(each["ok"] for each in checks):
        raise SystemExit(DONE_WITH_PROBLEMS)


@click.group(help=_("Le aziende di questa installazione."))
def company() -> None:
    """Companies."""


@company.command(help=_("Aggiunge un'azienda."))
@click.option("--vat", required=True, help=_("partita IVA"))
@click.option("--name", required=True, help=_("ragione sociale"))
@click.option("--email", default="", help=_("e-mail dell'amministrazione"))
@click.option("--no-check", is_flag=True, help=_("accetta una partita IVA sbagliata (campioni)"))
@JSON
def add(vat: str, name: str, email: str, *, no_check: bool, as_json: bool) -> None:
    """Company."""
    ready()
    try:
        made = set_up_company(vat=vat, name=name, email=email, check=not no_check)
    except CompanyRefusedError as error:
        taken = any(problem.code == "vat_taken" for problem in error.problems.values())
        stop(str(error), DONE_WITH_PROBLEMS if taken else WRONG_USE)
    if as_json:
        emit_json({"company": made.pk})
    else:
        click.echo(_("Azienda %(name)s aggiunta.") % {"name": made.name})

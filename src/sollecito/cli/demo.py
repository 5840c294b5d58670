"""The command ``demo``: the sample company, the pages, the worker and the local mailbox."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext as _

from sollecito.cli.installation import HOST, PORT, need_free
from sollecito.cli.session import ready
from sollecito.domain.money import format_date
from sollecito.flows import clock
from sollecito.flows.load_sample import load_sample
from sollecito.sample.firm import PASSWORD, PEOPLE
from sollecito.sample.ledger_plan import plan_documents
from sollecito.sample.todays_bank import todays_statement

STATEMENT = "estratto_conto_di_oggi.xml"


@click.command(help=_("Prepara un'azienda di esempio e avvia pagine, worker e posta locale."))
@PORT
@HOST
@click.option("--prepare-only", is_flag=True, help=_("prepara senza avviare"))
def demo(port: int, host: str, *, prepare_only: bool) -> None:
    """Sample company."""
    if not prepare_only:
        need_free(host, port)
    ready()
    prepare()
    file = leave_statement(clock.today())
    if prepare_only:
        return
    show_login(f"http://{host}:{port}/")
    click.echo(_("L'estratto conto di oggi, da importare: %(file)s") % {"file": file})
    serve_afresh(host, port)


def show_login(url: str) -> None:
    """Where to go, and how to enter."""
    click.echo(_("\nApri %(url)s ed entra con uno di questi indirizzi:") % {"url": url})
    for person in PEOPLE:
        click.echo(f"  {person.email:44} {person.name}")
    click.echo(f"Password: {PASSWORD}")
    click.echo(_("I dati stanno in %(home)s. Per fermare: Ctrl+C.") % {"home": settings.HOME})


def serve_afresh(host: str, port: int) -> None:
    """Become ``serve``, as a new process.

    The threads of typst, which made the sample's copies, do not live on in the server's fork, and
    a copy asked of it would never come.
    """
    words = ["-m", "sollecito", "serve", "--host", host, "--port", str(port)]
    os.execv(sys.executable, [sys.executable, *words])  # noqa: S606  our own program, no shell


def prepare() -> None:
    """Load the sample, with a bar that says which day is being lived, and what of it."""
    label = _("Preparo l'azienda di esempio")
    with click.progressbar(
        length=100, label=label, file=sys.stderr, item_show_func=_say_day
    ) as bar:

        def show(day: date, done: int, total: int) -> None:
            bar.update(done * 100 // total - bar.pos, day)

        load_sample(clock.today(), on_progress=show)
        bar.update(100 - bar.pos)


def leave_statement(today: date) -> Path:
    """The bank file of this morning, beside the data: whoever tries the sample imports it."""
    path: Path = settings.HOME / STATEMENT
    path.write_bytes(todays_statement(plan_documents(today), today).content)
    return path


def _say_day(day: date | None) -> str:
    if day is None:
        return ""
    return _("fatture, incassi e solleciti del %(day)s") % {"day": format_date(day)}

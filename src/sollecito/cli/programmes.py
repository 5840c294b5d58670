"""Commands about programmes: ``policy plan why forecast approve cancel``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from sollecito.accounts.models import Company
from sollecito.cli.installation import JSON
from sollecito.cli.output import DONE_WITH_PROBLEMS, REFUSED, WRONG_USE, emit_json, say, stop, table
from sollecito.cli.planned import (
    contents_named,
    plan_rows,
    refuse_another_day,
    say_decision,
    show_decided,
    show_forecast,
)
from sollecito.cli.session import (
    COMPANY,
    ID,
    ON,
    companies_chosen,
    company_named,
    known_instalment,
    on_day,
    ready,
)
from sollecito.domain.policies import warn_about_policy
from sollecito.dunning.models import Policy
from sollecito.dunning.policy_book import policy_value
from sollecito.flows.approve_reminders import approve_reminders
from sollecito.flows.cancel_drafts import cancel_drafts
from sollecito.flows.explain_decision import explain_decision
from sollecito.flows.forecast_reminders import MOST_DAYS, forecast_reminders
from sollecito.flows.run_programmes import preview_run, run_programmes
from sollecito.flows.save_policy import PolicyRefusedError, save_policy
from sollecito.flows.stop_sending import sending_refused
from sollecito.formats.policy_json import parse_policy, write_policy
from sollecito.web.said import said


@click.group(help=_("I programmi di solleciti."))
def policy() -> None:
    """Programmes."""


@policy.command(help=_("Carica un programma da un file JSON; lo stesso nome lo sostituisce."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@COMPANY
@JSON
def load(file: Path, *, company: str, as_json: bool) -> None:
    """Policy from a file."""
    ready()
    owner = company_named(company)
    value, is_default, problems = parse_policy(file.read_bytes())
    if value is None:
        stop("\n".join(f"{p.message} {p.hint}" for p in problems), WRONG_USE)
    try:
        row = save_policy(owner, value, user=None, is_default=is_default, keep_senders=True)
    except PolicyRefusedError as error:
        stop(str(error), WRONG_USE)
    for warning in warn_about_policy(value):
        say(f"{warning.message} {warning.hint}")
    if as_json:
        emit_json({"policy": row.pk})
    else:
        click.echo(_("Programma %(name)s salvato.") % {"name": row.name})


@policy.command("list", help=_("Elenca i programmi."))
@COMPANY
@JSON
def list_policies(*, company: str, as_json: bool) -> None:
    """Policies."""
    ready()
    rows = []
    for owner in companies_chosen(company):
        for row in Policy.objects.filter(company=owner).prefetch_related("steps").order_by("id"):
            shape = write_policy(policy_value(row), is_default=row.is_default)
            rows.append({"policy": row.pk, "company": owner.pk, "active": row.is_active, **shape})
    if as_json:
        emit_json(rows)
    else:
        heads = {"policy": "id", "name": _("nome"), "default": _("predefinito")}
        table(rows, heads | {"active": _("attivo")})


@click.command(help=_("Decide che cosa sollecitare oggi e prepara la lista."))
@click.option("--all", "everything", is_flag=True, help=_("guarda ogni rata aperta"))
@click.option("--dry-run", is_flag=True, help=_("mostra senza scrivere nulla"))
@COMPANY
@ON
@JSON
def plan(*, everything: bool, dry_run: bool, company: str, on: date | None, as_json: bool) -> None:
    """Run of the planner."""
    ready()
    chosen = companies_chosen(company) or [company_named(company)]
    shown: dict[str, Any] = {}
    with on_day(on):
        for owner in chosen:
            if not dry_run:
                refuse_another_day(owner, on)
            run = preview_run if dry_run else run_programmes
            shown = plan_rows(owner, run(owner, everything=everything), shown)
    if as_json:
        emit_json(shown)
    else:
        show_decided(shown)
    if shown["problems"]:
        raise SystemExit(DONE_WITH_PROBLEMS)


@click.command(help=_("Perché una rata si sollecita oggi, o perché no."))
@click.argument("number", metavar="RATA", type=ID)
@COMPANY
@ON
@JSON
def why(number: int, *, company: str, on: date | None, as_json: bool) -> None:
    """The answer in words."""
    ready()
    row = known_instalment(number, company)
    with on_day(on):
        found = explain_decision(row)
    if as_json:
        emit_json([found.decided.wire()])
    else:
        say_decision(found)


@click.command(help=_("Che cosa partirebbe, giorno per giorno."))
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=30, show_default=True)
@COMPANY
@ON
@JSON
def forecast(*, days: int, company: str, on: date | None, as_json: bool) -> None:
    """Forecast."""
    ready()
    owner = company_named(company)
    with on_day(on):
        found = forecast_reminders(owner, days)
    if as_json:
        emit_json([day.wire() for day in found])
    else:
        show_forecast(found)


@click.command(help=_("Approva le bozze: si mettono in coda."))
@click.argument("numbers", metavar="ID…", nargs=-1, type=ID)
@click.option("--all", "everything", is_flag=True, help=_("tutte le bozze"))
@COMPANY
@ON
@JSON
def approve(
    numbers: tuple[int, ...], *, everything: bool, company: str, on: date | None, as_json: bool
) -> None:
    """Approval by a person."""
    ready()
    if bool(numbers) == everything:
        stop(_("Scrivi quali messaggi, oppure --all."), WRONG_USE)
    if reason := sending_refused():
        stop(reason, REFUSED)
    show_outcome(
        [
            decide_on(owner, numbers, on, lambda c, ids: approve_reminders(c, ids, user=None))
            for owner in companies_chosen(company)
        ],
        numbers,
        as_json=as_json,
    )


@click.command(help=_("Annulla bozze e messaggi non ancora partiti di un programma."))
@click.argument("numbers", metavar="ID…", nargs=-1, type=ID, required=True)
@click.option("--skip", "how", flag_value="skip", help=_("salta questo passo"))
@click.option("--again", "how", flag_value="again", help=_("rimetti in lista"))
@COMPANY
@ON
@JSON
def cancel(
    numbers: tuple[int, ...], *, how: str | None, company: str, on: date | None, as_json: bool
) -> None:
    """Cancelling."""
    ready()
    if how is None:
        stop(_("Scegli --skip (salta questo passo) oppure --again (rimetti in lista)."), WRONG_USE)
    show_outcome(
        [
            decide_on(
                owner, numbers, on, lambda c, i: cancel_drafts(c, i, user=None, skip=how == "skip")
            )
            for owner in companies_chosen(company)
        ],
        numbers,
        as_json=as_json,
    )


def decide_on(
    owner: Company, numbers: tuple[int, ...], on: date | None, act: Any
) -> tuple[list[int], list[dict[str, Any]]]:
    """Messages of one company that were acted upon, and those refused with their reason."""
    contents = contents_named(owner, numbers)
    refuse_another_day(owner, on)
    with on_day(on):
        done = act(owner, list(contents))
    moved = [number for pk in done.contents for number in contents[pk]]
    refused = [
        {"id": number, "reason": each.reason, "message": each.message}
        for each in done.refused
        for number in contents[each.content]
    ]
    return moved, refused


def show_outcome(
    parts: list[tuple[list[int], list[dict[str, Any]]]],
    numbers: tuple[int, ...],
    *,
    as_json: bool,
) -> None:
    """Print what was done and what was refused; exit code 1 where something was.

    Both orders print one document: ``approved`` counts the messages that obeyed.
    """
    done = [number for moved, _refused in parts for number in moved]
    refused = [each for _done, some in parts for each in some]
    known = {*done, *(each["id"] for each in refused)}
    missing = _("Nessun messaggio con questo id.")
    refused += [
        {"id": n, "reason": "not_found", "message": missing} for n in numbers if n not in known
    ]
    if as_json:
        short = [{"id": each["id"], "reason": each["reason"]} for each in refused]
        emit_json({"approved": len(done), "refused": short})
    else:
        click.echo(_("Fatto: %(n)s messaggi.") % {"n": len(done)})
    for each in refused:
        say(f"{each['id']}: {said(each['message'])}")
    if refused:
        raise SystemExit(DONE_WITH_PROBLEMS)

"""Options of ``hold`` that say what a kind must know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from django.utils.translation import gettext as _

from sollecito.cli.output import WRONG_USE, stop
from sollecito.cli.session import DAY
from sollecito.domain.hold_details import (
    EFFECT_OF_METHOD,
    Effect,
    Ending,
    HoldDetails,
    Insolvency,
    Presented,
    ProcedureKind,
    Successor,
)
from sollecito.ledger.models import Instalment, Party
from sollecito.web import words

OF_EFFECT = ("effect", "bank", "due")
OF_PROCEDURE = ("procedure", "opened", "curator", "hearing")
OF_ENDING = ("ending", "since", "contact", "email", "phone")
KINDS = {"in_collection": OF_EFFECT, "insolvency": OF_PROCEDURE, "ceased": OF_ENDING}


def with_details(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, in the order of their kinds."""
    options = (
        click.option(
            "--effect",
            type=click.Choice([each.value for each in Effect]),
            help=_("in_collection: effetto"),
        ),
        click.option("--bank", help=_("in_collection: banca")),
        click.option("--due", type=DAY, help=_("in_collection: scadenza dell’effetto")),
        click.option(
            "--procedure",
            type=click.Choice([each.value for each in ProcedureKind]),
            help=_("insolvency: procedura"),
        ),
        click.option("--opened", type=DAY, help=_("insolvency: aperta il")),
        click.option("--curator", help=_("insolvency: curatore o commissario")),
        click.option("--hearing", type=DAY, help=_("insolvency: udienza di verifica")),
        click.option(
            "--ending",
            type=click.Choice([each.value for each in Ending]),
            help=_("ceased: che cosa"),
        ),
        click.option("--since", type=DAY, help=_("ceased: da quando")),
        click.option("--contact", help=_("ceased: liquidatore o eredi")),
        click.option("--email", help=_("ceased: e-mail")),
        click.option("--phone", help=_("ceased: telefono")),
        click.option("--pec", help=_("insolvency, ceased: PEC")),
    )
    for option in reversed(options):
        command = option(command)
    return command


def read_details(kind: str, how: dict[str, Any], target: Instalment | Party) -> HoldDetails | None:
    """Take the options out of ``how``; ends with 2 where one is of another kind."""
    names = {name for names in KINDS.values() for name in names} | {"pec"}
    given = {name: value for name in names if (value := how.pop(name)) is not None}
    mine = {*KINDS.get(kind, ()), *({"pec"} if kind in {"insolvency", "ceased"} else ())}
    if foreign := sorted(given.keys() - mine):
        stop(_("--%s non vale con --kind %s.") % (foreign[0], kind), WRONG_USE)
    if not given:
        return None
    if kind == "in_collection":
        return _effect(given, target)
    return _procedure(given) if kind == "insolvency" else _ending(given)


def in_words(row: dict[str, Any]) -> dict[str, Any]:
    """A row for a person's eyes: the hold in words, and what was given up."""
    hold = row["hold"]
    if row.get("written_off"):
        row = row | {"status": str(words.state_words("instalment", "written_off")[0])}
    return row | {"hold": str(words.state_words("hold", hold)[0]) if hold else None}


def _effect(given: dict[str, Any], target: Instalment | Party) -> Presented:
    if not isinstance(target, Instalment):
        stop(_("Un effetto è di una rata: scrivi il suo numero."), WRONG_USE)
    usual = EFFECT_OF_METHOD.get(target.method, Effect.RIBA)
    return Presented(Effect(given.get("effect", usual)), given.get("bank", ""), given.get("due"))


def _procedure(given: dict[str, Any]) -> Insolvency:
    if "opened" not in given:
        stop(_("Scrivi anche --opened: quando si è aperta la procedura."), WRONG_USE)
    kind = ProcedureKind(given.get("procedure", ProcedureKind.LIQUIDATION))
    who = (given.get("curator", ""), given.get("pec", ""))
    return Insolvency(kind, given["opened"], *who, given.get("hearing"))


def _ending(given: dict[str, Any]) -> Successor:
    ending = Ending(given.get("ending", Ending.CEASED))
    who = (given.get(name, "") for name in ("contact", "email", "pec", "phone"))
    return Successor(ending, given.get("since"), *who)

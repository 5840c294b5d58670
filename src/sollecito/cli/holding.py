"""Commands about holds: ``hold release``."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import click
from django.utils.translation import gettext as _

from sollecito.accounts.models import Company
from sollecito.cli.installation import JSON
from sollecito.cli.output import WRONG_USE, emit_json, say, stop, table
from sollecito.cli.session import (
    COMPANY,
    DAY,
    ID,
    MONEY,
    ON,
    company_named,
    known_instalment,
    on_day,
    ready,
)
from sollecito.dunning.models import Hold
from sollecito.dunning.queries import ledger_rows
from sollecito.flows import clock
from sollecito.flows.hold_reminders import hold_reminders, release_hold
from sollecito.ledger.models import Instalment, Party
from sollecito.ledger.queries import parties_named

NUMBER = click.argument("number", metavar="RATA", type=ID, required=False)
CUSTOMER = click.option("--customer", metavar="C", help=_("tutto il cliente: id, P.IVA o nome"))


@click.command(help=_("Sospende i solleciti di una rata o di un cliente."))
@NUMBER
@CUSTOMER
@click.option("--kind", type=click.Choice(Hold.Kind.values), required=True, help=_("tipo"))
@click.option("--until", type=DAY, help=_("ultimo giorno sospeso"))
@click.option("--amount", type=MONEY, help=_("con --kind dispute: solo questa parte"))
@click.option("--reason", default="", help=_("motivo"))
@COMPANY
@ON
@JSON
def hold(
    number: int | None, *, customer: str, company: str, on: date | None, as_json: bool, **how: Any
) -> None:
    """Hold."""
    ready()
    target = target_of(number, customer, company)
    amount: Decimal | None = how["amount"]
    if amount is not None and how["kind"] != Hold.Kind.DISPUTE:
        stop(_("Un importo si scrive solo con --kind dispute."), WRONG_USE)
    with on_day(on):
        hold_reminders(target, user=None, **how)
        show(target, as_json=as_json)


@click.command(help=_("Riprende i solleciti di una rata o di un cliente."))
@NUMBER
@CUSTOMER
@click.option("--kind", type=click.Choice(Hold.Kind.values), help=_("solo quel tipo"))
@COMPANY
@ON
@JSON
def release(
    number: int | None,
    *,
    customer: str,
    kind: str | None,
    company: str,
    on: date | None,
    as_json: bool,
) -> None:
    """Release."""
    ready()
    target = target_of(number, customer, company)
    with on_day(on):
        found = Hold.objects.filter(released_at__isnull=True, **held(target))
        for each in found.filter(kind=kind) if kind else found:
            release_hold(each, user=None)
        show(target, as_json=as_json)


def held(target: Instalment | Party) -> dict[str, Any]:
    """Holds on a customer, or on an instalment and its document."""
    name = "party" if isinstance(target, Party) else "instalment"
    return {name: target}


def target_of(number: int | None, customer: str | None, company: str | None) -> Instalment | Party:
    """The instalment, or the customer; one of them, not both."""
    if (number is None) == (not customer):
        stop(_("Scrivi una rata, oppure --customer."), WRONG_USE)
    if number is not None:
        return known_instalment(number, company)
    owner = company_named(company)
    found = list(parties_named(owner, customer or ""))
    if len(found) == 1:
        return found[0]
    words = (
        _("Più clienti per «%s»: scrivi l'id o la partita IVA.")
        if found
        else _("Nessun cliente per «%s».")
    )
    stop(words % customer, WRONG_USE)


def show(target: Instalment | Party, *, as_json: bool) -> None:
    """The instalment as it is now; of a customer all that are open."""
    owner: Company = target.company
    today = clock.today(owner.time_zone)
    mine = Instalment.objects.filter(company=owner)
    is_one = isinstance(target, Instalment)
    mine = mine.filter(pk=target.pk) if is_one else mine.filter(party=target.pk, balance__gt=0)
    rows = [row.wire() for row in ledger_rows(mine.order_by("due_date", "pk"), owner, today)]
    if as_json:
        emit_json(rows[0] if is_one else rows)
    else:
        table(rows, {"id": "id", "number": _("numero"), "hold": _("blocco")})
        say(_("Fatto."))

"""Commands about holds: ``hold release``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import click
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sollecito.accounts.models import Company
from sollecito.cli.hold_options import in_words, read_details, with_details
from sollecito.cli.installation import JSON
from sollecito.cli.output import REFUSED, WRONG_USE, emit_json, say, stop, table
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
from sollecito.dunning.hold_queries import open_holds
from sollecito.dunning.models import Hold
from sollecito.dunning.queries import ledger_rows
from sollecito.flows import clock
from sollecito.flows.detail_hold import HoldRefusedError
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.hold_reminders import hold_reminders, release_hold
from sollecito.ledger.models import Instalment, Party
from sollecito.ledger.queries import parties_named
from sollecito.web.said import said

NUMBER = click.argument("number", metavar="RATA", type=ID, required=False)
CUSTOMER = click.option("--customer", metavar="C", help=_("tutto il cliente: id, P.IVA o nome"))


@click.command(help=_("Sospende i solleciti di una rata o di un cliente."))
@NUMBER
@CUSTOMER
@click.option("--kind", type=click.Choice(Hold.Kind.values), required=True, help=_("tipo"))
@click.option("--until", type=DAY, help=_("ultimo giorno sospeso"))
@click.option("--amount", type=MONEY, help=_("con --kind dispute: solo questa parte"))
@click.option("--reason", default="", help=_("motivo"))
@with_details
@COMPANY
@ON
@JSON
def hold(
    number: int | None, *, customer: str, company: str, on: date | None, as_json: bool, **how: Any
) -> None:
    """Hold."""
    ready()
    target = target_of(number, customer, company)
    details = read_details(how["kind"], how, target)
    amount: Decimal | None = how["amount"]
    if amount is not None and how["kind"] != Hold.Kind.DISPUTE:
        stop(_("Un importo si scrive solo con --kind dispute."), WRONG_USE)
    with on_day(on), refused_words():
        hold_reminders(target, user=None, details=details, **how)
        show(target, as_json=as_json)


@click.command(help=_("Riprende i solleciti di una rata o di un cliente."))
@NUMBER
@CUSTOMER
@click.option("--kind", type=click.Choice(Hold.Kind.values), help=_("solo quel tipo"))
@click.option("--mistake", is_flag=True, help=_("era un errore: i recapiti restano quelli"))
@COMPANY
@ON
@JSON
def release(
    number: int | None,
    *,
    customer: str,
    kind: str | None,
    mistake: bool,
    company: str,
    on: date | None,
    as_json: bool,
) -> None:
    """Release."""
    ready()
    target = target_of(number, customer, company)
    with on_day(on), refused_words():
        found = Hold.objects.filter(released_at__isnull=True, **held(target))
        for each in found.filter(kind=kind) if kind else found:
            release_hold(each, user=None, is_mistake=mistake)
        show(target, as_json=as_json)


@contextmanager
def refused_words() -> Iterator[None]:
    """End with 3, or with 2 where a value cannot be, and say why."""
    try:
        yield
    except FieldsRefusedError as error:
        stop(said(str(error)), WRONG_USE)
    except HoldRefusedError as error:
        stop(said(str(error)), REFUSED)


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


def details_wire(holds: QuerySet[Hold], instalment: int, party: int) -> dict[str, Any]:
    """What the holds on an instalment or its customer know, as JSON writes it."""
    mine = holds.filter(Q(instalment=instalment) | Q(party=party))
    for hold in mine.order_by("-pk"):
        if (details := hold.details) is not None:
            return {
                "kind": hold.kind,
                **{
                    name: value.isoformat() if isinstance(value, date) else value
                    for name, value in asdict(details).items()
                    if value
                },
            }
    return {}


def show(target: Instalment | Party, *, as_json: bool) -> None:
    """The instalment as it is now; of a customer all that are open."""
    owner: Company = target.company
    today = clock.today(owner.time_zone)
    mine = Instalment.objects.filter(company=owner)
    is_one = isinstance(target, Instalment)
    mine = mine.filter(pk=target.pk) if is_one else mine.filter(party=target.pk, balance__gt=0)
    rows = [row.wire() for row in ledger_rows(mine.order_by("due_date", "pk"), owner, today)]
    holds = open_holds(owner)
    for row in rows:
        if known := details_wire(holds, row["id"], row["customer_id"]):
            row["hold_details"] = known
    if as_json:
        emit_json(rows[0] if is_one else rows)
    else:
        table(
            [in_words(row) for row in rows],
            {"id": "id", "number": _("numero"), "hold": _("blocco")},
        )
        say(_("Fatto."))

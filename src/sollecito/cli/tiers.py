"""Commands about tiers: ``tier list | save | assign``."""

from __future__ import annotations

from typing import Any

import click
from django.utils.translation import gettext as _

from sollecito.accounts.models import Tier
from sollecito.cli.installation import JSON
from sollecito.cli.output import WRONG_USE, emit_json, stop, table
from sollecito.cli.session import COMPANY, company_named, ready
from sollecito.domain.tiers import MODULES
from sollecito.flows.count_quota import quotas_of
from sollecito.flows.edit_tiers import TierData, assign_tier, save_tier
from sollecito.flows.field_problems import FieldsRefusedError

UNLIMITED = "illimitati"


class Included(click.ParamType[int]):
    """How many a month: a number, or ``illimitati``."""

    name = "N|illimitati"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """A number; -1 is unlimited."""
        if value in {UNLIMITED, "unlimited"}:
            return -1
        if not str(value).isdecimal():
            self.fail(_("scrivi un numero, oppure «illimitati»."), param, ctx)
        return int(value)


INCLUDED = Included()


@click.group(help=_("Gli abbonamenti, per chi ospita molte aziende."))
def tier() -> None:
    """Tiers."""


@tier.command("list", help=_("Elenca gli abbonamenti e le aziende che li hanno."))
@JSON
def list_tiers(*, as_json: bool) -> None:
    """Tiers."""
    ready()
    rows = [wire(row) for row in Tier.objects.prefetch_related("companies").order_by("pk")]
    if as_json:
        emit_json(rows)
    else:
        heads = {"code": _("codice"), "modules": _("moduli"), "email": "e-mail", "pec": "PEC"}
        table(rows, heads | {"sms": "SMS", "companies": _("aziende")})


@tier.command(help=_("Aggiunge un abbonamento o ne cambia uno."))
@click.argument("code", metavar="CODICE")
@click.option("--name", default="", help=_("nome che si vede"))
@click.option("--module", "modules", multiple=True, type=click.Choice(list(MODULES)))
@click.option("--email", type=INCLUDED, default=UNLIMITED, help=_("e-mail al mese"))
@click.option("--pec", type=INCLUDED, default=UNLIMITED, help=_("PEC al mese"))
@click.option("--sms", type=INCLUDED, default=UNLIMITED, help=_("SMS al mese"))
@JSON
def save(code: str, name: str, modules: tuple[str, ...], *, as_json: bool, **included: int) -> None:
    """One tier."""
    ready()
    known = Tier.objects.filter(code=code).first()
    email, pec, sms = (
        None if included[each] < 0 else included[each] for each in ("email", "pec", "sms")
    )
    shown = name or (known.name if known else code)
    data = TierData(shown, modules, email, included_pec=pec, included_sms=sms, code=code)
    try:
        row = save_tier(data, user=None, tier=known)
    except FieldsRefusedError as error:
        stop(str(error), WRONG_USE)
    show(wire(row), as_json=as_json)


@tier.command(help=_("Dà un abbonamento a un'azienda; «nessuno» vuol dire tutto compreso."))
@click.argument("code", metavar="CODICE|nessuno")
@COMPANY
@JSON
def assign(code: str, *, company: str, as_json: bool) -> None:
    """Tier of a company."""
    ready()
    owner = company_named(company)
    row = None if code in {"nessuno", "none"} else Tier.objects.filter(code=code).first()
    if row is None and code not in {"nessuno", "none"}:
        stop(_("L'abbonamento «%s» non c'è: guarda sollecito tier list.") % code, WRONG_USE)
    assign_tier(owner, row, user=None)
    usage = {each.kind: {"included": each.included, "used": each.used} for each in quotas_of(owner)}
    shown = {"company": owner.pk, "tier": row.code if row else None, "usage": usage}
    show(shown, as_json=as_json)


def wire(row: Tier) -> dict[str, Any]:
    """A tier as scripts read it; null is unlimited."""
    return {
        "code": row.code,
        "name": row.name,
        "modules": row.modules,
        "email": row.included_email,
        "pec": row.included_pec,
        "sms": row.included_sms,
        "companies": [company.pk for company in row.companies.all()],
    }


def show(value: dict[str, Any], *, as_json: bool) -> None:
    """One row, for machines or for people."""
    if as_json:
        emit_json(value)
    else:
        table([value], {name: name for name in value})

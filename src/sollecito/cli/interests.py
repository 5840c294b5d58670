"""Commands about interest: ``interest``."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import click
from django.utils.translation import gettext as _

from sollecito.accounts.queries import companies_named
from sollecito.cli.installation import JSON
from sollecito.cli.output import WRONG_USE, emit_json, say, stop, table
from sollecito.cli.session import DAY, MONEY, ready
from sollecito.domain.interest import (
    Interest,
    InterestRefusedError,
    PartPayment,
    PublishedRate,
    Regime,
    compute_interest,
)
from sollecito.domain.money import format_money
from sollecito.dunning.rates import published_rates


class Paid(click.ParamType[PartPayment]):
    """A part payment as ``500.00@2026-05-31``."""

    name = "importo@data"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> PartPayment:
        if isinstance(value, PartPayment):
            return value
        amount, at, day = str(value).partition("@")
        if not at:
            self.fail(_("scrivi importo@data, per esempio 500.00@2026-05-31."), param, ctx)
        return PartPayment(DAY.convert(day, param, ctx), MONEY.convert(amount, param, ctx))


COLUMNS = {
    "first": "dal",
    "last": "al",
    "days": "giorni",
    "percent": "tasso %",
    "base": "capitale",
    "interest": "interessi",
}


@click.command(help=_("Interessi di mora, riga per riga (D.Lgs. 231/2002 o tasso legale)."))
@click.option("--amount", type=MONEY, required=True, help=_("capitale scaduto"))
@click.option("--due", type=DAY, required=True, help=_("scadenza: il primo giorno è il seguente"))
@click.option("--until", type=DAY, required=True, help=_("ultimo giorno, compreso"))
@click.option(
    "--regime",
    type=click.Choice([each.value for each in Regime]),
    default=Regime.LATE_PAYMENT.value,
    show_default=True,
    help=_("231, legal (consumatori e condomini), agrifood, agreed (con --rate)"),
)
@click.option("--rate", "percent", type=MONEY, help=_("tasso annuo del contratto, in per cento"))
@click.option("--contract-date", type=DAY, help=_("data del contratto: prima del 2013, 7 punti"))
@click.option("--paid", type=Paid(), multiple=True, help=_("acconto: importo@data; più volte"))
@JSON
def interest(
    amount: Decimal, due: date, until: date, *, regime: str, as_json: bool, **more: Any
) -> None:
    """Interest."""
    ready()
    if sum((part.amount for part in more["paid"]), Decimal(0)) > amount:
        stop(_("Gli acconti superano il capitale: controlla gli importi."), WRONG_USE)
    try:
        found = compute_interest(
            amount,
            due,
            until,
            _rates(Regime(regime), more["percent"]),
            regime=Regime(regime),
            contract_date=more["contract_date"],
            payments=more["paid"],
        )
    except InterestRefusedError as error:
        stop(str(error), WRONG_USE)
    emit_json(in_wire(found)) if as_json else _show(found)


def _rates(regime: Regime, percent: Decimal | None) -> list[PublishedRate]:
    if (percent is None) == (regime is Regime.AGREED):
        stop(_("--rate si usa con --regime agreed, e solo con quello."), WRONG_USE)
    if percent is not None:
        return [PublishedRate(date.min, date.max, percent, "contratto")]
    companies = list(companies_named(None)[:2])
    return published_rates(regime, companies[0] if len(companies) == 1 else None)


def in_wire(found: Interest) -> dict[str, Any]:
    """As ``interest --json`` prints it: money and rates as strings."""
    missing = found.unpublished_from
    return {
        "interest": f"{found.interest:.2f}",
        "flat": f"{found.flat:.2f}",
        "rows": [
            {
                "from": row.first.isoformat(),
                "to": row.last.isoformat(),
                "days": row.days,
                "rate": f"{row.percent:.2f}",
                "base": f"{row.base:.2f}",
                "interest": f"{row.interest:.2f}",
            }
            for row in found.rows
        ],
        "unpublished_from": missing.isoformat() if missing else None,
    }


def _show(found: Interest) -> None:
    rows = [{name: getattr(row, name) for name in COLUMNS} for row in found.rows]
    table(rows, {name: _(word) for name, word in COLUMNS.items()})
    if not found.rows and not found.unpublished_from:
        say(_("Non è ancora scaduta a quella data: nessun interesse."))
    click.echo(_("Interessi: %s") % format_money(found.interest))
    click.echo(_("Indennizzo forfettario: %s") % format_money(found.flat))
    if found.unpublished_from:
        say(
            _("Dal %s il tasso non è ancora pubblicato: da lì non si calcola nulla.")
            % f"{found.unpublished_from:%d/%m/%Y}"
        )

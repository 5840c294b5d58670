"""The command about the bank: ``movements``."""

from __future__ import annotations

from typing import Any

import click
from django.utils.translation import gettext as _

from sollecito.accounts.models import Company
from sollecito.cli.installation import JSON
from sollecito.cli.output import emit_json, table
from sollecito.cli.session import COMPANY, companies_chosen, ready
from sollecito.domain.matching import Proposal
from sollecito.domain.returned_effects import ReturnProposal
from sollecito.flows.match_movements import propose_matches
from sollecito.flows.match_returns import propose_effects
from sollecito.ledger.bank_queries import listed_movements, matched_parts
from sollecito.ledger.models import BankMovement
from sollecito.web.said import said

COLUMNS = {
    "id": "id",
    "booking_date": _("data"),
    "amount": _("importo"),
    "currency": _("valuta"),
    "counterparty": _("controparte"),
    "text": _("descrizione"),
    "status": _("stato"),
    "proposal": _("proposta"),
}
SHORT = 60


@click.command(help=_("I movimenti della banca, con le proposte di abbinamento."))
@click.option("--status", type=click.Choice(BankMovement.Status.values), help=_("solo in quello"))
@COMPANY
@JSON
def movements(*, status: str | None, company: str, as_json: bool) -> None:
    """Movements."""
    ready()
    rows = [each for one in companies_chosen(company) for each in wire_of(one, status or "")]
    if as_json:
        emit_json(rows)
        return
    for row in rows:
        best = row["proposals"][0] if row["proposals"] else None
        row["proposal"] = said(best["reason"]) if best else ""
        row["text"] = row["text"][:SHORT]
    table(rows, COLUMNS)


def wire_of(company: Company, status: str) -> list[dict[str, Any]]:
    """Movements as machines read them; a matched one carries what it was matched to."""
    rows = list(listed_movements(company, status))
    found = propose_matches(company, rows)
    returned = propose_effects(company, rows)
    matched = matched_parts([row.pk for row in rows if row.status == BankMovement.Status.MATCHED])
    return [
        {
            "id": row.pk,
            "account": row.account,
            "booking_date": row.booking_date.isoformat(),
            "value_date": row.value_date.isoformat() if row.value_date else None,
            "amount": f"{row.amount:.2f}",
            "currency": row.currency,
            "counterparty": row.counterparty,
            "iban": row.iban,
            "text": row.text,
            "reference": row.reference or row.end_to_end or row.bank_id,
            "status": row.status,
            "proposals": matched.get(row.pk)
            or [_wire(each) for each in found.get(row.pk, ())]
            or [_wire_return(each) for each in returned.get(row.pk, ())],
        }
        for row in rows
    ]


def _wire_return(proposal: ReturnProposal) -> dict[str, Any]:
    """An effect that came back unpaid: its instalment is open again once it is confirmed."""
    return {
        "instalments": [proposal.effect.instalment],
        "score": proposal.score,
        "reason": proposal.reason,
    }


def _wire(proposal: Proposal) -> dict[str, Any]:
    return {
        "instalments": [part.item for part in proposal.parts],
        "score": proposal.score,
        "reason": proposal.reason,
    }

"""What the commands about programmes read and show."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import click
from django.utils.translation import gettext as _

from sollecito.accounts.models import Company
from sollecito.cli.output import REFUSED, stop, table
from sollecito.dunning.models import Draft
from sollecito.dunning.queries import message_rows
from sollecito.flows import clock
from sollecito.flows.choose_sender import choose_sender
from sollecito.flows.explain_decision import Explanation
from sollecito.flows.planning.forecast_days import ForecastDay
from sollecito.flows.planning.proposing import Proposal
from sollecito.flows.run_programmes import RunOutcome
from sollecito.ledger.models import Party
from sollecito.outbox.models import Message
from sollecito.web.said import said


def refuse_another_day(owner: Company, on: date | None) -> None:
    """End with 3 where another day than today was asked for and mail would really leave."""
    is_other_day = on is not None and on != clock.real_today(owner.time_zone)
    if is_other_day and choose_sender(owner).channel != "file":
        stop(
            _("Con un server di posta si decide solo con la data di oggi: usa --dry-run."), REFUSED
        )


def plan_rows(owner: Company, outcome: RunOutcome, shown: dict[str, Any]) -> dict[str, Any]:
    """One company's run added to what ``plan --json`` prints."""
    planned = outcome.plan
    shown = shown or {"run": None, "issued": 0, "decisions": [], "messages": [], "problems": []}
    if planned.run:
        drafts = Draft.objects.filter(company=owner, is_open=True).values_list("pk", flat=True)
        rows = message_rows(owner, content__in=[*drafts, *outcome.approval.contents])
    else:
        rows = [row for each in planned.proposals for row in _would_be(each)]
    return {
        "run": planned.run.pk if planned.run else None,
        "issued": shown["issued"] + planned.issued,
        "decisions": shown["decisions"] + [each.wire() for each in planned.decided],
        "messages": shown["messages"] + rows,
        "problems": shown["problems"] + [each.wire() for each in planned.problems],
    }


def _would_be(each: Proposal) -> list[dict[str, Any]]:
    """Messages that were not stored (``--dry-run``), in the shape of ``message_rows``."""
    lead = each.group.lead
    names = Party.objects.filter(pk__in={line.customer for line in each.lines}).order_by("pk")
    shape = {
        "id": None,
        "content": None,
        "key": each.key,
        "message_id": "",
        "status": "draft",
        "channel": each.channel,
        "to": "",
        "role": "to",
        "customer": "; ".join(names.values_list("name", flat=True)),
        "instalments": [line.instalment for line in each.lines],
        "attempts": 0,
        "events": [],
    }
    return [shape | {"to": address} for address in lead.recipients(each.channel) or ("",)]


def show_decided(shown: dict[str, Any]) -> None:
    """A run for a person's eyes."""
    click.echo(
        _("Guardate %(looked)s rate: %(issued)s da sollecitare, %(messages)s messaggi.")
        % {
            "looked": len(shown["decisions"]),
            "issued": shown["issued"],
            "messages": len(shown["messages"]),
        }
    )
    heads = {"id": "id", "customer": _("cliente"), "to": _("a"), "status": _("stato")}
    table(shown["messages"], heads)
    table(shown["problems"], {"instalment": _("rata"), "message": _("problema")})


def show_forecast(days: list[ForecastDay]) -> None:
    """A forecast for a person's eyes: what the messages ask for, what they name apart."""
    heads = {"date": _("giorno"), "messages": _("messaggi"), "asked": _("importo")}
    rows = [
        {
            "date": day.day,
            "messages": day.messages,
            "asked": day.asked,
            "later": day.amount - day.asked,
        }
        for day in days
        if day.messages
    ]
    if any(row["later"] for row in rows):
        heads["later"] = _("non ancora scaduto")
    table(rows, heads)


def say_decision(found: Explanation) -> None:
    """Perché?"""
    click.echo(said(found.sentence))
    if found.policy:
        click.echo(_("Programma: %(name)s.") % {"name": found.policy})


def contents_named(owner: Company, numbers: tuple[int, ...]) -> dict[int, list[int]]:
    """Contents of these messages, with all their messages; every open draft without numbers."""
    rows = Message.objects.filter(company=owner)
    named = rows.filter(pk__in=numbers).values_list("content_id", flat=True)
    drafts = Draft.objects.filter(company=owner, is_open=True).values_list("pk", flat=True)
    wanted = list(named if numbers else drafts)
    found: dict[int, list[int]] = defaultdict(list)
    for pk, content in rows.filter(content__in=wanted).values_list("pk", "content_id"):
        found[content].append(pk)
    return found

"""Calls to be made: put down for a day, or taken away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.money import format_date
from sollecito.dunning.models import PhoneCall
from sollecito.flows import audit, clock
from sollecito.ledger.models import Instalment, Party


def plan_call(
    party: Party, rows: Sequence[Instalment], day: date, *, user: User | None
) -> PhoneCall:
    """A call to be made on a day."""
    with transaction.atomic():
        call = PhoneCall.objects.create(
            company=party.company,
            party=party,
            due_date=day,
            user=user,
            created_at=clock.now(),
        )
        call.covers.set(rows)
        text = f"Da chiamare il {format_date(day)}."
        audit.record(party.company, user, "call_planned", target=f"party:{party.pk}", text=text)
    return call


def drop_call(call: PhoneCall, *, user: User | None) -> None:
    """Take a call that was to be made away; the history keeps that it was."""
    with transaction.atomic():
        target, text = f"party:{call.party_id}", "Telefonata tolta da quelle da fare."
        audit.record(call.company, user, "call_dropped", target=target, text=text)
        call.delete()

"""«Segna come letta»: somebody has seen what the customer wrote; its reminders go on."""

from __future__ import annotations

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.dunning.models import CustomerReply
from sollecito.flows import audit, clock
from sollecito.flows.touch_instalments import touch_customer


def see_reply(company: Company, pk: int, *, user: User | None) -> CustomerReply:
    """Mark an answer as seen; twice changes nothing. Raises ``CustomerReply.DoesNotExist``.

    An answer by PEC has stopped the customer's programme: that stays so until a person starts it
    again on the customer's card.
    """
    with transaction.atomic():
        row = CustomerReply.objects.select_for_update().get(company=company, pk=pk)
        if row.seen_at is None:
            row.seen_at, row.seen_by = clock.now(), user
            row.save(update_fields=["seen_at", "seen_by"])
            touch_customer(row.party)
            audit.record(
                company,
                user,
                "reply_seen",
                target=f"party:{row.party_id}",
                text=f"Letta la risposta di {row.mail.from_address}.",
            )
    return row

"""Addresses that do not exist any more: suppressed by a bounce, lifted by a person."""

from __future__ import annotations

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.transitions import Command
from sollecito.flows import audit, clock
from sollecito.flows.touch_instalments import touch_customers
from sollecito.flows.withdraw_messages import withdraw_rows
from sollecito.ledger.contact_queries import customers_reached_by
from sollecito.outbox.models import Message, ReceivedMail, Suppression

WAITING = ("approved", "queued", "retry")


@transaction.atomic
def suppress_address(
    company: Company,
    address: str,
    *,
    reason: str,
    enhanced: str = "",
    mail: ReceivedMail | None = None,
) -> Suppression:
    """Send nothing automatic to an address any more; what waits for it goes back to review.

    Within the transaction of what said so. Twice is once.
    """
    known = address.lower()[:254]
    row, is_new = Suppression.objects.get_or_create(
        company=company,
        address=known,
        lifted_at=None,
        defaults={
            "reason": reason[:500],
            "enhanced": enhanced[:12],
            "mail": mail,
            "since": clock.now(),
        },
    )
    if is_new:
        words = f"L'indirizzo {known} non esiste più: {reason}"[:300]
        waiting = Message.objects.select_for_update().filter(
            company=company,
            address__iexact=known,
            status__in=WAITING,
            content__is_automatic=True,
        )
        withdraw_rows(waiting, Command.SEND_BACK, words)
        _tell(company, known, None, "address_suppressed", words)
    return row


def lift_suppression(company: Company, pk: int, *, user: User | None) -> Suppression:
    """«Riprova»: a person knows that the address is good. Raises ``Suppression.DoesNotExist``."""
    with transaction.atomic():
        row = Suppression.objects.select_for_update().get(
            company=company, pk=pk, lifted_at__isnull=True
        )
        row.lifted_at, row.lifted_by = clock.now(), user
        row.save(update_fields=["lifted_at", "lifted_by"])
        words = f"L'indirizzo {row.address} torna in uso."
        _tell(company, row.address, user, "suppression_lifted", words)
    return row


def _tell(company: Company, address: str, user: User | None, action: str, words: str) -> None:
    """In the history of every customer that has it, whose rates are looked at again."""
    parties = customers_reached_by(company, [address])
    for party in parties:
        audit.record(company, user, action, target=f"party:{party}", text=words)
    touch_customers(parties, is_address_new=action == "suppression_lifted")

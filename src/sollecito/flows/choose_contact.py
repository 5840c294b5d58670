"""Who answers for a customer's payments: itself, or a payment contact."""

from __future__ import annotations

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.documents import Problem
from sollecito.domain.transitions import Command
from sollecito.flows import audit
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.touch_instalments import touch_customers
from sollecito.flows.withdraw_messages import withdraw_rows
from sollecito.ledger.contact_queries import served_by
from sollecito.ledger.models import Party, PaymentContact
from sollecito.outbox.models import Message

WAITING = ("approved", "queued", "retry")
MOVED = "Chi risponde dei pagamenti è cambiato dopo l'approvazione: si decide di nuovo."
NOBODY = "Dei pagamenti risponde di nuovo il cliente."


def choose_contact(party: Party, contact: PaymentContact | None, *, user: User | None) -> None:
    """Say who answers for a customer's payments; ``None``: the customer itself.

    What was approved by rule or by a person and has not left is decided again: it may be about
    customers that are no longer together. Raises FieldsRefusedError for a contact of others.
    """
    if contact and contact.company_id != party.company_id:
        words = "Questo contatto non c'è in questa azienda."
        raise FieldsRefusedError({"contact": Problem("not_found", words, "Scegline un altro.")})
    before = party.payment_contact
    if before == contact:
        return
    with transaction.atomic():
        party.payment_contact = contact
        party.save(update_fields=["payment_contact"])
        _decide_again(party)
        near = [each for each in (before, contact) if each]
        touch_customers({party.pk, *(pk for each in near for pk in served_by(each))})
        touch_customers([party.pk], is_address_new=True)
        text = f"Dei pagamenti risponde «{contact.name}»." if contact else NOBODY
        target = f"party:{party.pk}"
        audit.record(party.company, user, "payment_contact_chosen", target=target, text=text)


def delete_contact(contact: PaymentContact, *, user: User | None) -> int:
    """Forget a contact: each of its customers answers for itself again. Returns how many."""
    with transaction.atomic():
        customers = list(contact.customers.select_related("company", "payment_contact"))
        for party in customers:
            choose_contact(party, None, user=user)
        text = f"Contatto dei pagamenti «{contact.name}» eliminato."
        target = f"payment_contact:{contact.pk}"
        audit.record(contact.company, user, "contact_deleted", target=target, text=text)
        contact.delete()
    return len(customers)


def _decide_again(party: Party) -> None:
    """Send back to the work list what waits to leave about this customer."""
    waiting = Message.objects.select_for_update().filter(
        company=party.company,
        status__in=WAITING,
        content__is_automatic=True,
        pk__in=Message.objects.filter(content__reminders__instalment__party=party).values("pk"),
    )
    withdraw_rows(waiting, Command.SEND_BACK, MOVED)

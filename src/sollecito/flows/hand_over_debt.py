"""Eredi, liquidatore: after a customer ceased or died, who answers is who is written to."""

from __future__ import annotations

from sollecito.accounts.models import User
from sollecito.domain.hold_details import Ending, Successor
from sollecito.dunning.models import Hold
from sollecito.flows.detail_hold import HoldRefusedError
from sollecito.flows.edit_customer import Contact, edit_customer
from sollecito.ledger.models import ContactPoint

KINDS = ContactPoint.Kind


def hand_over(hold: Hold, *, user: User | None) -> None:
    """Put the successor's addresses in the place of the customer's. Call it in a transaction.

    Other kinds of hold change nothing. A firm whose liquidator is not known keeps its own
    addresses; raises HoldRefusedError for a dead person whose heirs are not known.
    """
    details = hold.details
    if not isinstance(details, Successor):
        return
    if not details.is_known:
        if details.ending is Ending.DEAD:
            raise HoldRefusedError(
                "Non si scrive all'indirizzo di una persona morta: prima scrivi chi sono gli "
                "eredi e come si raggiungono."
            )
        return
    written = ((KINDS.EMAIL, details.email), (KINDS.PEC, details.pec), (KINDS.PHONE, details.phone))
    contacts = [Contact(kind, value, person=details.name) for kind, value in written if value]
    changes = {"contact_name": details.name[:100]}
    edit_customer(hold.customer, user=user, changes=changes, contacts=contacts)

"""The row of an arrived mail, with its bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sollecito.accounts.models import Company
from sollecito.domain.arrived import OF_PEC, Arrived
from sollecito.flows import clock
from sollecito.outbox.models import ReceivedMail, Sender


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies on its server."""

    folder: str = ""
    uid_validity: int | None = None
    uid: int | None = None


NOWHERE = Place()


def keep_mail(
    company: Company, raw: bytes, arrived: Arrived, *, sender: Sender | None, place: Place
) -> ReceivedMail:
    """Store it as it came; the transaction is the caller's."""
    signature = arrived.signature
    return ReceivedMail.objects.create(
        company=company,
        sender=sender,
        folder=place.folder[:200],
        uid_validity=place.uid_validity,
        uid=place.uid,
        identity=arrived.identity,
        kind=arrived.kind,
        message_id=arrived.message_id[:500],
        from_address=arrived.sender[:254],
        subject=arrived.subject[:300],
        text=arrived.text.replace("\0", ""),
        sent_at=arrived.sent_at[:100],
        arrived_at=clock.now(),
        is_complete=arrived.is_complete,
        signature=signature.state if arrived.kind in OF_PEC or signature.is_broken else "",
        signer_name=signature.name,
        signer_address=signature.address_of(arrived.sender)[:254],
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
    )

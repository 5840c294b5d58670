"""A mail that breaks something of ours is kept for a person, and the mails after it go on."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

from sollecito.domain.arrived import Arrived, Kind
from sollecito.flows.arriving.keeping import Place, keep_mail
from sollecito.flows.take_in_mail import take_in_mail
from sollecito.outbox.models import ReceivedMail, Sender

logger = logging.getLogger(__name__)
BROKEN = "Non letta per un errore interno: guarda l'originale e i log di Sollecito."


def take_in_or_set_aside(sender: Sender, raw: bytes, place: Place) -> ReceivedMail | None:
    """As ``take_in_mail``; a mail that breaks something of ours is kept and does not stop the rest.

    A database that fails is no fault of the mail: that is raised, and the mail is read again.
    """
    with guard_reading(place):
        return take_in_mail(sender.company, raw, sender=sender, place=place)
    identity = hashlib.sha256(raw).hexdigest()
    aside = Arrived(Kind.MAIL, identity, subject=BROKEN)
    if ReceivedMail.objects.filter(company=sender.company, identity=identity).exists():
        return None
    return keep_mail(sender.company, raw, aside, sender=sender, place=place)


@contextmanager
def guard_reading(place: Place) -> Iterator[None]:
    """Log what a mail breaks and go on after the block; a database that fails is raised."""
    try:
        yield
    except OperationalError:
        raise
    except Exception:
        logger.exception("mail %s of %s", place.uid, place.folder)

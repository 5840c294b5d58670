"""Words for what happened to a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sollecito.accounts.models import User
from sollecito.outbox.models import Content, DeliveryEvent

EVENTS: dict[str, str | Promise] = {
    "queued": _("Messo in coda"),
    "accepted": _("Il server l’ha preso in consegna"),
    "deferred": _("Il server chiede di riprovare"),
    "refused": _("Il server l’ha rifiutato"),
    "delivered": _("Consegnato"),
    "bounced": _("Tornato indietro"),
    "seen": _("Visto: una risposta o una copia lo prova"),
    "delayed": _("In ritardo"),
    "crossed": _("Incrociato con un incasso"),
    "unknown": _("Invio incerto"),
    "cancelled": _("Annullato"),
    "sent_back": _("Rimandato in revisione"),
    "expired": _("Tempo scaduto"),
    "consider_sent": _("Considerato inviato"),
    "resend": _("Rimesso in coda"),
    "released": _("Restituito alla coda"),
}
PHASES: dict[str, str | Promise] = {
    "check": _("controllo dei byte"),
    "connect": _("connessione"),
    "tls": _("cifratura"),
    "login": _("accesso"),
    "mail": _("mittente"),
    "rcpt": _("destinatario"),
    "data": _("inizio del testo"),
    "body": _("testo"),
    "gate": _("ultimo controllo"),
    "dot": _("consegna"),
    "untried": _("restituito alla coda"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of "Che cosa è successo"."""

    at: datetime
    word: str | Promise
    address: str = ""
    words: str = ""
    user: User | None = None


def happenings(content: Content) -> list[Happening]:
    """What happened to a communication, oldest first."""
    events = DeliveryEvent.objects.filter(message__content=content).select_related(
        "message", "user"
    )
    return [line(event) for event in events.order_by("at", "pk")]


def line(event: DeliveryEvent) -> Happening:
    """An event in words; one without words is written as it is."""
    said = " ".join(filter(None, (str(event.code or ""), event.enhanced, event.text)))
    word = EVENTS.get(event.kind, event.kind)
    return Happening(event.at, word, event.message.address, said, event.user)

"""Words for what happened to a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sollecito.accounts.models import User
from sollecito.domain.arrived import PEC_RECEIPTS, Kind
from sollecito.domain.signatures import SignatureState, is_provider
from sollecito.outbox.models import Content, DeliveryEvent, ReceivedMail

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
    "noted": _("Annotato"),
    "outside_pec": _("Non è una casella PEC"),
    Kind.AUTO_REPLY: _("Risposta automatica"),
    Kind.COMPLAINT: _("Segnalato come indesiderato"),
    Kind.ANOMALY: _("Busta di anomalia"),
    Kind.TAMPERED: _("Ricevuta da guardare: la firma non torna"),
}
RECEIVED: dict[str, tuple[str | Promise, str]] = {
    Kind.ACCEPTANCE: (_("Ricevuta di accettazione"), "certificate"),
    Kind.DELIVERY: (_("Ricevuta di avvenuta consegna"), "certificate"),
    Kind.NON_DELIVERY: (_("Avviso di mancata consegna"), "mail-off"),
    Kind.NON_ACCEPTANCE: (_("Avviso di non accettazione"), "ban"),
    Kind.WARNING: (_("Preavviso di mancata consegna"), "hourglass"),
    Kind.TAKEN_OVER: (_("Presa in carico"), "certificate"),
    Kind.VIRUS: (_("Rilevazione di virus"), "alert-triangle"),
    Kind.ANOMALY: (_("Busta di anomalia"), "mail-question"),
    Kind.TAMPERED: (_("Ricevuta da guardare: la firma non torna"), "alert-triangle"),
    Kind.BOUNCE: (_("Tornato indietro"), "mail-off"),
    Kind.AUTO_REPLY: (_("Risposta automatica"), "message"),
    Kind.READ_RECEIPT: (_("Conferma di lettura"), "mail-opened"),
    Kind.COMPLAINT: (_("Segnalato come indesiderato"), "alert-triangle"),
    Kind.PEC_MAIL: (_("Risposta per PEC"), "message"),
    Kind.MAIL: (_("Risposta"), "message"),
}
"""What arrived about a message, in words and with its icon."""
UNLIKE_ITS_MAIL = frozenset({"outside_pec", "noted", "seen"})
"""Events that say something else than the receipt they came with."""
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


SIGNATURES: dict[str, tuple[str | Promise, str]] = {
    # state → words, icon
    SignatureState.NONE: (_("Senza la firma del gestore"), "info-circle"),
    SignatureState.UNREADABLE: (_("La firma del gestore non si può controllare"), "info-circle"),
    SignatureState.BROKEN: (_("La firma non corrisponde al contenuto"), "alert-triangle"),
    SignatureState.INTACT: (_("Firma integra"), "shield-check"),
}
OF_ANOTHER = _("Firma integra, ma l’indirizzo del certificato non è quello del gestore")


def signature_words(mail: ReceivedMail) -> tuple[str | Promise, str]:
    """What is known of a mail's signature, with an icon; empty where it was not asked for."""
    if mail.signature == SignatureState.INTACT and not is_provider(
        mail.signer_address, mail.from_address
    ):
        return OF_ANOTHER, "alert-triangle"
    return SIGNATURES.get(mail.signature, ("", ""))


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
        "message", "user", "mail"
    )
    events = events.defer("raw", "mail__raw", "mail__text")
    return [line(event) for event in events.order_by("at", "pk")]


def line(event: DeliveryEvent) -> Happening:
    """An event in words; one without words is written as it is."""
    said = " ".join(filter(None, (str(event.code or ""), event.enhanced, event.text)))
    word = EVENTS.get(event.kind, event.kind)
    if event.mail and event.mail.kind in PEC_RECEIPTS and event.kind not in UNLIKE_ITS_MAIL:
        word = RECEIVED[event.mail.kind][0]
    return Happening(event.at, word, event.message.address, said, event.user)

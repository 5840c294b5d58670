"""Words and icons for senders: their state, and the steps of their test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sollecito.flows.check_sender import STEPS
from sollecito.flows.open_gateway import report_url
from sollecito.flows.seal_password import PasswordLostError
from sollecito.outbox.models import Sender
from sollecito.web.words import State

CHANNELS: dict[str, tuple[str | Promise, str, str | Promise]] = {
    # channel → word, icon, what is said where there is none
    "email": (
        _("E-mail"),
        "at",
        _("Senza un account tuo i messaggi partono dal mittente di questa installazione."),
    ),
    "pec": (_("PEC"), "certificate", _("Serve per i passi che partono per PEC.")),
    "sms": (_("SMS"), "message", _("Serve un gateway SMS con un alias registrato.")),
}
STEP_NAMES: dict[str, str | Promise] = {
    "connects": _("Connessione cifrata"),
    "logs_in": _("Accesso"),
    "sends": _("Invio"),
    "found_back": _("Ritrovata nella casella (IMAP)"),
    "sent_folder_found": _("Cartella della posta inviata"),
    "spf": "SPF",
    "dkim": "DKIM",
    "dmarc": "DMARC",
}
PAUSED: State = (_("In pausa"), "player-pause", "late")
FAILED: State = (_("Prova fallita"), "alert-triangle", "late")
UNTRIED: State = (_("Da provare"), "help-circle", "wait")
INCOMPLETE: State = (_("Funziona, con avvertenze"), "info-circle", "part")
WORKING: State = (_("Funziona"), "circle-check", "paid")
OUTCOMES: dict[bool | None, State] = {
    True: (_("A posto"), "circle-check", "paid"),
    False: (_("Non va"), "alert-triangle", "late"),
    None: (_("Non si sa"), "help-circle", "wait"),
}
RECORD_WRONG: State = (_("Da correggere"), "alert-triangle", "wait")
"""A record of the domain: the account works all the same."""
RECORDS = frozenset({"spf", "dkim", "dmarc"})


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step of the test as a page shows it."""

    name: str | Promise
    word: str | Promise
    icon: str
    tone: str
    words: str
    hint: str
    detail: str


REPORTS: dict[str, str | Promise] = {
    # gateway → what to do with the address to which it reports
    Sender.Gateway.TWILIO: _(
        "Non c’è niente da scrivere: Sollecito dà questo indirizzo a Twilio con ogni SMS, e Twilio "
        "firma le ricevute con l’Auth Token."
    ),
    Sender.Gateway.SKEBBY: _(
        "Incollalo nel pannello del gestore, dove chiede a che indirizzo mandare le notifiche di "
        "consegna (callback o webhook), con metodo POST oppure GET."
    ),
    Sender.Gateway.GENERIC: _(
        "Incollalo dove il gestore chiede a che indirizzo mandare le ricevute di consegna "
        "(«delivery report», «DLR», «callback»), con metodo POST oppure GET; oppure mettilo fra i "
        "campi della chiamata come {report_url}."
    ),
}
NO_ADDRESS = _(
    "Questa installazione non ha un indirizzo pubblico, e il gestore non può dire se un SMS è "
    "arrivato. Chi la gestisce lo scrive in SOLLECITO_PUBLIC_URL."
)
NO_SECRET = _(
    "Prima scrivi il «Segreto delle ricevute» in Modifica: senza, chiunque potrebbe mandare "
    "ricevute false, e Sollecito le rifiuta."
)


@dataclass(frozen=True, slots=True)
class ReportsShown:
    """Where an SMS gateway reports deliveries: the address, or none and ``words`` why."""

    address: str
    words: str | Promise
    is_secret: bool = False


def reports_of(sender: Sender) -> ReportsShown | None:
    """The address to copy, and what to do with it at the gateway; ``None`` for a mail account."""
    if sender.channel != Sender.Kind.SMS:
        return None
    try:
        address = report_url(sender)
    except PasswordLostError as error:
        return ReportsShown("", str(error))
    if not address:
        return ReportsShown("", NO_ADDRESS)
    if sender.gateway == Sender.Gateway.TWILIO:
        return ReportsShown(address, REPORTS[sender.gateway])
    if not sender.webhook_secret_box:
        return ReportsShown("", NO_SECRET)
    return ReportsShown(address, REPORTS[sender.gateway], is_secret=True)


def state_of(sender: Sender) -> State:
    """Of a sender, as the last test and its failures left it."""
    if sender.paused_at:
        return PAUSED
    if not sender.abilities:
        return WORKING if sender.tested_at else UNTRIED
    if not sender.tested_at:
        return FAILED
    is_whole = all(each.get("ok") is not False for each in sender.abilities.values())
    return WORKING if is_whole else INCOMPLETE


def steps_of(sender: Sender) -> list[StepShown]:
    """What the last test found, in order."""
    return [_shown(name, sender.abilities[name]) for name in STEPS if name in sender.abilities]


def _shown(name: str, kept: dict[str, Any]) -> StepShown:
    is_record = name in RECORDS and kept.get("ok") is False
    word, icon, tone = RECORD_WRONG if is_record else OUTCOMES[kept.get("ok")]
    texts = (str(kept.get(part, "")) for part in ("words", "hint", "detail"))
    return StepShown(STEP_NAMES[name], word, icon, tone, *texts)

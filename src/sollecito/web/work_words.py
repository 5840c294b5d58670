"""Words of the work list: kinds of steps, why a person is asked, what a draft lacks."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STEP_KINDS: dict[str, tuple[str | Promise, str]] = {
    "promemoria": (_("Promemoria"), "bell"),
    "primo_sollecito": (_("Primo sollecito"), "mail"),
    "sollecito": (_("Sollecito"), "send"),
    "estratto_conto": (_("Estratto conto"), "list-details"),
    "messa_in_mora": (_("Messa in mora"), "gavel"),
    "effetto_insoluto": (_("Effetto insoluto"), "building-bank"),
}

REVIEWS: dict[str, str | Promise] = {
    "policy": _("la regola chiede di approvarlo"),
    "level": _("per questo cliente si approva sempre"),
    "formal_notice": _("una messa in mora la approva sempre una persona"),
    "first_run": _("sono i primi di questa regola"),
    "unusual_day": _("oggi sono molti più del solito"),
    "takings_not_current": _("gli incassi forse non sono aggiornati"),
    "open_credit": _("il cliente ha un credito da abbinare"),
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way: in words, and where it is mended (an address by name)."""

    words: str | Promise
    cure: str | Promise = ""
    address: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Lack:
    """Recapito che manca: in words; written in place (``contact`` is its kind) or on the card."""

    words: str | Promise
    contact: str = ""
    label: str | Promise = ""
    sample: str = ""
    input_type: str = "email"
    card: str | Promise = ""


CAPS: dict[str, Obstacle] = {
    "customer_cap": Obstacle(_("Il cliente riceve già oggi un’altra comunicazione.")),
    "policy_cap": Obstacle(_("La regola ha raggiunto le sue comunicazioni di oggi.")),
    "company_cap": Obstacle(_("L’azienda ha raggiunto le sue comunicazioni di oggi.")),
    "sms_cap": Obstacle(_("Il cliente ha già ricevuto un SMS negli ultimi sette giorni.")),
    "reader_gap": Obstacle(_("Lo stesso indirizzo ha ricevuto da poco un altro sollecito.")),
}
NO_CHANNEL: dict[str, Obstacle] = {
    "pec": Obstacle(
        _("La regola scrive per PEC, e l’azienda non ha ancora una casella PEC."),
        _("Aggiungi la casella PEC"),
        "web:settings_sender_choose",
        "#pec",
    ),
    "sms": Obstacle(
        _("La regola manda SMS, e l’azienda non ha ancora un gateway SMS."),
        _("Aggiungi il gateway SMS"),
        "web:settings_sender_new",
        "?canale=sms",
    ),
}
NO_RECIPIENT: dict[str, Lack] = {
    # as ``dunning.lacking`` says it
    "email": Lack(
        _("Manca l’indirizzo e-mail del cliente."), "email", _("E-mail"), "nome@cliente.it"
    ),
    "email_dead": Lack(
        _("L’indirizzo e-mail del cliente è tornato indietro: scrivine un altro."),
        "email",
        _("E-mail"),
        "nome@cliente.it",
        card=_("Correggi o riprova quello sulla scheda"),
    ),
    "pec": Lack(_("Manca la PEC del cliente."), "pec", _("PEC"), "cliente@pec.it"),
    "pec_dead": Lack(
        _("La PEC del cliente è tornata indietro: scrivine un’altra."),
        "pec",
        _("PEC"),
        "cliente@pec.it",
        card=_("Correggi o riprova quella sulla scheda"),
    ),
    "sms": Lack(
        _("Manca il cellulare del cliente."), "mobile", _("Cellulare"), "333 1234567", "tel"
    ),
    "sms_fixed": Lack(
        _("Il telefono del cliente non è un cellulare: gli SMS non arrivano."),
        "mobile",
        _("Cellulare"),
        "333 1234567",
        "tel",
    ),
    "sms_public": Lack(
        _("A un ente pubblico non si mandano SMS."), card=_("Controlla il tipo di cliente")
    ),
    "letter": Lack(
        _("L’indirizzo postale del cliente non è completo."), card=_("Completa via, CAP e comune")
    ),
    "call": Lack(_("Manca il telefono del cliente."), "phone", _("Telefono"), "0573 123456", "tel"),
}
LACKS: dict[str, Obstacle] = {
    "no_recipient": Obstacle(_("Manca il recapito del cliente.")),
    "channel_missing": Obstacle(
        _("Il canale scelto dalla regola non è ancora configurato."),
        _("Apri le impostazioni"),
        "web:settings_senders",
    ),
    "quota": Obstacle(_("Gli invii del mese compresi nell’abbonamento sono finiti.")),
    "module_off": Obstacle(_("L’abbonamento non lo comprende.")),
    "incomplete": Obstacle(
        _("Manca un dato che il testo usa."), _("Completa i dati dell’azienda"), "web:settings"
    ),
}
OTHERWISE = Obstacle(_("Manca qualcosa per comporlo."))


def step_kind(code: str) -> tuple[str | Promise, str]:
    """Word and icon of a kind of step."""
    return STEP_KINDS.get(code, (code, "send"))


def obstacle(code: str, channel: str = "") -> Obstacle:
    """What an obstacle's code means for a message of a channel."""
    if code == "channel_missing" and channel in NO_CHANNEL:
        return NO_CHANNEL[channel]
    return CAPS.get(code) or LACKS.get(code) or OTHERWISE

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


CAPS: dict[str, Obstacle] = {
    "customer_cap": Obstacle(_("Il cliente riceve già oggi un’altra comunicazione.")),
    "policy_cap": Obstacle(_("La regola ha raggiunto le sue comunicazioni di oggi.")),
    "company_cap": Obstacle(_("L’azienda ha raggiunto le sue comunicazioni di oggi.")),
    "sms_cap": Obstacle(_("Il cliente ha già ricevuto un SMS negli ultimi sette giorni.")),
    "reader_gap": Obstacle(_("Lo stesso indirizzo ha ricevuto da poco un altro sollecito.")),
}
LACKS: dict[str, Obstacle] = {
    "no_recipient": Obstacle(_("Manca l’indirizzo e-mail del cliente.")),
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


def obstacle(code: str) -> Obstacle:
    """What an obstacle's code means."""
    return CAPS.get(code) or LACKS.get(code) or OTHERWISE

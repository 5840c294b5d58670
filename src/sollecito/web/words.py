"""Words of the screens for the codes of the domain, with their icon and tone.

Tones: ``late`` is kept for money that is late and machinery that is broken.
"""

from __future__ import annotations

from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

State = tuple[str | Promise, str, str]


class Numbered(Protocol):
    """A document, or a row that stands for one."""

    @property
    def number(self) -> str:
        """As written."""

    @property
    def series(self) -> str:
        """Empty where it is no field of its own."""


NAVIGATION = (
    # name of the address, prefix of the addresses below it, word, icon
    ("today", "today", _("Solleciti di oggi"), "list-details"),
    ("home", "home", _("Cruscotto"), "home"),
    ("scadenzario", "scadenzario", _("Scadenzario"), "calendar-due"),
    ("customers", "customer", _("Clienti"), "users"),
    ("messages", "message", _("Comunicazioni"), "mail"),
    ("bank", "bank", _("Banca"), "building-bank"),
    ("imports", "import", _("Importa"), "file-import"),
    ("settings", "settings", _("Impostazioni"), "settings"),
)

DOCUMENT_KINDS = {
    "fattura": _("Fattura"),
    "fattura_elettronica": _("Fattura elettronica"),
    "parcella": _("Parcella"),
    "parcella_elettronica": _("Parcella elettronica"),
    "proforma": _("Proforma"),
    "ricevuta": _("Ricevuta"),
    "nota_di_credito": _("Nota di credito"),
}

INSTALMENT: dict[str, State] = {
    "open": (_("Non incassata"), "circle-dashed", "plain"),
    "overdue": (_("Scaduta"), "alert-triangle", "late"),
    "partly_paid": (_("Parzialmente incassata"), "circle-half-2", "part"),
    "paid": (_("Incassata"), "circle-check", "paid"),
    "written_off": (_("Stralciata"), "discount", "plain"),
    "waiting_sdi": (_("In attesa di SdI"), "hourglass", "plain"),
    "rejected": (_("Scartata"), "ban", "plain"),
}

CLOSINGS = {
    "allowance": _("Abbuono"),
    "settlement": _("Saldo e stralcio"),
    "loss": _("Perdita su crediti"),
    "withheld": _("Ritenuta subita"),
    "costs": _("Spese bancarie"),
    "discount": _("Sconto per pagamento anticipato"),
    "offset": _("Compensazione"),
    "replaced": _("Sostituita dalla fattura"),
}

HOLD: dict[str, State] = {
    "arrangement": (_("Sospesa per accordo"), "heart-handshake", "wait"),
    "dispute": (_("Contestata"), "message-question", "wait"),
    "promise": (_("Promessa di pagamento"), "calendar-event", "wait"),
    "snooze": (_("Sospesa"), "clock-pause", "wait"),
    "claimed_paid": (_("Dice di aver pagato"), "message", "wait"),
    "in_collection": (_("In banca"), "building-bank", "wait"),
    "legal": (_("Al legale"), "scale", "wait"),
    "insolvency": (_("Procedura concorsuale"), "gavel", "wait"),
    "ceased": (_("Cessata o deceduto"), "ban", "wait"),
}

EFFECTS = {
    "riba": _("RiBa"),
    "sdd": _("Addebito SDD"),
    "mav": _("MAV"),
    "assegno": _("Assegno"),
    "cambiale": _("Cambiale"),
}

PROCEDURES = {
    "liquidazione_giudiziale": _("Liquidazione giudiziale"),
    "liquidazione_controllata": _("Liquidazione controllata"),
    "liquidazione_coatta": _("Liquidazione coatta amministrativa"),
    "fallimento": _("Fallimento"),
    "concordato": _("Concordato"),
    "amministrazione_straordinaria": _("Amministrazione straordinaria"),
    "accordo_di_ristrutturazione": _("Accordo di ristrutturazione"),
    "altra": _("Altra procedura"),
}

ENDINGS = {"cessata": _("Attività cessata"), "deceduto": _("Persona deceduta")}

ERRANDS = {
    # code: what to do, why and how
    "dati_procedura": (
        _("Completa i dati della procedura"),
        _("Servono il curatore, la sua PEC e la data dell’udienza di verifica."),
    ),
    "insinuazione": (
        _("Domanda di insinuazione al passivo"),
        _("Si manda via PEC al curatore, almeno 30 giorni prima dell’udienza."),
    ),
    "precisazione_credito": (
        _("Precisazione del credito"),
        _("Si manda via PEC a chi segue la procedura, con l’estratto conto."),
    ),
    "nota_variazione": (
        _("Nota di variazione IVA"),
        _("Art. 26 c. 3-bis: entro la dichiarazione IVA dell’anno. Conferma il commercialista."),
    ),
    "eredi": (
        _("Trova gli eredi"),
        _("All’indirizzo di chi è morto non si scrive: servono i recapiti degli eredi."),
    ),
    "liquidatore": (
        _("Trova il liquidatore"),
        _("L’attività è cessata: serve il liquidatore, o chi risponde dei debiti."),
    ),
}

ANSWERS = {"issue": _("Da sollecitare"), "wait": _("Si aspetta"), "never": _("Non si sollecita")}

REASONS = {
    "not_collectible": _("non ancora incassabile"),
    "settled": _("saldata"),
    "below_minimum": _("sotto il residuo minimo"),
    "covered_by_credit": _("coperta da un credito del cliente"),
    "no_policy": _("nessun programma"),
    "customer_paused": _("solleciti automatici fermi"),
    "policy_completed": _("programma finito"),
    "not_yet": _("non è ancora il suo giorno"),
    "too_soon": _("sollecitata da poco"),
    "not_working_day": _("giorno non lavorativo"),
    "undeliverable": _("ultimo invio non riuscito"),
    **{f"hold_{kind}": word for kind, (word, _icon, _tone) in HOLD.items()},
}

LEVELS = {
    "instalment": _("scelto per questa rata"),
    "party": _("scelto per il cliente"),
    "segment": _("scelto per la categoria del cliente"),
    "company": _("predefinito dell’azienda"),
}

PLAN: dict[str, State] = {
    "proposed": (_("Proposto"), "message-question", "wait"),
    "accepted": (_("Accettato"), "heart-handshake", "part"),
    "kept": (_("Mantenuto"), "circle-check", "paid"),
    "broken": (_("Decaduto"), "alert-triangle", "late"),
    "withdrawn": (_("Ritirato"), "x", "plain"),
}

PROMISE: dict[str, State] = {
    "open": (_("In attesa"), "clock", "wait"),
    "kept": (_("Mantenuta"), "circle-check", "paid"),
    "broken": (_("Non mantenuta"), "alert-triangle", "late"),
    "withdrawn": (_("Ritirata"), "x", "plain"),
}

MESSAGE: dict[str, State] = {
    "draft": (_("Bozza"), "file-text", "plain"),
    "approved": (_("Approvata"), "check", "plain"),
    "queued": (_("In coda"), "clock", "plain"),
    "sending": (_("In invio"), "send", "plain"),
    "at_dot": (_("In consegna al server"), "send", "plain"),
    "retry": (_("Da riprovare"), "rotate", "plain"),
    "accepted": (_("Inviata"), "mail-check", "part"),
    "delivered": (_("Consegnata"), "checks", "paid"),
    "bounced": (_("Tornata indietro"), "mail-off", "late"),
    "failed": (_("Non inviata"), "circle-x", "late"),
    "unknown": (_("Invio incerto"), "help-circle", "wait"),
    "cancelled": (_("Annullata"), "x", "plain"),
}

SDI: dict[str, State] = {
    "none": (_("Nessuna notifica"), "circle-dashed", "plain"),
    "rejected": (_("Scartata"), "ban", "plain"),
    "not_delivered": (_("Mancata consegna"), "inbox", "plain"),
    "unreachable": (_("Impossibile recapitare"), "inbox", "plain"),
    "delivered": (_("Consegnata"), "circle-check", "paid"),
    "expired": (_("Decorrenza termini"), "circle-check", "paid"),
    "accepted": (_("Accettata dall’ente"), "circle-check", "paid"),
    "refused": (_("Rifiutata dall’ente"), "ban", "plain"),
}

NOTIFICATIONS = {
    "RC": _("Ricevuta di consegna"),
    "NS": _("Notifica di scarto"),
    "MC": _("Mancata consegna"),
    "NE": _("Esito del committente"),
    "DT": _("Decorrenza dei termini"),
    "AT": _("Attestazione di trasmissione con impossibilità di recapito"),
    "MT": _("Metadati dell’invio"),
    "EC": _("Esito del committente"),
    "SE": _("Scarto dell’esito del committente"),
}

OUTCOMES = {"EC01": _("accettata"), "EC02": _("rifiutata")}

REFERENCES = {
    "order": _("Ordine"),
    "contract": _("Contratto"),
    "agreement": _("Convenzione"),
    "reception": _("Ricezione"),
    "invoice": _("Fattura collegata"),
    "delivery_note": _("DDT"),
}

SOURCES = {
    "file": _("file della fattura elettronica"),
    "sheet": _("foglio"),
    "hand": _("una persona, a mano"),
}

FAMILIES: dict[str, dict[str, State]] = {
    "instalment": INSTALMENT,
    "hold": HOLD,
    "message": MESSAGE,
    "sdi": SDI,
    "plan": PLAN,
    "promise": PROMISE,
}

CONTACT_KINDS = {"email": _("e-mail"), "pec": _("PEC"), "phone": _("telefono")}


def state_words(family: str, state: str) -> State:
    """Word, icon and tone of a state; a state without words is written as it is."""
    return FAMILIES[family].get(state, (state, "info-circle", "plain"))


def choices(table: dict[str, Any]) -> list[tuple[str, Any]]:
    """Choices of a form from one of the tables above."""
    return [(code, row[0] if isinstance(row, tuple) else row) for code, row in table.items()]


def numbered(document: Numbered) -> str:
    """The number as written, with its series where that is a field of its own: ``8 · R``."""
    return f"{document.number} · {document.series}" if document.series else str(document.number)

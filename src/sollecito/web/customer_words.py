"""Words for the kinds of customers and of their contacts."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, str | Promise] = {
    "impresa": _("Impresa"),
    "ente_pubblico": _("Ente pubblico"),
    "condominio": _("Condominio"),
    "privato": _("Privato"),
    "estero": _("Estero"),
}
LANGUAGES: dict[str, str | Promise] = {"it": _("Italiano"), "en": _("Inglese")}
CONTACTS: dict[str, str | Promise] = {
    "email": _("E-mail"),
    "pec": _("PEC"),
    "phone": _("Telefono"),
}
PURPOSES: dict[str, str | Promise] = {
    "payments": _("pagamenti"),
    "general": _("generale"),
}

ATTACHED = {
    "order": _("Ordine"),
    "delivery_note": _("Documento di trasporto"),
    "contract": _("Contratto"),
    "letter": _("Corrispondenza"),
    "other": _("Altro"),
}

CALLS = {
    "no_answer": _("non risponde"),
    "wrong_number": _("numero errato"),
    "call_back": _("da richiamare"),
    "will_pay": _("ha promesso di pagare"),
    "says_paid": _("dice di aver pagato"),
    "not_received": _("non ha ricevuto il documento"),
    "disputes": _("contesta"),
    "instalments": _("chiede di pagare a rate"),
    "wrong_person": _("non è il referente giusto"),
    "gave_to_agent": _("ha consegnato all’agente"),
}

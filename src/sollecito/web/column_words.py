"""Words for the columns a sheet may have."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COLUMNS: dict[str, str | Promise] = {
    "cliente": _("Cliente"),
    "partita_iva": _("Partita IVA"),
    "codice_fiscale": _("Codice fiscale"),
    "codice_cliente": _("Codice cliente"),
    "tipo": _("Tipo di documento"),
    "numero": _("Numero del documento"),
    "sezionale": _("Sezionale"),
    "data": _("Data del documento"),
    "totale": _("Totale del documento"),
    "valuta": _("Valuta"),
    "scadenza": _("Scadenza"),
    "importo_rata": _("Importo della rata"),
    "rata": _("Rata (2 di 3)"),
    "residuo": _("Residuo da incassare"),
    "incassato": _("Già incassato"),
    "data_incasso": _("Data dell’incasso"),
    "stato": _("Stato"),
    "modalita": _("Modalità di pagamento"),
    "iban": _("IBAN"),
    "email": _("E-mail"),
    "pec": _("PEC"),
    "telefono": _("Telefono"),
    "referente": _("Referente"),
    "scopo": _("Scopo del recapito"),
    "lingua": _("Lingua"),
    "categoria": _("Categoria cliente"),
    "agente": _("Agente"),
    "agente_email": _("E-mail dell’agente"),
    "contatto_pagamenti": _("Chi risponde dei pagamenti"),
    "indirizzo": _("Indirizzo"),
    "cap": _("CAP"),
    "comune": _("Comune"),
    "provincia": _("Provincia"),
    "nazione": _("Nazione"),
}
"""By the names of ``formats.sheets.Column``."""
BANK_COLUMNS: dict[str, str | Promise] = {
    "data_contabile": _("Data contabile"),
    "data_valuta": _("Data valuta"),
    "importo_movimento": _("Importo con il segno"),
    "entrate": _("Entrate (avere, accrediti)"),
    "uscite": _("Uscite (dare, addebiti)"),
    "segno": _("Segno (dare o avere)"),
    "descrizione": _("Descrizione"),
    "descrizione_completa": _("Descrizione completa"),
    "causale": _("Causale"),
    "causale_abi": _("Causale ABI"),
    "controparte": _("Chi paga o riceve"),
    "iban_controparte": _("IBAN di chi paga o riceve"),
    "conto": _("Il nostro conto"),
    "divisa": _("Divisa"),
    "stato_movimento": _("Stato del movimento"),
    "riferimento": _("Riferimento della banca (CRO, TRN)"),
    "saldo_progressivo": _("Saldo progressivo (non è un importo)"),
}
"""By the names of ``formats.bank.BankColumn``."""
NOT_UNDERSTOOD = frozenset(
    {"columns_missing", "sheet_without_header", "columns_to_confirm", "amounts_without_sign"}
)
"""Problems that a person cures by saying which column is which."""

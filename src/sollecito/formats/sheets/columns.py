"""Which column is which: header names in Italian and English, in any order and spelling."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence

from sollecito.formats.sheets.values import Cell, Column, SheetKind

IGNORED = ""
"""In a mapping given by the user: this column means nothing."""

_NAMES: dict[Column, str] = {
    Column.KIND: "tipo, tipo documento, tipo doc, tipologia, documento tipo, type, document type,"
    " kind, doc type, causale documento",
    Column.NUMBER: "numero, numero documento, numero doc, num, num doc, n, nr, n doc, nr doc,"
    " n documento, nr documento, n fattura, nr fattura, numero fattura, fattura, documento,"
    " fattura n, number, invoice number, document number, invoice no, invoice, no, rif documento",
    Column.SERIES: "sezionale, serie, numerazione, numeraz, registro, series",
    Column.DATE: "data, data documento, data doc, data fattura, data emissione, emessa il, del,"
    " date, document date, invoice date, issue date, data docum",
    Column.CUSTOMER: "cliente, ragione sociale, denominazione, nominativo, intestatario,"
    " anagrafica, debitore, soggetto, nome cliente, ragione sociale cliente, descrizione cliente,"
    " rag sociale, rag soc, nome, customer, customer name, client, name, company, debtor",
    Column.VAT_NUMBER: "partita iva, p iva, piva, part iva, partita iva cliente, p iva cliente,"
    " vat, vat number, vat no, vat id, vat code, tax id",
    Column.TAX_CODE: "codice fiscale, cod fiscale, cod fisc, cf, c f, cod fiscale cliente,"
    " codice fiscale cliente, fiscal code, tax code",
    Column.CUSTOMER_CODE: "codice cliente, cod cliente, cod cli, id cliente, codice anagrafica,"
    " conto cliente, customer code, customer id, client code, codice",
    Column.EMAIL: "email, e mail, mail, posta elettronica, indirizzo email, indirizzo e mail,"
    " email cliente, email amministrazione, email address",
    Column.PEC: "pec, indirizzo pec, posta certificata, email pec, e mail pec, certified email",
    Column.PHONE: "telefono, tel, cellulare, cell, mobile, numero telefono, phone, telephone",
    Column.STREET: "indirizzo, via, sede, street, address",
    Column.POSTCODE: "cap, zip, postcode, postal code, zip code",
    Column.CITY: "comune, citta, localita, city, town",
    Column.PROVINCE: "provincia, prov, pr, province, state province",
    Column.COUNTRY: "nazione, paese, stato estero, country, cod nazione, codice nazione",
    Column.TOTAL: "totale, totale documento, tot documento, tot doc, importo documento,"
    " totale fattura, importo fattura, importo totale, totale ivato, totale lordo, lordo, total,"
    " document total, invoice total, total amount, grand total, gross amount",
    Column.CURRENCY: "valuta, divisa, currency",
    Column.DUE_DATE: "scadenza, data scadenza, scadenza rata, data scad, scad, scade il,"
    " data di scadenza, scadenza pagamento, due date, due, due on, maturity",
    Column.AMOUNT: "importo rata, importo, importo scadenza, rata importo, importo da incassare,"
    " da incassare, da pagare, ammontare, amount, instalment amount, installment amount, dare",
    Column.SEQ: "rata, n rata, nr rata, numero rata, num rata, instalment, installment",
    Column.BALANCE: "residuo, importo residuo, saldo, aperto, importo aperto, insoluto,"
    " ancora da incassare, da saldare, saldo residuo, residuo da incassare, rimanenza, balance,"
    " open amount, outstanding, amount due, residual, open balance, importo scoperto, scoperto",
    Column.COLLECTED: "incassato, importo incassato, pagato, importo pagato, riscosso, acconto,"
    " acconti, gia incassato, paid, paid amount, amount paid, collected, received",
    Column.COLLECTED_DATE: "data incasso, data pagamento, incassato il, pagato il, data saldo,"
    " data ultimo incasso, payment date, paid on, paid date, collection date",
    Column.STATE: "stato, stato pagamento, stato incasso, stato rata, saldato, pagata, incassata,"
    " status, payment status, state, saldata",
    Column.METHOD: "modalita, modalita pagamento, modalita di pagamento, metodo pagamento,"
    " mezzo, mezzo pagamento, tipo pagamento, pagamento, modalita incasso, forma pagamento,"
    " payment method, method, metodo di pagamento, condizioni pagamento",
    Column.IBAN: "iban, codice iban, conto, banca appoggio iban",
    Column.AGENT: "agente, nome agente, venditore, rappresentante, agent, sales agent, sales rep",
    Column.AGENT_EMAIL: "agente email, email agente, e mail agente, mail agente, agent email",
    Column.CONTACT: "referente, persona, contatto, nome referente, contact, contact name, contact"
    " person, attenzione di",
    Column.PURPOSE: "scopo, scopo email, uso, purpose",
    Column.LANGUAGE: "lingua, language",
    Column.SEGMENT: "categoria, categoria cliente, gruppo, gruppo cliente, segmento, category,"
    " segment, group",
    Column.PAYMENT_CONTACT: "contatto pagamenti, contatto dei pagamenti, chi paga, amministratore,"
    " ufficio pagamenti, payment contact, paying office, administrator",
}


def normalise_header(cell: Cell | str) -> str:
    """``Data Scad.`` → ``datascad``: what spellings of one header share."""
    plain = unicodedata.normalize("NFKD", str(cell)).casefold()
    return re.sub(r"[\W_]+", "", "".join(s for s in plain if not unicodedata.combining(s)))


SYNONYMS: dict[str, Column] = {
    normalise_header(name): column
    for column, names in _NAMES.items()
    for name in (*names.split(","), column.value)
}


def map_columns(
    header: Sequence[Cell], mapping: Mapping[str, str] | None = None
) -> dict[Column, int]:
    """Place (from 0) of each column that the header names; the first of two wins.

    ``mapping`` is the user's word: header as written → name of a column (``numero``), or empty
    to ignore it. It goes before the synonyms.
    """
    chosen = {normalise_header(name): value for name, value in (mapping or {}).items()}
    names = [normalise_header(cell) for cell in header]
    places: dict[Column, int] = {}
    for place, name in enumerate(names):
        if chosen.get(name) in set(Column):
            places.setdefault(Column(chosen[name]), place)
    for place, name in enumerate(names):
        if name and name not in chosen and name in SYNONYMS:
            places.setdefault(SYNONYMS[name], place)
    return places


def header_key(header: Sequence[str]) -> str:
    """By which the user's mapping of a header is remembered (64 characters)."""
    text = "\x1f".join(normalise_header(cell) for cell in header)
    return hashlib.sha256(text.encode()).hexdigest()


def detect_kind(columns: Mapping[Column, int]) -> SheetKind:
    """What a header speaks of: documents have a number and money, customers a name or a code."""
    money = {Column.TOTAL, Column.AMOUNT, Column.BALANCE}
    if Column.NUMBER in columns and money & columns.keys():
        return SheetKind.DOCUMENTS
    named = {Column.CUSTOMER, Column.VAT_NUMBER, Column.TAX_CODE} & columns.keys()
    contacts = {Column.EMAIL, Column.PEC, Column.PHONE, Column.AGENT, Column.SEGMENT}
    contacts |= {Column.LANGUAGE, Column.CONTACT, Column.CUSTOMER_CODE}
    if named and contacts & columns.keys() and Column.NUMBER not in columns:
        return SheetKind.CUSTOMERS
    return SheetKind.UNKNOWN

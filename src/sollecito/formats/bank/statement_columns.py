"""Which column of a bank's sheet is which: by the names banks give them, never by place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from sollecito.formats.sheets.columns import normalise_header
from sollecito.formats.sheets.values import Cell


class BankColumn(StrEnum):
    """Colonna of a sheet of movements."""

    BOOKING_DATE = "data_contabile"
    VALUE_DATE = "data_valuta"
    AMOUNT = "importo_movimento"
    IN = "entrate"
    OUT = "uscite"
    SIGN = "segno"
    TEXT = "descrizione"
    DETAIL = "descrizione_completa"
    REASON = "causale"
    CODE = "causale_abi"
    COUNTERPARTY = "controparte"
    COUNTERPARTY_IBAN = "iban_controparte"
    ACCOUNT = "conto"
    CURRENCY = "divisa"
    STATE = "stato_movimento"
    BANK_ID = "riferimento"
    BALANCE = "saldo_progressivo"


_NAMES: dict[BankColumn, str] = {
    BankColumn.BOOKING_DATE: "data contabile, data operazione, data movimento, data oper,"
    " data operaz, data op, data contab, data cont, data registrazione, data reg, data mov,"
    " operazione data, data contabilizzazione, data esecuzione, data, booking date, date,"
    " transaction date, posting date, operation date, entry date, started date, completed date",
    BankColumn.VALUE_DATE: "data valuta, valuta data, data val, val, valuta il, valuta,"
    " value date, value",
    BankColumn.AMOUNT: "importo, importo operazione, importo movimento, importo in euro,"
    " importo euro, importo eur, eur, euro, ammontare, importo netto, movimento, movimenti,"
    " amount, transaction amount, net amount",
    BankColumn.IN: "entrate, entrata, avere, accrediti, accredito, importo entrate, importo avere,"
    " importo a credito, crediti, credito, a credito, movimenti avere, accrediti euro, avere euro,"
    " avere eur, entrate euro, incassi, credit, credits, money in, paid in, credit amount, income",
    BankColumn.OUT: "uscite, uscita, dare, addebiti, addebito, importo uscite, importo dare,"
    " importo a debito, debiti, debito, a debito, movimenti dare, addebiti euro, dare euro,"
    " dare eur, uscite euro, pagamenti, debit, debits, money out, paid out, debit amount, expense",
    BankColumn.SIGN: "segno, dare avere, d a, da, s, segno importo, debit credit, dc, cd, sign,"
    " credit debit indicator, tipo movimento",
    BankColumn.TEXT: "descrizione, descrizione operazione, descrizione movimento, dettaglio,"
    " dettagli, operazione, descrizione operazioni, causale descrizione, note, testo,"
    " descrizione causale, description, details, memo, narrative, remittance information,"
    " informazioni aggiuntive",
    BankColumn.DETAIL: "descrizione completa, descrizione estesa, descrizione aggiuntiva,"
    " dettaglio operazione, dettagli operazione, descrizione dettagliata, altre informazioni,"
    " note aggiuntive, full description",
    BankColumn.REASON: "causale, causale movimento, tipo operazione, tipologia, caus,"
    " tipologia movimento, transaction type, type",
    BankColumn.CODE: "causale abi, cod causale, codice causale, caus abi, abi, codice operazione",
    BankColumn.COUNTERPARTY: "controparte, ordinante, ordinante beneficiario, nome controparte,"
    " beneficiario ordinante, anagrafica ordinante, debitore, mittente, counterparty, payer,"
    " name, counterparty name, nominativo",
    BankColumn.COUNTERPARTY_IBAN: "iban controparte, iban ordinante, iban ordinante beneficiario,"
    " conto controparte, iban beneficiario ordinante, counterparty iban, payer iban",
    BankColumn.ACCOUNT: "conto, iban, iban conto, rapporto, numero conto, conto corrente, c c,"
    " numero rapporto, iban rapporto, account, account number, account iban",
    BankColumn.CURRENCY: "divisa, valuta importo, currency, ccy, div",
    BankColumn.STATE: "stato, stato movimento, stato operazione, status, state, contabilizzato",
    BankColumn.BANK_ID: "riferimento, rif, rif operazione, trn, cro, cro trn, id operazione,"
    " numero operazione, codice riferimento, id movimento, riferimento banca, id transazione,"
    " transaction id, reference, bank reference",
    BankColumn.BALANCE: "saldo progressivo, saldo, saldo contabile, saldo disponibile, saldo euro,"
    " saldo eur, balance, running balance",
}
SYNONYMS = {
    normalise_header(name): column
    for column, names in _NAMES.items()
    for name in (*names.split(","), column.value)
}
EXPLICIT = frozenset(
    map(
        normalise_header,
        (
            *("data contabile", "data operazione", "data movimento", "data valuta", "booking date"),
            *("value date", "data contab", "data oper", "data operaz", "data registrazione"),
        ),
    )
)
"""Names that only a statement has: a sheet of documents has none of them."""


def map_bank_columns(
    header: Sequence[Cell], mapping: Mapping[str, str] | None = None
) -> dict[BankColumn, int]:
    """Place (from 0) of each column that a header names; the first of two wins.

    ``mapping`` (header as written → name of a column, empty to ignore it) goes before the names
    known here.
    """
    chosen = {normalise_header(name): value for name, value in (mapping or {}).items()}
    names = [normalise_header(cell) for cell in header]
    places: dict[BankColumn, int] = {}
    for place, name in enumerate(names):
        if chosen.get(name) in set(BankColumn):
            places.setdefault(BankColumn(chosen[name]), place)
    for place, name in enumerate(names):
        if name and name not in chosen and name in SYNONYMS:
            places.setdefault(SYNONYMS[name], place)
    return places


def has_movements(places: Mapping[BankColumn, int]) -> bool:
    """Whether these columns are enough to read movements: a day, and money with its direction."""
    has_day = BankColumn.BOOKING_DATE in places or BankColumn.VALUE_DATE in places
    return has_day and (BankColumn.AMOUNT in places or BankColumn.IN in places)


def is_explicit(header: Sequence[Cell]) -> bool:
    """Whether a header uses a name that only statements use."""
    return any(normalise_header(cell) in EXPLICIT for cell in header)

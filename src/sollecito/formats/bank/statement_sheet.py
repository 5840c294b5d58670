"""A bank's CSV or XLSX → movements. Columns by name; what is wrong refuses the file whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sollecito.domain import identifiers
from sollecito.domain.documents import Problem
from sollecito.domain.movements import (
    BankFile,
    BrokenStatementError,
    Movement,
    Statement,
    complete_from_text,
    join_words,
    known_reference,
    refuse_file,
)
from sollecito.formats.bank.statement_columns import (
    BankColumn,
    has_movements,
    is_explicit,
    map_bank_columns,
)
from sollecito.formats.sheets.cells import find_decimal_mark, parse_amount, parse_day, text_of
from sollecito.formats.sheets.columns import detect_kind, header_key, map_columns, normalise_header
from sollecito.formats.sheets.reading import OLE, ZIP, read_heads, read_tables
from sollecito.formats.sheets.values import Cell, DecimalMark, Row, SheetKind

HEADER_WITHIN = 40
FEWEST_MOVEMENTS = 2
SAMPLES = 3
MONEY = (BankColumn.AMOUNT, BankColumn.IN, BankColumn.OUT)
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]){11,30}")
_ACCOUNT = re.compile(
    r"(?:conto(?: corrente)?|c/c|rapporto|account)[^:\d]{0,20}[: ]+\s*([A-Z0-9/ ]{4,34})",
    re.IGNORECASE,
)
_PENDING = (
    *("autorizzat", "inattesa", "nonconta", "prenotat", "pending", "dacontabil", "provvisori"),
    *("incorso", "sospes", "previst"),
)
_BALANCE = re.compile(
    r"(?:saldo|balance)(?:\s+(?:iniziale|finale|contabile|disponibile|liquido|precedente|attuale|"
    r"progressivo|(?:al|del)\s+[\d/.-]+)(?:\s.*)?)?$|(?:sub)?total|totali|riporto\b|sommano|"
    r"(?:opening|closing) balance",
    re.IGNORECASE,
)
_GOES_OUT = re.compile(
    r"\b(?:commission[ei]|addebit[oi]|imposta di bollo|competenze|canone|prelievo|prelevamento|"
    r"f24|pagamento (?:pos|carta|utenz|fornitor)|bonifico (?:disposto|vostro|a favore di)|"
    r"vostra disposizione|spese)\b",
    re.IGNORECASE,
)
_OUT_WORDS, _IN_WORDS = (
    ("d", "dare", "debit", "debito", "addebito", "uscita", "out", "dbit"),
    (*("a", "avere", "c", "credit", "credito", "accredito", "entrata", "in", "crdt"),),
)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table with its header found: places of the columns, what stands above and below."""

    header: tuple[str, ...]
    places: dict[BankColumn, int]
    above: tuple[Row, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What holds for all rows of a sheet."""

    places: Mapping[BankColumn, int]
    mark: DecimalMark
    account: str
    currency: str
    has_signs: bool
    reversed_out: bool

    def cell(self, row: Row, column: BankColumn) -> Cell:
        place = self.places.get(column)
        return "" if place is None or place >= len(row.cells) else row.cells[place]

    def text(self, row: Row, column: BankColumn) -> str:
        return text_of(self.cell(row, column))


def is_statement_sheet(data: bytes, mapping: Mapping[str, str] | None = None) -> bool:
    """Whether a sheet lists movements of an account, and not documents or customers."""
    heads = [tuple(row) for row in read_heads(data)]
    for place in range(len(heads)):
        for height in (1, 2):
            header = _header([Row(0, head) for head in heads[place : place + height]])
            places = map_bank_columns(header, mapping)
            if not has_movements(places):
                continue
            is_chosen = bool(set((mapping or {}).values()) & set(BankColumn))
            kind = detect_kind(map_columns(header))
            has_words = bool({BankColumn.TEXT, BankColumn.DETAIL} & set(places))
            if is_chosen or is_explicit(header) or (kind is SheetKind.UNKNOWN and has_words):
                return True
    return False


@dataclass(frozen=True, slots=True)
class StatementColumns:
    """Intestazione of a statement: its names, what each is taken for, the first rows below."""

    header: tuple[str, ...]
    columns: dict[int, BankColumn]
    samples: tuple[tuple[str, ...], ...]


def find_columns(data: bytes, mapping: Mapping[str, str] | None = None) -> StatementColumns | None:
    """Which column is taken for what, to be shown to a person; ``None`` without a header."""
    table = _find_table(data, mapping)
    if isinstance(table, Problem):
        return None
    columns = {place: column for column, place in table.places.items()}
    rows = tuple(tuple(map(text_of, row.cells)) for row in table.rows[:SAMPLES])
    return StatementColumns(table.header, columns, rows)


def possible_headers(data: bytes) -> list[tuple[str, ...]]:
    """Rows among the first ones that may be the header, on one row or on two."""
    heads = [tuple(row) for row in read_heads(data)]
    spans = [heads[place : place + height] for place in range(len(heads)) for height in (1, 2)]
    return [found for some in spans if (found := _header([Row(0, head) for head in some]))]


def parse_statement_sheet(data: bytes, mapping: Mapping[str, str] | None = None) -> BankFile:
    """Read the movements of a sheet; one that cannot be read refuses all, with its line.

    Rows of balances and totals are passed over. Amounts of a single column need a sign somewhere:
    where none has one and some plainly go out, the sheet is refused.
    """
    table = _find_table(data, mapping)
    if isinstance(table, Problem):
        return BankFile(problems=(table,))
    try:
        return _read(
            table, is_csv=not data.startswith((ZIP, OLE)), ends=data.endswith((b"\n", b"\r"))
        )
    except BrokenStatementError as error:
        return refuse_file(error)


def _find_table(data: bytes, mapping: Mapping[str, str] | None) -> _Table | Problem:
    """The table whose header names the most columns of a statement."""
    tables = read_tables(data)
    if isinstance(tables, Problem):
        return tables
    best: _Table | None = None
    for rows in tables:
        for place in range(min(HEADER_WITHIN, len(rows))):
            for height in (1, 2):
                header = _header(rows[place : place + height])
                places = map_bank_columns(header, mapping)
                if has_movements(places) and (best is None or len(places) > len(best.places)):
                    below = rows[place + height :]
                    best = _Table(header, places, rows[:place], below)
    return best or Problem(
        "sheet_without_header",
        "Nel foglio non si trova una riga di intestazione con le colonne di un estratto conto.",
        "Servono almeno la data e l'importo (o entrate e uscite).",
    )


def _header(rows: Sequence[Row]) -> tuple[str, ...]:
    """Names of the columns; of a header on two rows both words, the upper one drawn rightwards."""
    upper = [text_of(cell) for cell in rows[0].cells]
    if len(rows) == 1:
        return tuple(upper)
    lower = [text_of(cell) for cell in rows[1].cells]
    if any(parse_day(cell) for cell in rows[1].cells):
        return ()
    words, last = [], ""
    for place in range(max(len(upper), len(lower))):
        above = upper[place] if place < len(upper) else ""
        below = lower[place] if place < len(lower) else ""
        last = above or (last if below else "")
        words.append(f"{last} {below}".strip() if below else above)
    return tuple(words)


def _read(table: _Table, *, is_csv: bool, ends: bool) -> BankFile:
    reading = _prepare(table)
    if is_csv and table.rows and not ends:
        _refuse_cut(table)
    movements = [each for row in table.rows if (each := _movement(reading, row)) is not None]
    if not movements:
        raise BrokenStatementError("no_statement", "Nel foglio non c'è nessun movimento.")
    _refuse_unsigned(reading, movements)
    dialect = f"sheet:{header_key(table.header)[:12]}"
    accounts = list(dict.fromkeys(each.account for each in movements))
    return BankFile(
        tuple(
            Statement(
                dialect,
                account,
                tuple(each for each in movements if each.account == account),
                reading.currency,
            )
            for account in accounts
        )
    )


def _prepare(table: _Table) -> _Reading:
    places = table.places
    money = [places[column] for column in MONEY if column in places]
    cells = [row.cells[place] for row in table.rows for place in money if place < len(row.cells)]
    mark = find_decimal_mark(cells)
    amounts = _column(table, BankColumn.AMOUNT, mark)
    outs = _column(table, BankColumn.OUT, mark)
    return _Reading(
        places=places,
        mark=mark,
        account=_account_above(table.above),
        currency="EUR",
        has_signs=any(each < 0 for each in amounts) or BankColumn.SIGN in places,
        reversed_out=sum(each < 0 for each in outs) * 2 > len(outs),
    )


def _column(table: _Table, column: BankColumn, mark: DecimalMark) -> list[Decimal]:
    place = table.places.get(column)
    if place is None:
        return []
    cells = [row.cells[place] for row in table.rows if place < len(row.cells)]
    found = [parse_amount(cell, mark) for cell in cells if text_of(cell)]
    return [each for each in found if each]


def _movement(reading: _Reading, row: Row) -> Movement | None:
    texts = (BankColumn.REASON, BankColumn.TEXT, BankColumn.DETAIL)
    text = join_words([reading.text(row, each) for each in texts])
    days = " ".join(
        reading.text(row, each) for each in (BankColumn.BOOKING_DATE, BankColumn.VALUE_DATE)
    ).strip()
    if not any(sign.isdigit() for sign in days):
        first = next((words for cell in row.cells if (words := text_of(cell))), "")
        if _BALANCE.match(days or first) or _BALANCE.match(text) or _signed(reading, row) is None:
            return None
        raise BrokenStatementError("date_missing", "Il movimento è senza data.", row.line)
    if _BALANCE.match(text):
        return None
    amount = _signed(reading, row)
    return _make(reading, row, amount, text) if amount else None


def _make(reading: _Reading, row: Row, amount: Decimal, text: str) -> Movement:
    booked = _day(reading, row, BankColumn.BOOKING_DATE)
    valued = _day(reading, row, BankColumn.VALUE_DATE)
    state = normalise_header(reading.text(row, BankColumn.STATE))
    code = reading.text(row, BankColumn.CODE).lstrip("0")
    iban = identifiers.parse_iban(reading.text(row, BankColumn.COUNTERPARTY_IBAN))
    account = identifiers.parse_iban(reading.text(row, BankColumn.ACCOUNT))[:34]
    return complete_from_text(
        Movement(
            amount=amount,
            booking_date=booked or valued or date.min,
            currency=reading.text(row, BankColumn.CURRENCY).upper()[:3] or reading.currency,
            value_date=valued,
            account=account or reading.account,
            counterparty=reading.text(row, BankColumn.COUNTERPARTY)[:140],
            iban=iban if identifiers.is_iban(iban) else "",
            text=text,
            bank_id=known_reference(reading.text(row, BankColumn.BANK_ID))[:60],
            code=code[:20],
            is_pending=state.startswith(_PENDING),
            is_return=code == "42",
            line=row.line,
        )
    )


def _day(reading: _Reading, row: Row, column: BankColumn) -> date | None:
    written = reading.cell(row, column)
    if not text_of(written):
        return None
    day = parse_day(written)
    if day is None:
        raise BrokenStatementError(
            "date_unreadable", f"La data «{text_of(written)[:40]}» non esiste.", row.line
        )
    return day


def _has_money(reading: _Reading, row: Row) -> bool:
    return any(reading.text(row, column) for column in MONEY)


def _signed(reading: _Reading, row: Row) -> Decimal | None:
    """The amount with its sign; ``None`` where the row has none."""
    values = {column: _amount(reading, row, column) for column in MONEY}
    one = values[BankColumn.AMOUNT]
    if one is not None:
        return _with_sign(reading, row, one)
    came, went = values[BankColumn.IN], values[BankColumn.OUT]
    if came and went:
        raise BrokenStatementError(
            "both_directions", "La riga ha un'entrata e un'uscita insieme.", row.line
        )
    if went:
        return went if reading.reversed_out else -went
    return came if came is not None else went


def _with_sign(reading: _Reading, row: Row, amount: Decimal) -> Decimal:
    word = normalise_header(reading.text(row, BankColumn.SIGN))
    if not word or amount < 0:
        return amount
    if word in _OUT_WORDS or reading.text(row, BankColumn.SIGN).strip() == "-":
        return -amount
    if word in _IN_WORDS or BankColumn.SIGN not in reading.places:
        return amount
    raise BrokenStatementError("sign_unknown", f"Il segno «{word[:20]}» non si conosce.", row.line)


def _amount(reading: _Reading, row: Row, column: BankColumn) -> Decimal | None:
    written = reading.cell(row, column)
    if not text_of(written):
        return None
    amount = parse_amount(written, reading.mark)
    if amount is None:
        raise BrokenStatementError(
            "amount_unreadable",
            f"«{text_of(written)[:40]}» non è un importo, o si può leggere in due modi.",
            row.line,
        )
    return amount


def _refuse_cut(table: _Table) -> None:
    """A last line that ends before the columns of the others: the file is cut."""
    last = table.rows[-1]
    widths = [len(row.cells) for row in table.rows[:-1]]
    if widths and len(last.cells) < min(widths):
        raise BrokenStatementError("statement_broken", "Il file è interrotto a metà.", last.line)


def _refuse_unsigned(reading: _Reading, movements: Sequence[Movement]) -> None:
    if BankColumn.AMOUNT not in reading.places or reading.has_signs:
        return
    out = next((each for each in movements if _GOES_OUT.search(each.text)), None)
    if out is not None:
        raise BrokenStatementError(
            "amounts_without_sign",
            "Gli importi sono senza segno: non si distingue ciò che entra da ciò che esce.",
            out.line,
            "Scarica l'estratto in un altro formato (CBI, CAMT), o con entrate e uscite separate.",
        )


def _account_above(rows: Sequence[Row]) -> str:
    """The account that the lines above the header name, its IBAN before a mere number."""
    texts = [" ".join(text_of(cell) for cell in row.cells) for row in rows]
    for text in texts:
        for found in _IBAN.finditer(text.upper()):
            code = identifiers.parse_iban(found[0])
            if identifiers.is_iban(code):
                return code
    named = [each[1] for text in texts if (each := _ACCOUNT.search(text))]
    return identifiers.parse_iban(named[0])[:34] if named else ""

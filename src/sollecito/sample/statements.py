"""Bank statements of the sample company: every transfer of the past, and some that wait today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import starmap
from string import ascii_uppercase
from xml.sax.saxutils import escape

from sollecito.domain import identifiers
from sollecito.sample import days
from sollecito.sample.customers import customers
from sollecito.sample.documents import SampleDocument
from sollecito.sample.firm import ADVANCES, FACTOR_CUSTOMERS, ORDINARY, Account, account_of
from sollecito.sample.takings import SISTER, SamplePayment

TRANSFER = "bonifico"
PAYING_SISTER = 4
FOR_TWO = "VF90000000003"
"""The administrator's transfer for two condominiums."""
NO_TAKINGS = frozenset({"VF90000000005"})
"""What the bookkeeper puts aside: nothing of a customer's."""
SHEET_HEADER = ("Data contabile", "Data valuta", "Dare", "Avere", "Descrizione")
SHEET_COLUMNS = dict(
    zip(
        SHEET_HEADER,
        ("data_contabile", "data_valuta", "uscite", "entrate", "descrizione"),
        strict=True,
    )
)
"""What the bookkeeper confirmed once of the sheet of the advances account."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """Movimento to write. ``payment`` is what it pays, where that is known."""

    day: date
    amount: Decimal
    name: str
    text: str
    reference: str
    iban: str = ""
    payment: SamplePayment | None = None


@dataclass(frozen=True, slots=True)
class SampleStatement:
    """Estratto conto imported on ``day``."""

    day: date
    name: str
    content: bytes
    lines: tuple[StatementLine, ...]


def is_transfer(payment: SamplePayment) -> bool:
    """Whether a payment shows on one of the firm's own accounts."""
    is_ours = payment.customer not in FACTOR_CUSTOMERS
    return payment.method == TRANSFER and payment.currency == "EUR" and is_ours


def statements_of(
    payments: Sequence[SamplePayment], documents: Sequence[SampleDocument], today: date
) -> list[SampleStatement]:
    """One statement a day and account: CAMT.053 of the ordinary one, a sheet of the other."""
    by_day: defaultdict[tuple[date, str], list[StatementLine]] = defaultdict(list)
    for place, payment in enumerate(filter(is_transfer, payments), start=1):
        account = account_of(payment.customer)
        by_day[payment.recorded_day, account.iban].append(_line(place, payment))
    last = days.before(today)
    for line in waiting_lines(documents, last):
        account = ADVANCES if line.reference.endswith("A") else ORDINARY
        by_day[last, account.iban].append(line)
    accounts = {each.iban: each for each in (ORDINARY, ADVANCES)}
    return [_statement(day, accounts[iban], lines) for (day, iban), lines in sorted(by_day.items())]


@cache
def iban_of(customer: int) -> str:
    """The account from which a customer pays: of a bank that does not exist; none abroad."""
    if customers()[customer].party.vat_country not in {"", "IT"}:
        return ""
    body = f"99992999900000000{customer:05d}"[:10] + f"{customer:012d}"
    for letter in ascii_uppercase:
        for check in range(2, 99):
            if identifiers.is_iban(iban := f"IT{check:02d}{letter}{body}"):
                return iban
    raise ValueError(body)


def _line(place: int, payment: SamplePayment) -> StatementLine:
    payer = payment.customer
    if payer == SISTER and payment.note:
        payer = PAYING_SISTER
    numbers = " - ".join(dict.fromkeys(key.number for key, _ in payment.parts))
    text = f"SALDO FATT {numbers}"
    return StatementLine(
        payment.day,
        payment.amount,
        customers()[payer].party.name,
        text,
        f"VF{place:011d}",
        iban_of(payer),
        payment,
    )


def waiting_lines(documents: Sequence[SampleDocument], day: date) -> Iterator[StatementLine]:
    """What the bookkeeper has not matched yet this morning, and what is no customer's."""
    open_ones = {one.label: one for one in documents if one.is_open}
    both = sum((open_ones[label].amounts.collectible for label in ("O16", "O17")), Decimal(0))
    yield StatementLine(
        day, Decimal("1952.00"), "GIRASOLAIO NORD", "SALDO", "VF9000000001A", iban_of(4)
    )
    yield StatementLine(
        day,
        Decimal("2001.64"),
        "CONDOMINIO LE MAGNOLIE GEMELLE",
        "BONIFICO RISTRUTTURAZIONE ART 16BIS DPR 917 1986",
        "VF90000000002",
    )
    yield StatementLine(day, both, "STUDIO PONTELIEVE", "SALDO TIGLI E CARTAVELA", FOR_TWO)
    yield StatementLine(day, Decimal("1000.00"), "", "VERSAMENTO", "VF90000000004")
    yield StatementLine(day, Decimal("-812.40"), "AGENZIA ENTRATE", "F24", "VF90000000005")


def _statement(day: date, account: Account, lines: list[StatementLine]) -> SampleStatement:
    if account == ADVANCES:
        name, content = f"anticipi_{day:%Y%m%d}.csv", _sheet(account, lines)
    else:
        name, content = f"conto_{day:%Y%m%d}.xml", write_camt((account, lines))
    return SampleStatement(day, name, content, tuple(lines))


def write_camt(*accounts: tuple[Account, Iterable[StatementLine]]) -> bytes:
    """CAMT.053.001.08 of some accounts."""
    statements = "".join(starmap(_account, accounts))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>BP</MsgId><CreDtTm>2026-01-01T06:00:00</CreDtTm></GrpHdr>"
        f"{statements}</BkToCstmrStmt></Document>\n"
    ).encode()


def _account(account: Account, lines: Iterable[StatementLine]) -> str:
    entries = "".join(map(_entry, lines))
    return (
        f"<Stmt><Id>1</Id><Acct><Id><IBAN>{account.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{entries}</Stmt>"
    )


def _entry(line: StatementLine) -> str:
    party = "Dbtr" if line.amount > 0 else "Cdtr"
    name = f"<{party}><Pty><Nm>{escape(line.name)}</Nm></Pty></{party}>" if line.name else ""
    account = f"<{party}Acct><Id><IBAN>{line.iban}</IBAN></Id></{party}Acct>" if line.iban else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{abs(line.amount):.2f}</Amt>'
        f"<CdtDbtInd>{'CRDT' if line.amount > 0 else 'DBIT'}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{line.day}</Dt></BookgDt><ValDt><Dt>{line.day}</Dt></ValDt>"
        f"<AcctSvcrRef>{line.reference}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties>{name}{account}"
        f"</RltdPties><RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf></TxDtls></NtryDtls>"
        "</Ntry>\n"
    )


def _sheet(account: Account, lines: Iterable[StatementLine]) -> bytes:
    rows = [f"Conto: {account.iban};;;;", ";".join(SHEET_HEADER)]
    for line in lines:
        day, money = f"{line.day:%d/%m/%Y}", f"{abs(line.amount):.2f}".replace(".", ",")
        pair = f";{money}" if line.amount > 0 else f"{money};"
        text = f"BONIFICO A VOSTRO FAVORE DA {line.name} PER {line.text} TRN {line.reference}"
        rows.append(f"{day};{day};{pair};{text}")
    return ("\r\n".join(rows) + "\r\n").encode()

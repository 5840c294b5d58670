"""CAMT.053, .054 and .052 of any version, and the CBI envelope around them.

Elements by local name only: each bank and the CBI have namespaces of their own. Source: ISO
20022, versions 001.02 to 001.14; CBIBdyBkToCstmrStmtReq 00.01.02.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from lxml import etree

from sollecito.domain import identifiers
from sollecito.domain.money import to_cents
from sollecito.domain.movements import (
    BankFile,
    BrokenStatementError,
    Movement,
    Statement,
    complete_from_text,
    join_words,
    known_reference,
    refuse_file,
    warn_of_balance,
)
from sollecito.formats.xml_source import XmlSource, find_local, local_name, text_of, walk_local

CONTAINERS = {"Stmt": "camt.053", "Ntfctn": "camt.054", "Rpt": "camt.052"}
ROOTS = frozenset({"CBIBdyBkToCstmrStmtReq", "CBIBdyBankToCustomerStatementReq"})
MESSAGES = frozenset({"BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn", "BkToCstmrAcctRpt"})
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
SIGNS = {"CRDT": 1, "DBIT": -1}
WAITING, SILENT = frozenset({"PDNG", "FUTR"}), frozenset({"INFO"})
_AMOUNT = re.compile(r"\d{1,15}(?:\.\d{0,5})?")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*|Z|[+-]\d{2}:?\d{2})?")


@dataclass(frozen=True, slots=True)
class _Head:
    """What the entries of one statement share."""

    account: str
    currency: str
    day: date | None


def is_camt(root: etree._Element) -> bool:
    """Whether a tree is a bank statement or an advice of the bank."""
    if local_name(root) in ROOTS:
        return True
    return local_name(root) == "Document" and any(local_name(each) in MESSAGES for each in root)


def parse_camt(source: XmlSource) -> BankFile:
    """Read every statement of a tree; one wrong entry refuses the file whole, with its line.

    An entry with several transactions becomes several movements where their amounts make its own.
    """
    mended = [each for each in source.problems if each.code == "mended"]
    if mended:
        return refuse_file(
            BrokenStatementError(
                "statement_broken", "L'estratto conto XML è rovinato.", mended[0].line
            )
        )
    try:
        statements = tuple(
            _statement(element, name)
            for name in CONTAINERS
            for element in walk_local(source.root, name)
        )
    except BrokenStatementError as error:
        return refuse_file(error)
    if not statements:
        return refuse_file(
            BrokenStatementError("no_statement", "Il file non contiene nessun estratto.")
        )
    told = [problem for each in statements for problem in warn_of_balance(each)]
    return BankFile(statements, (*source.problems, *told))


def _statement(element: etree._Element, name: str) -> Statement:
    account = _account(find_local(element, "Acct"))
    if not account:
        raise BrokenStatementError(
            "statement_without_account", "L'estratto non dice di quale conto è.", _line(element)
        )
    balances = {code: each for each in _children(element, "Bal") if (code := _balance_code(each))}
    opening = next((balances[code] for code in OPENING[:1] if code in balances), None)
    closing = next((balances[code] for code in CLOSING if code in balances), None)
    currency = _path_text(element, "Acct", "Ccy")
    entries = list(_children(element, "Ntry"))
    if not currency and entries:
        currency = _amount_of(entries[0])[1]
    head = _Head(account, currency or "EUR", _statement_day(element, closing))
    movements = [each for entry in entries for each in _entry(entry, head)]
    return Statement(
        CONTAINERS[name],
        account,
        tuple(movements),
        head.currency,
        _signed(opening) if opening is not None else None,
        _signed(closing) if closing is not None else None,
        head.day,
    )


def _entry(entry: etree._Element, head: _Head) -> Iterator[Movement]:
    status = _path_text(entry, "Sts", "Cd") or _path_text(entry, "Sts")
    if status in SILENT:
        return
    amount, currency = _amount_of(entry)
    total = amount * _sign(entry)
    booked = _day(find_local(entry, "BookgDt"))
    valued = _day(find_local(entry, "ValDt"))
    day = booked or valued or head.day
    if day is None:
        raise BrokenStatementError(
            "movement_without_date", "Un movimento è senza data.", _line(entry)
        )
    shared = _Shared(entry, currency, day, valued, status in WAITING, head.account)
    parts = [each for some in _children(entry, "NtryDtls") for each in _children(some, "TxDtls")]
    amounts = [_part_amount(part, total, currency) for part in parts]
    if len(parts) > 1 and None not in amounts and sum(filter(None, amounts)) == total:
        for part, value in zip(parts, amounts, strict=True):
            yield _movement(shared, [part], value or Decimal(0))
    else:
        yield _movement(shared, parts, total)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the transactions of one entry share."""

    entry: etree._Element
    currency: str
    day: date
    valued: date | None
    is_pending: bool
    account: str


def _movement(shared: _Shared, parts: list[etree._Element], amount: Decimal) -> Movement:
    entry = shared.entry
    one = parts[0] if len(parts) == 1 else None
    party = "Dbtr" if amount > 0 else "Cdtr"
    texts = [text for part in parts for text in _remittance(part)]
    texts += [_path_text(part, "AddtlTxInf") for part in parts]
    texts.append(_path_text(entry, "AddtlNtryInf"))
    found = Movement(
        amount=amount,
        booking_date=shared.day,
        currency=shared.currency,
        value_date=shared.valued,
        account=shared.account,
        text=join_words(texts),
        code=_code(entry),
        bank_id=_bank_id(entry, one),
        is_pending=shared.is_pending,
        is_return=_path_text(entry, "RvslInd") in {"true", "1"}
        or any(find_local(part, "RtrInf") is not None for part in parts),
        line=_line(entry),
    )
    if one is None:
        return complete_from_text(found)
    return complete_from_text(_with_parties(found, one, party))


def _with_parties(found: Movement, part: etree._Element, party: str) -> Movement:
    parties = find_local(part, "RltdPties")
    name = iban = tax_code = ""
    if parties is not None:
        name = _party_name(parties, party) or _party_name(parties, f"Ultmt{party}")
        account = find_local(parties, f"{party}Acct")
        iban = _account(account) if account is not None else ""
        tax_code = _party_code(parties, party)
    structured = [
        known_reference(text_of(each))
        for info in walk_local(part, "CdtrRefInf")
        for each in _children(info, "Ref")
    ]
    return replace(
        found,
        counterparty=name[:140],
        iban=iban if iban != found.account else "",
        tax_code=tax_code,
        end_to_end=known_reference(_path_text(part, "Refs", "EndToEndId")),
        reference=next(filter(None, structured), ""),
    )


def _remittance(part: etree._Element) -> Iterator[str]:
    info = find_local(part, "RmtInf")
    if info is None:
        return
    for each in _children(info, "Ustrd"):
        yield text_of(each)
    for document in walk_local(info, "RfrdDocInf"):
        yield _path_text(document, "Nb")
    for each in walk_local(info, "AddtlRmtInf"):
        yield text_of(each)


def _part_amount(part: etree._Element, total: Decimal, currency: str) -> Decimal | None:
    """Signed amount of a transaction in the account's currency, ``None`` where it is not given."""
    paths = (("Amt",), ("AmtDtls", "TxAmt", "Amt"), ("AmtDtls", "InstdAmt", "Amt"))
    for path in paths:
        found = find_local(part, *path)
        if found is not None and found.get("Ccy", currency) == currency:
            text = text_of(found)
            if _AMOUNT.fullmatch(text):
                sign = SIGNS.get(_path_text(part, "CdtDbtInd"), 1 if total > 0 else -1)
                return to_cents(Decimal(text)) * sign
    return None


def _amount_of(element: etree._Element) -> tuple[Decimal, str]:
    found = find_local(element, "Amt")
    text = text_of(found) if found is not None else ""
    if found is None or not _AMOUNT.fullmatch(text):
        raise BrokenStatementError(
            "amount_unreadable", f"L'importo «{text[:40]}» non si legge.", _line(element)
        )
    return to_cents(Decimal(text)), found.get("Ccy", "") or "EUR"


def _sign(element: etree._Element) -> int:
    written = _path_text(element, "CdtDbtInd")
    if written not in SIGNS:
        raise BrokenStatementError(
            "sign_missing",
            "Un importo non dice se è a credito o a debito (CdtDbtInd).",
            _line(element),
        )
    return SIGNS[written]


def _signed(element: etree._Element) -> Decimal:
    return _amount_of(element)[0] * _sign(element)


def _balance_code(element: etree._Element) -> str:
    return _path_text(element, "Tp", "CdOrPrtry", "Cd") or _path_text(element, "Tp", "Cd")


def _statement_day(element: etree._Element, closing: etree._Element | None) -> date | None:
    if closing is not None and (day := _day(find_local(closing, "Dt"))):
        return day
    for path in (("FrToDt", "ToDtTm"), ("FrToDt", "ToDt"), ("CreDtTm",)):
        if (found := find_local(element, *path)) is not None and (day := _day(found)):
            return day
    return None


def _day(element: etree._Element | None) -> date | None:
    """A day from ``<Dt>`` or ``<DtTm>`` inside, or from the element's own text."""
    if element is None:
        return None
    inside = [find_local(element, name) for name in ("Dt", "DtTm")]
    text = next((text_of(each) for each in inside if each is not None), text_of(element))
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        raise BrokenStatementError(
            "date_unreadable", f"La data «{text[:40]}» non esiste.", _line(element)
        ) from None


def _account(element: etree._Element | None) -> str:
    if element is None:
        return ""
    return identifiers.parse_iban(
        _path_text(element, "Id", "IBAN")
        or _path_text(element, "Id", "Othr", "Id")
        or _path_text(element, "Id", "PrtryAcct", "Id")
    )[:34]


def _party_name(parties: etree._Element, party: str) -> str:
    name = _path_text(parties, party, "Pty", "Nm") or _path_text(parties, party, "Nm")
    return " ".join(name.split())


def _party_code(parties: etree._Element, party: str) -> str:
    """Codice fiscale or P.IVA that the payer's bank passed on, where it is a valid one."""
    found = find_local(parties, party)
    if found is None:
        return ""
    for other in walk_local(found, "Othr"):
        code = identifiers.parse_tax_code(_path_text(other, "Id"))
        if identifiers.is_tax_code(code):
            return code
    return ""


def _bank_id(entry: etree._Element, part: etree._Element | None) -> str:
    paths = [("Refs", name) for name in ("AcctSvcrRef", "ClrSysRef", "TxId")]
    inside = [_path_text(part, *path) for path in paths] if part is not None else []
    return next(filter(None, map(known_reference, [*inside, _path_text(entry, "AcctSvcrRef")])), "")


def _code(entry: etree._Element) -> str:
    own = _path_text(entry, "BkTxCd", "Prtry", "Cd").strip("/ ")
    family = [_path_text(entry, "BkTxCd", "Domn", "Fmly", name) for name in ("Cd", "SubFmlyCd")]
    return (own.split("/")[0] or "/".join(filter(None, family)))[:20]


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local_name(child) == name)


def _path_text(element: etree._Element, *path: str) -> str:
    found = find_local(element, *path)
    return text_of(found) if found is not None else ""


def _line(element: etree._Element) -> int:
    line: int | None = getattr(element, "sourceline", None)  # its stub has no type
    return line or 0

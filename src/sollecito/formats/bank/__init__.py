"""Bank statements of every dialect → ``domain.movements.BankFile``."""

from __future__ import annotations

import re

from sollecito.domain.movements import BankFile
from sollecito.formats.bank.camt import is_camt, parse_camt
from sollecito.formats.bank.cbi_rh import parse_cbi_rh
from sollecito.formats.bank.mt940 import parse_mt940
from sollecito.formats.bank.statement_columns import BankColumn
from sollecito.formats.bank.statement_sheet import (
    StatementColumns,
    find_columns,
    is_statement_sheet,
    parse_statement_sheet,
    possible_headers,
)

__all__ = [
    "BankColumn",
    "StatementColumns",
    "find_columns",
    "is_camt",
    "is_statement_sheet",
    "parse_bank_text",
    "parse_camt",
    "parse_cbi_rh",
    "parse_mt940",
    "parse_statement_sheet",
    "possible_headers",
]

_RH = re.compile(rb"(?:\xef\xbb\xbf)?[\s\0]*RH[A-Z0-9 ]{5}")
_MT940 = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[^\n]{0,80}\n){0,8}?[^\n:]{0,3}:20:[^\n]*\n(?s:.){0,400}?:2[58]"
)


def parse_bank_text(data: bytes) -> BankFile | None:
    """Read a statement in plain text: CBI RH or MT940; ``None`` where it is neither."""
    head = data[:2000].replace(b"\r\n", b"\n")
    if _RH.match(head):
        return parse_cbi_rh(data)
    return parse_mt940(data) if _MT940.match(head) else None

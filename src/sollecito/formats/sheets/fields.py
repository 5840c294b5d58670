"""A row by the names of its columns, with the problems met while reading it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sollecito.domain import identifiers
from sollecito.domain.documents import Address, PartyData, Problem, Severity
from sollecito.domain.parties import is_placeholder, party_name
from sollecito.formats.sheets.cells import parse_amount, parse_day, text_of
from sollecito.formats.sheets.values import Cell, Column, DecimalMark, Row

LONGEST_ADDRESS = 254
FEWEST_FIGURES = 7
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]+")
_PARTED = re.compile(r"[;,\s]+")
_COUNTRIES = {
    "italia": "IT", "italy": "IT", "germania": "DE", "germany": "DE", "francia": "FR",
    "france": "FR", "spagna": "ES", "spain": "ES", "austria": "AT", "svizzera": "CH",
    "switzerland": "CH", "regno unito": "GB", "united kingdom": "GB", "san marino": "SM",
    "slovenia": "SI", "croazia": "HR", "stati uniti": "US", "usa": "US", "belgio": "BE",
    "paesi bassi": "NL", "olanda": "NL", "polonia": "PL", "portogallo": "PT", "romania": "RO",
}  # fmt: skip


class Fields:
    """Reads the cells of one row. Every ``problem`` carries the row's line."""

    def __init__(
        self, row: Row, places: Mapping[Column, int], decimal_mark: DecimalMark = ""
    ) -> None:
        self.line = row.line
        self.problems: list[Problem] = []
        self.row = row
        self._places = places
        self._mark = decimal_mark
        self._days: dict[Column, date | None] = {}
        self._emails: dict[Column, tuple[str, ...]] = {}

    def cell(self, column: Column) -> Cell:
        """The cell as it is; empty where the sheet has no such column."""
        place = self._places.get(column)
        return "" if place is None or place >= len(self.row.cells) else self.row.cells[place]

    def text(self, column: Column, longest: int = 200) -> str:
        """The cell as a person reads it."""
        return text_of(self.cell(column))[:longest]

    def amount(self, column: Column) -> Decimal | None:
        """An amount, ``None`` where the cell is empty or was found wrong."""
        if not self.text(column):
            return None
        amount = parse_amount(self.cell(column), self._mark)
        if amount is None:
            self.add(
                "amount_unreadable",
                f"{column.value}: «{self.text(column, 40)}» non è un importo, o si può leggere in "
                "due modi.",
                "Scrivilo con due decimali, ad esempio 1234,50.",
            )
        return amount

    def day(self, column: Column) -> date | None:
        """A day, ``None`` where the cell is empty or was found wrong."""
        if column in self._days or not self.text(column):
            return self._days.get(column)
        day = self._days[column] = parse_day(self.cell(column))
        if day is None:
            self.add(
                "date_unreadable",
                f"{column.value}: «{self.text(column, 40)}» non è una data che esiste.",
                "Scrivila come 31/03/2026.",
            )
        return day

    def emails(self, column: Column = Column.EMAIL) -> tuple[str, ...]:
        """Addresses, lower case, one or more in a cell; what is none is told and left out."""
        if column in self._emails:
            return self._emails[column]
        good = []
        for part in _PARTED.split(self.text(column, 1000)):
            address = part.strip("<>\"'").removeprefix("mailto:").lower()
            if address and _EMAIL.fullmatch(address) and len(address) <= LONGEST_ADDRESS:
                good.append(address)
            elif "@" in address or (address and not good):
                self.add(
                    "email_unreadable",
                    f"{column.value}: «{address[:60]}» non è un indirizzo di posta.",
                    "Correggilo sulla scheda del cliente.",
                    "warning",
                )
        self._emails[column] = tuple(dict.fromkeys(good))
        return self._emails[column]

    def party(self) -> PartyData:
        """The customer of the row; codes are bare, and padded where a sheet dropped a zero."""
        emails, pecs = self.emails(), self.emails(Column.PEC)
        country = parse_country(self.text(Column.COUNTRY))
        code = _padded(self.text(Column.VAT_NUMBER, 40))
        letters = code[:2] if code[:2].isalpha() and code[2:3].isalnum() else ""
        vat_country = letters or country or "IT"
        tax_code = identifiers.parse_tax_code(_padded(self.text(Column.TAX_CODE, 40)))[:28]
        name = party_name(self.text(Column.CUSTOMER))
        number = code.removeprefix(letters)[:28]
        if vat_country == "IT" and number and not is_placeholder(number, name):
            self._warn(identifiers.check_vat_number(number))
        if tax_code and country in {"", "IT"} and not is_placeholder(tax_code, name):
            self._warn(identifiers.check_tax_code(tax_code))
        return PartyData(
            name=name,
            vat_country=vat_country if number else "",
            vat_number=number,
            tax_code=tax_code,
            address=Address(
                self.text(Column.STREET),
                self.text(Column.POSTCODE, 10),
                self.text(Column.CITY, 100),
                self.text(Column.PROVINCE, 10),
                country,
            ),
            email=emails[0] if emails else "",
            pec=pecs[0] if pecs else "",
            phone=self.text(Column.PHONE, 40),
        )

    def add(self, code: str, message: str, hint: str, severity: Severity = "error") -> None:
        """Tell a problem of this row."""
        self.problems.append(Problem(code, message, hint, severity, self.line))

    def _warn(self, problem: Problem | None) -> None:
        if problem:
            self.problems.append(replace(problem, severity="warning", line=self.line))

    def has_errors(self) -> bool:
        """Whether something makes the row unusable."""
        return any(problem.severity == "error" for problem in self.problems)


def parse_country(text: str) -> str:
    """Two letters of ISO 3166 from a code or an Italian or English name; empty when unknown."""
    plain = text.strip()
    if len(plain) == len("IT") and plain.isalpha():
        return plain.upper()
    return _COUNTRIES.get(plain.casefold(), "")


def _padded(text: str) -> str:
    """A number that lost its leading zeros in a spreadsheet, where the check digit proves it."""
    code = identifiers.parse_code(text)
    padded = code.zfill(identifiers.VAT_LENGTH)
    if FEWEST_FIGURES <= len(code) < identifiers.VAT_LENGTH and identifiers.is_vat_number(padded):
        return padded
    return code

"""The 25 customers, from ``customers.csv``; how many documents each has is ``composition.csv``."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sollecito.domain.documents import Address, CustomerKind, PartyData

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Customer:
    """Cliente: who it is, how it is reached, how it pays.

    ``delay`` is days after the due date (middle, and the two that nine payments in ten lie
    between); ``net`` the range of a typical net amount in whole euro.
    """

    code: int
    kind: CustomerKind
    party: PartyData
    first_name: str
    last_name: str
    recipients: tuple[str, ...]
    series: str
    days: int
    is_end_of_month: bool
    method: str
    delay: tuple[int, int, int]
    net: tuple[int, int]
    agent: str
    contact: str
    mobile: str
    language: str

    @property
    def country(self) -> str:
        """Country of the customer's seat, two letters."""
        return self.party.address.country


def read_table(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a ``;`` separated table that lies beside this module."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")


@cache
def customers() -> dict[int, Customer]:
    """Return the customers by their number."""
    return {int(row["code"]): _customer(row) for row in read_table("customers.csv")}


@cache
def composition() -> dict[int, dict[str, int]]:
    """Return how many documents of each type a customer has, open ones included."""
    return {
        int(row["customer"]): {key: int(value) for key, value in row.items()}
        for row in read_table("composition.csv")
    }


def _customer(row: dict[str, str]) -> Customer:
    middle, low, high = (int(part) for part in row["delay"].split())
    least, most = (int(part) for part in row["net"].split())
    return Customer(
        code=int(row["code"]),
        kind=CustomerKind(row["kind"]),
        party=_party(row),
        first_name=row["first_name"],
        last_name=row["last_name"],
        recipients=tuple(row["recipient"].split()),
        series=row["series"],
        days=int(row["days"]),
        is_end_of_month=row["end_of_month"] == "yes",
        method=row["method"],
        delay=(middle, low, high),
        net=(least, most),
        agent=row["agent"],
        contact=row["person"],
        mobile=row["mobile"],
        language=row["language"],
    )


def _party(row: dict[str, str]) -> PartyData:
    return PartyData(
        name=row["name"],
        vat_country=row["vat_country"],
        vat_number=row["vat_number"],
        tax_code=row["tax_code"],
        address=Address(
            row["street"], row["postcode"], row["city"], row["province"], row["country"]
        ),
        email=row["email"],
        pec=row["pec"],
        phone=row["phone"] or row["mobile"],
        is_person=bool(row["first_name"]),
    )

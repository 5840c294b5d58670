"""The ledger that the sample company's files, payments and matches make, computed simply."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from sollecito.domain.documents import DocumentKind, ParsedDocument
from sollecito.domain.sdi import (
    Notification,
    compute_collectible,
    derive_state,
    is_public_format,
    normalise_file_name,
)
from sollecito.domain.terms import split_instalments
from sollecito.formats.fatturapa.envelope import Envelope, open_envelope
from sollecito.formats.fatturapa.parse import parse_fattura
from sollecito.formats.sdi import parse_notification
from sollecito.sample.company import Sample, build_sample
from sollecito.sample.documents import RateKey
from sollecito.sample.firm import FIRM

NOTHING = Decimal("0.00")
Key = tuple[DocumentKind, str, int]


class Row(NamedTuple):
    """An instalment; ``due_date`` is None where the file names none."""

    key: RateKey
    due_date: date | None
    balance: Decimal
    currency: str
    is_collectible: bool


@cache
def sample(today: date) -> Sample:
    return build_sample(today)


@cache
def ledger(today: date) -> tuple[Row, ...]:
    """Read every file, subtract what was paid and credited."""
    return tuple(_Ledger(sample(today)).rows.values())


def envelopes(made: Sample) -> list[Envelope]:
    found = [item for file in made.files for item in open_envelope(file.name, file.content)]
    assert all(isinstance(item, Envelope) for item in found)
    return [item for item in found if isinstance(item, Envelope)]


def own_documents(item: Envelope) -> list[ParsedDocument]:
    """The documents of a file that the firm sold."""
    found = parse_fattura(item.content).documents
    return [one for one in found if one.seller.vat_number == FIRM.vat_number]


def read_sheet(item: Envelope) -> Iterator[Row]:
    for line in csv.DictReader(item.original.decode("utf-8-sig").splitlines(), delimiter=";"):
        key = RateKey(DocumentKind(line["tipo"]), line["numero"], read_day(line["data"]).year)
        balance, paid, amount = (
            Decimal(line[column].replace(",", "."))
            for column in ("residuo", "incassato", "importo_rata")
        )
        assert balance + paid == amount
        yield Row(key, read_day(line["scadenza"]), balance, "EUR", is_collectible=True)


def read_day(text: str) -> date:
    day, month, year = text.split("/")
    return date(int(year), int(month), int(day))


def final_invoice(made: Sample) -> RateKey:
    """The invoice that follows proforma O33: never asked beside it."""
    document = next(one for one in made.documents if one.label == "O33F")
    return RateKey(document.kind, document.number, document.date.year)


class _Ledger:
    def __init__(self, made: Sample) -> None:
        self.today = made.today
        self.rows: dict[RateKey, Row] = {}
        self.parsed: dict[Key, ParsedDocument] = {}
        self.names: defaultdict[Key, set[str]] = defaultdict(set)
        self.messages: defaultdict[str, list[Notification]] = defaultdict(list)
        for item in envelopes(made):
            self.read(item)
        for key, document in self.parsed.items():
            self.enter(key, document)
        for key, document in self.parsed.items():
            self.net(key, document)
        for payment in made.payments:
            for place, amount in payment.parts:
                self.reduce(place, amount)
        for match in (*made.credits, *made.replacements):
            self.reduce(match.target, match.amount)
        for match in made.credits:
            self.reduce(match.source, -match.amount)

    def read(self, item: Envelope) -> None:
        if item.name.endswith(".csv"):
            self.rows.update((row.key, row) for row in read_sheet(item))
            return
        message = parse_notification(item.content, item.name)
        if isinstance(message, Notification):
            self.messages[message.target].append(message)
            return
        for document in own_documents(item):
            key = (document.kind, document.number, document.date.year)
            self.parsed[key] = document
            self.names[key].add(normalise_file_name(item.name))

    def enter(self, key: Key, document: ParsedDocument) -> None:
        is_public = is_public_format(document.transmission_format)
        messages = [one for name in self.names[key] for one in self.messages[name]]
        answer = compute_collectible(
            document.kind,
            standing=derive_state(messages, is_public_body=is_public, files=self.names[key]),
            document_date=document.date,
            today=self.today,
            is_public_body=is_public,
        )
        for draft in split_instalments(document, default_days=30).instalments:
            due = None if draft.due_date_assumed else draft.due_date
            place = RateKey(*key, draft.seq)
            self.rows[place] = Row(
                place, due, draft.amount, document.currency, answer.is_collectible
            )

    def net(self, key: Key, document: ParsedDocument) -> None:
        """Subtract a credit note from the invoice that it names by number and date."""
        if document.kind is not DocumentKind.CREDIT_NOTE:
            return
        credit = RateKey(*key)
        for reference in document.references:
            if reference.kind == "invoice":
                self.reduce(self.find(reference.number, reference.date), -self.rows[credit].balance)
                self.rows[credit] = self.rows[credit]._replace(balance=NOTHING)

    def find(self, number: str, day: date | None) -> RateKey:
        return next(
            RateKey(*key)
            for key, one in self.parsed.items()
            if (one.number, one.date) == (number, day) and one.kind is not DocumentKind.CREDIT_NOTE
        )

    def reduce(self, key: RateKey, amount: Decimal) -> None:
        self.rows[key] = self.rows[key]._replace(balance=self.rows[key].balance - amount)

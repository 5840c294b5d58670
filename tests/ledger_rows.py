"""Rows of a ledger straight into the database, for tests that start where imports end."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sollecito.accounts.models import Company
from sollecito.flows import clock
from sollecito.ledger.models import Document, Instalment, Party

_numbers = itertools.count(1)


def add_party(company: Company, name: str = "Rossi S.r.l.", **fields: Any) -> Party:
    number = next(_numbers)
    return Party.objects.create(
        company=company,
        identity=f"test:{number}",
        name=name,
        kind="impresa",
        created_at=clock.now(),
        **fields,
    )


def add_document(
    party: Party,
    *amounts: str | Decimal,
    kind: str = "fattura",
    day: date = date(2026, 1, 31),
    due: date | None = None,
    **fields: Any,
) -> list[Instalment]:
    """A document with an instalment for each amount, a month apart; returns the instalments."""
    number = str(fields.pop("number", next(_numbers)))
    currency = fields.pop("currency", "EUR")
    money = [Decimal(amount) for amount in amounts]
    terms = {name: fields.pop(name) for name in ("method", "due_date_assumed") if name in fields}
    document = Document.objects.create(
        company=party.company,
        party=party,
        kind=kind,
        number=number,
        date=day,
        year=day.year,
        total=sum(money),
        expected=sum(money),
        currency=currency,
        source=Document.Source.HAND,
        search_text=number.lower(),
        **fields,
    )
    first = due or day + timedelta(days=30)
    return Instalment.objects.bulk_create(
        Instalment(
            company=party.company,
            document=document,
            party=party,
            kind=kind,
            seq=seq,
            of=len(money),
            due_date=first + timedelta(days=30 * (seq - 1)),
            amount=amount,
            balance=amount,
            currency=currency,
            **terms,
        )
        for seq, amount in enumerate(money, 1)
    )

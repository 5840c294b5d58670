"""The published rates: those of the shipped files, and those a person added after them."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

from sollecito.accounts.models import Company
from sollecito.domain.interest import PublishedRate, Regime
from sollecito.dunning.models import InterestRate

REFERENCE, LEGAL = InterestRate.Kind.REFERENCE, InterestRate.Kind.LEGAL
FILES = {REFERENCE: "ecb_reference.csv", LEGAL: "legal.csv"}


def published_rates(regime: Regime, company: Company | None) -> list[PublishedRate]:
    """Every known rate of a regime, oldest first; a company's own never cover shipped ones."""
    return rates_of(LEGAL if regime is Regime.LEGAL else REFERENCE, company)


def rates_of(kind: InterestRate.Kind, company: Company | None) -> list[PublishedRate]:
    """Every known rate of a kind, oldest first; the shipped ones alone without a company."""
    added = InterestRate.objects.filter(kind=kind, company=company).order_by("first_date")
    own = [PublishedRate(row.first_date, row.last_date, row.percent, row.source) for row in added]
    return sorted([*shipped_rates(kind), *own], key=lambda rate: rate.first)


@cache
def shipped_rates(kind: InterestRate.Kind) -> tuple[PublishedRate, ...]:
    """The rates of the files beside this module."""
    text = resources.files(__name__).joinpath(FILES[kind]).read_text(encoding="utf-8")
    return tuple(
        PublishedRate(
            date.fromisoformat(row["first"]),
            date.fromisoformat(row["last"]),
            Decimal(row["percent"]),
            row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )

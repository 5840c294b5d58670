"""The sample company as one value: what exists, what arrives, what people do, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sollecito.domain.documents import PartyData
from sollecito.sample.agreements import SamplePlan, SamplePromise, plans_of, promises_of
from sollecito.sample.chasing import (
    SampleHold,
    SampleMorning,
    SampleRelease,
    SampleSkip,
    holds_of,
    morning_of,
    releases_of,
    skips_of,
)
from sollecito.sample.deliveries import SampleFile, delivered_files, import_day
from sollecito.sample.documents import RateKey, SampleDocument, rate_key
from sollecito.sample.firm import ACCOUNTS, AGENTS, FIRM, PEOPLE, Account, Agent, Person
from sollecito.sample.ledger_plan import plan_documents
from sollecito.sample.open_items import FINAL_INVOICE
from sollecito.sample.sheets import write_customers, write_documents
from sollecito.sample.statements import SampleStatement, statements_of
from sollecito.sample.takings import Paid, SamplePayment, is_credit, paid_instalments, payments_of


@dataclass(frozen=True, slots=True)
class SampleMatch:
    """Abbinamento by hand of a credit note that names nothing, or of a proforma and its invoice.

    ``source`` is the credit note or the proforma, ``target`` the invoice.
    """

    day: date
    source: RateKey
    target: RateKey
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sample:
    """Azienda di esempio, as of ``today``. Every sequence is in the order of its days.

    ``files`` are imported on their day: FatturaPA in every wrapping, notifications of the SdI and
    sheets; so are ``statements`` of the bank, with the transfers among ``payments`` and some that
    wait to be matched. ``credits`` are matched by hand; ``replacements`` confirm that an invoice
    takes the place of its proforma (the one of today's list stays to be confirmed).
    """

    today: date
    firm: PartyData
    accounts: tuple[Account, ...]
    people: tuple[Person, ...]
    agents: tuple[Agent, ...]
    customers_sheet: bytes
    documents: tuple[SampleDocument, ...]
    files: tuple[SampleFile, ...]
    payments: tuple[SamplePayment, ...]
    statements: tuple[SampleStatement, ...]
    promises: tuple[SamplePromise, ...]
    plans: tuple[SamplePlan, ...]
    holds: tuple[SampleHold, ...]
    releases: tuple[SampleRelease, ...]
    skips: tuple[SampleSkip, ...]
    credits: tuple[SampleMatch, ...]
    replacements: tuple[SampleMatch, ...]
    morning: SampleMorning


def build_sample(today: date) -> Sample:
    """Return the sample company as of ``today``. Two calls give the same, to the byte."""
    documents = plan_documents(today)
    paid = paid_instalments(documents, today)
    sheets, in_sheets = _sheets(documents, paid, today)
    files = [*delivered_files(documents, today), *sheets]
    payments = payments_of([one for one in paid if one.document.label not in in_sheets], today)
    return Sample(
        today=today,
        firm=FIRM,
        accounts=ACCOUNTS,
        people=PEOPLE,
        agents=AGENTS,
        customers_sheet=write_customers(),
        documents=tuple(documents),
        files=tuple(sorted(files, key=lambda file: file.day)),
        payments=tuple(payments),
        statements=tuple(statements_of(payments, documents, today)),
        promises=tuple(promises_of(documents, paid, today)),
        plans=tuple(plans_of(documents, today)),
        holds=tuple(holds_of(documents, today)),
        releases=tuple(releases_of(documents, today)),
        skips=tuple(skips_of(documents, today)),
        credits=tuple(_matches(documents, today, is_replacement=False)),
        replacements=tuple(_matches(documents, today, is_replacement=True)),
        morning=morning_of(documents, today),
    )


def _sheets(
    documents: Sequence[SampleDocument], paid: Sequence[Paid], today: date
) -> tuple[list[SampleFile], set[str]]:
    """Return a sheet for each import day, and the labels of what was paid in them: receipts."""
    by_day: defaultdict[date, list[SampleDocument]] = defaultdict(list)
    for document in documents:
        if not document.is_file:
            by_day[import_day(document.date, today)].append(document)
    paid_on = {
        one.document.label: one.day
        for one in paid
        if one.document.type_code == "R" and one.day <= import_day(one.document.date, today)
    }
    sheets = [
        SampleFile(f"documenti_{day:%Y%m%d}.csv", write_documents(rows, paid_on), day)
        for day, rows in sorted(by_day.items())
    ]
    return sheets, set(paid_on)


def _matches(
    documents: Sequence[SampleDocument], today: date, *, is_replacement: bool
) -> list[SampleMatch]:
    by_label = {document.label: document for document in documents}
    matches = []
    for document in documents:
        other = by_label.get(document.linked)
        if other is None or document.label == FINAL_INVOICE:
            continue
        match = SampleMatch(
            day=max(import_day(document.date, today), import_day(other.date, today)),
            source=rate_key(document),
            target=rate_key(other),
            amount=document.amounts.collectible,
        )
        if is_replacement and other.type_code == "PF":
            matches.append(replace(match, source=match.target, target=match.source))
        elif not is_replacement and is_credit(document) and document.is_linked_silently:
            matches.append(match)
    return sorted(matches, key=lambda one: one.day)

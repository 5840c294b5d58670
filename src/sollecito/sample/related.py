"""Documents that belong to another: advances, proformas, credit notes, bank fees charged back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sollecito.sample import days
from sollecito.sample.amounts import Amounts, compute_amounts, tax_case
from sollecito.sample.customers import Customer, composition, customers
from sollecito.sample.documents import SampleDocument, SampleRate
from sollecito.sample.history import rates_of

ADVANCE_SHARE = Decimal("0.3")
ADVANCE_DAYS, ADVANCE_TERM = 30, 7
PROFORMA_DAYS, PROFORMA_TERM = 14, 7
FULL_CREDITS = frozenset({2, 8, 10})
NAMELESS_CREDITS = frozenset({5, 6, 20})
LATE_CREDITS = frozenset({2, 4, 5})
PARTIAL_SHARE = Decimal("0.25")
CREDIT_DAYS = 8
FEE = Decimal("6.50")
FEE_DAYS, FEE_TERM = 70, 10
RECENT_PROFORMAS = {17: -16, 21: -13}
RECENT_PROFORMA_NET = Decimal(450)
RECENT_PROFORMA_TERM = 5
FOLLOWED = {1: 1, 15: 4, 16: 1, 17: 1, 18: 1}


def with_related(today: date, past: Sequence[SampleDocument]) -> list[SampleDocument]:
    """Return ``past`` with what belongs to it; final invoices are less their advance."""
    result: list[SampleDocument] = []
    for customer in customers().values():
        own = [document for document in past if document.customer.code == customer.code]
        own = _with_advances(own, customer)
        own = _with_proformas(own, customer)
        own += _credit_notes(own, customer)
        own += _debit_notes(own, customer)
        result += own
    return [*result, *_recent_proformas(today)]


def _with_advances(own: list[SampleDocument], customer: Customer) -> list[SampleDocument]:
    count = composition()[customer.code]["TD02"]
    finals = [document for document in own if document.type_code == "TD01"][:count]
    for place, final in enumerate(finals):
        net = (final.amounts.net * ADVANCE_SHARE).quantize(Decimal(10)).quantize(Decimal(1))
        label = f"c{customer.code:02d}-TD02-{place:02d}"
        advance = _near(
            final,
            label,
            "TD02",
            day=days.on_or_before(final.date - timedelta(days=ADVANCE_DAYS)),
            term=ADVANCE_TERM,
            amounts=compute_amounts(net, final.amounts.case),
        )
        rest = compute_amounts(final.amounts.net - net, final.amounts.case)
        less = replace(final, amounts=rest, deducted=net, linked=label)
        own[own.index(final)] = replace(less, rates=rates_of(less, len(final.rates)))
        own.append(advance)
    return own


def _with_proformas(own: list[SampleDocument], customer: Customer) -> list[SampleDocument]:
    free = [
        one for one in own if one.type_code == "TD01" and len(one.rates) == 1 and not one.linked
    ]
    count = FOLLOWED.get(customer.code, 0)
    for place, invoice in enumerate(free[:count]):
        label = f"c{customer.code:02d}-PF-{place:02d}"
        proforma = _near(
            invoice,
            label,
            "PF",
            day=days.on_or_before(invoice.date - timedelta(days=PROFORMA_DAYS)),
            term=PROFORMA_TERM,
            amounts=invoice.amounts,
        )
        rate = replace(invoice.rates[0], due_date=invoice.date)
        own[own.index(invoice)] = replace(invoice, linked=label, rates=(rate,))
        own.append(proforma)
    return own


def _credit_notes(own: Iterable[SampleDocument], customer: Customer) -> list[SampleDocument]:
    if not composition()[customer.code]["TD04"]:
        return []
    plain = [
        one
        for one in own
        if one.type_code in {"TD24", "TD01", "TD06"} and len(one.rates) == 1 and not one.linked
    ]
    plain.sort(key=lambda one: one.date)
    invoice = plain[-1] if customer.code in LATE_CREDITS else plain[0]
    share = Decimal(1) if customer.code in FULL_CREDITS else PARTIAL_SHARE
    amounts = invoice.amounts
    if share != 1:
        net = (amounts.net * share).quantize(Decimal(10)).quantize(Decimal(1))
        amounts = compute_amounts(net, amounts.case)
    credit = _near(
        invoice,
        f"c{customer.code:02d}-TD04",
        "TD04",
        day=days.on_or_after(invoice.date + timedelta(days=CREDIT_DAYS)),
        term=0,
        amounts=amounts,
    )
    nameless = customer.code in NAMELESS_CREDITS
    return [replace(credit, linked=invoice.label, is_linked_silently=nameless)]


def _debit_notes(own: Iterable[SampleDocument], customer: Customer) -> list[SampleDocument]:
    if not composition()[customer.code]["TD05"]:
        return []
    invoice = min(
        (one for one in own if one.type_code in {"TD24", "TD01"}), key=lambda one: one.date
    )
    note = _near(
        invoice,
        f"c{customer.code:02d}-TD05",
        "TD05",
        day=days.on_or_after(
            (invoice.rates[0].due_date or invoice.date) + timedelta(days=FEE_DAYS)
        ),
        term=FEE_TERM,
        amounts=compute_amounts(FEE, tax_case(customer, "TD05")),
    )
    return [replace(note, linked=invoice.label, method="MP05")]


def _recent_proformas(today: date) -> list[SampleDocument]:
    """Return proformas paid some days ago whose invoice is still to be made."""
    result = []
    for code, offset in RECENT_PROFORMAS.items():
        customer = customers()[code]
        amounts = compute_amounts(RECENT_PROFORMA_NET + code, tax_case(customer, "PF"))
        day = days.on_or_before(today + timedelta(days=offset))
        label = f"c{code:02d}-PF-99"
        due = day + timedelta(days=RECENT_PROFORMA_TERM)
        rates = (SampleRate(label, amounts.collectible, due),)
        result.append(SampleDocument(label, customer, "PF", day, amounts, rates, method="MP05"))
    return result


def _near(
    base: SampleDocument,
    label: str,
    type_code: str,
    *,
    day: date,
    term: int,
    amounts: Amounts,
) -> SampleDocument:
    rates = (SampleRate(label, amounts.collectible, day + timedelta(days=term)),)
    return SampleDocument(
        label=label,
        customer=base.customer,
        type_code=type_code,
        date=day,
        amounts=amounts,
        rates=rates,
        currency=base.currency,
        method=base.method,
    )

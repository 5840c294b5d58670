"""The scadenzario in sets: which instalments, in what order, how much in all.

Filters work on ``Instalment.balance``, the copy kept by ``flows.refresh_balances``; whoever must
be certain (gate, doctor) derives the balance anew. Nothing here loops over rows that it counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Round

from sollecito.accounts.models import Company
from sollecito.domain.aging import Bucket, due_period, sum_buckets
from sollecito.domain.documents import DocumentKind
from sollecito.domain.money import to_cents
from sollecito.domain.parties import normalise_name
from sollecito.domain.sdi import (
    ELECTRONIC_KINDS,
    ISSUED_AFTER_DAYS,
    PUBLIC_TERM_DAYS,
    IssueRule,
    SdiState,
)
from sollecito.ledger.models import (
    Allocation,
    Document,
    Instalment,
    Party,
    PaymentContact,
)
from sollecito.ledger.sources import WRITTEN_OFF

ZERO = Decimal("0.00")
NEVER_ASKED_METHOD = "MP22"
FEW = 3000
LONGEST_ID = 11  # a P.IVA has as many digits
Keys = list[int] | QuerySet[Any, Any]
_Days = dict[date | None, tuple[Decimal, int]]
MONEY: DecimalField[Any, Any] = DecimalField(max_digits=14, decimal_places=2)
NOTHING = Value(ZERO, output_field=MONEY)
SORTS = {
    "due": ("due_date", "id"),
    "customer": ("party__name", "due_date", "id"),
    "number": ("document__number", "seq", "id"),
    "date": ("document__date", "id"),
    "amount": ("amount", "id"),
    "balance": ("balance", "due_date", "id"),
}


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Filtri dello scadenzario. Empty means no filter; dates and amounts include their ends.

    ``due`` is overdue or future; ``status`` a code of the wire; ``text`` is looked for in the
    customer's name, the number and the references; ``amount_…`` speak of the balance.
    """

    kinds: tuple[str, ...] = ()
    due: str = ""
    status: str = ""
    hold: str = ""
    text: str = ""
    customer_id: int | None = None
    due_from: date | None = None
    due_to: date | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    bucket: Bucket | None = None
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """Totale di una valuta: what may be collected, its ages, and beside it what may not yet."""

    currency: str
    amount: Decimal
    overdue: Decimal
    count: int
    ages: dict[Bucket, Decimal]
    not_collectible: Decimal


def allocated(field: str, as_of: date | None = None) -> Coalesce:
    """Sum of active allocations whose ``field`` is the outer instalment, as an expression.

    ``as_of`` leaves out what is dated after it.
    """
    rows = Allocation.objects.filter(**{field: OuterRef("pk")}, undone_at__isnull=True)
    if as_of:
        rows = rows.filter(date__lte=as_of)
    total = rows.order_by().values(field).annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total, output_field=MONEY), NOTHING)


def with_derived_balance(
    instalments: QuerySet[Instalment], as_of: date | None = None
) -> QuerySet[Any]:
    """Add ``derived``: amount − what was allocated + what this credit note netted elsewhere.

    Rounded to cents, because SQLite adds in binary.
    """
    balance = F("amount") - allocated("instalment", as_of) + allocated("credit", as_of)
    return instalments.annotate(derived=Round(balance, precision=2, output_field=MONEY))


def derived_balance(instalment: Instalment) -> Decimal:
    """The balance that ``with_derived_balance`` put on a row."""
    balance: Decimal = getattr(instalment, "derived")  # noqa: B009  an annotation, not a field
    return to_cents(balance)


def wrong_balances(limit: int = 100) -> list[int]:
    """Ids of instalments whose stored balance is not the derived one. None, ever."""
    rows = with_derived_balance(Instalment.objects.all()).exclude(balance=F("derived"))
    return list(rows.order_by("id").values_list("id", flat=True)[:limit])


def open_instalments(company: Company) -> QuerySet[Instalment]:
    """Instalments with something left to collect; credit notes are none."""
    return Instalment.objects.filter(company=company, balance__gt=0)


def small_residuals(company: Company) -> QuerySet[Instalment]:
    """What is left of part-paid instalments up to the company's limit of allowances (abbuono)."""
    small = open_instalments(company).filter(balance__lte=company.allowance_limit)
    return small.filter(balance__lt=F("amount"))


def filter_instalments(company: Company, wanted: LedgerFilter, today: date) -> QuerySet[Instalment]:
    """Instalments of a company that pass every filter but ``hold`` (a layer above knows holds)."""
    rows = Instalment.objects.filter(company=company)
    if wanted.ids:
        rows = rows.filter(pk__in=wanted.ids)
    if wanted.kinds:
        rows = rows.filter(kind__in=wanted.kinds)
    if wanted.customer_id:
        rows = rows.filter(party_id=wanted.customer_id)
    if wanted.text:
        rows = rows.filter(names_text(company, wanted.text))
    if wanted.status:
        rows = filter_status(rows, wanted.status, company, today)
    return rows.filter(_in_ranges(wanted, today))


def pin(rows: QuerySet[Instalment]) -> QuerySet[Instalment]:
    """The same rows by their keys alone, where they are few.

    Else the planner walks the whole ledger by due date to sort a handful of rows.
    """
    ids = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
    return rows if len(ids) > FEW else Instalment.objects.filter(pk__in=ids)


def filter_status(
    rows: QuerySet[Instalment], status: str, company: Company, today: date
) -> QuerySet[Instalment]:
    """Narrow to one status, by the same precedence as ``domain.standing.compute_status``."""
    if status in {"paid", "written_off"}:
        closed = _with_product(rows).filter(product__lte=0)
        given_up = Q(pk__in=given_up_parts(company).values("instalment"))
        return closed.filter(given_up if status == "written_off" else ~given_up)
    blocked = blocked_documents(company, today)
    if status == "rejected":
        return _with_product(rows).filter(product__gt=0, document__in=blocked.rejected)
    if status == "waiting_sdi":
        return _with_product(rows).filter(product__gt=0, document__in=blocked.waiting)
    if status == "partly_paid":
        rows = _with_product(rows).filter(product__gt=0).exclude(balance=F("amount"))
    elif status == "overdue":
        rows = rows.filter(balance__gt=0, due_date__lt=today, balance=F("amount"))
    else:
        to_come = Q(balance__gt=0, due_date__gte=today)
        rows = rows.filter(to_come | Q(balance__lt=0), balance=F("amount"))
    return rows.exclude(document__in=blocked.rejected).exclude(document__in=blocked.waiting)


def given_up_parts(company: Company) -> QuerySet[Allocation]:
    """What was closed of instalments by an allowance, a settlement or a loss, not undone."""
    return Allocation.objects.filter(
        company=company, payment__source__in=WRITTEN_OFF, undone_at__isnull=True
    )


def _with_product(rows: QuerySet[Instalment]) -> QuerySet[Any]:
    """Amount by balance: above 0 while something is left, for credit notes too. No OR to scan."""
    product = ExpressionWrapper(F("amount") * F("balance"), output_field=MONEY)
    return rows.alias(product=product)


@dataclass(frozen=True, slots=True)
class BlockedDocuments:
    """Documents that the SdI does not let us ask for: a small part of a ledger, as a rule."""

    rejected: Keys
    waiting: Keys


def blocked_documents(company: Company, today: date) -> BlockedDocuments:
    """Documents rejected (NS), refused (EC02), or waiting for the SdI, on a day.

    The same answer as ``domain.sdi.compute_collectible``; each query walks a short index.
    """
    documents = Document.objects.filter(company=company)
    electronic = documents.filter(kind__in=ELECTRONIC_KINDS)
    scrapped = documents.filter(
        sdi_state=SdiState.REJECTED, kind__in=[*ELECTRONIC_KINDS, DocumentKind.CREDIT_NOTE]
    )
    refused = electronic.filter(sdi_state=SdiState.REFUSED, sdi_override=False)
    unheard = electronic.filter(sdi_state=SdiState.NONE)
    rule = IssueRule(company.sdi_rule)
    if rule is not IssueRule.RECEIPT_ONLY:
        days = ISSUED_AFTER_DAYS if rule is IssueRule.AFTER_FIVE_DAYS else 0
        unheard = unheard.filter(date__gt=today - timedelta(days=days))
    public = electronic.filter(is_public_body=True)
    term = today - timedelta(days=PUBLIC_TERM_DAYS)
    waiting = (
        unheard,
        electronic.filter(sdi_state=SdiState.UNREACHABLE, sdi_override=False),
        public.filter(sdi_state=SdiState.NOT_DELIVERED),
        public.filter(sdi_state=SdiState.DELIVERED, sdi_since__gt=term),
        public.filter(sdi_state=SdiState.DELIVERED, sdi_since__isnull=True, date__gt=term),
    )
    return BlockedDocuments(keys_of(scrapped, refused), keys_of(*waiting))


def silent_documents(company: Company) -> set[int]:
    """Documents not asked for because of a pro-forma and its invoice: see ``dunning.queries``."""
    pairs = Document.objects.filter(company=company, replaces__isnull=False).values_list(
        "pk", "date", "replaces_id", "replaces__date", "is_replacement_confirmed"
    )
    return silenced(pairs)


def silenced(pairs: Iterable[tuple[int, date, int | None, Any, bool | None]]) -> set[int]:
    """Of each pair the one not to ask for: the younger, or the pro-forma once confirmed.

    A pair that a person called two different credits is no pair.
    """
    silent: set[int] = set()
    for invoice, invoice_date, pro_forma, pro_forma_date, confirmed in pairs:
        if confirmed is False or pro_forma is None:
            continue
        silent.add(pro_forma if confirmed or invoice_date < pro_forma_date else invoice)
    return silent


def sort_instalments(rows: QuerySet[Instalment], sort: str) -> QuerySet[Instalment]:
    """Order by a key of ``SORTS``, ``-key`` downwards; anything else is by due date."""
    fields = SORTS.get(sort.removeprefix("-"), SORTS["due"])
    return rows.order_by(*(f"-{field}" for field in fields) if sort.startswith("-") else fields)


def total_instalments(
    rows: QuerySet[Instalment], company: Company, today: date
) -> list[CurrencyTotal]:
    """Da incassare, of what is filtered: per currency, the euro first.

    What may not be asked for (SdI, pro-forma and invoice, MP22) is summed apart and left out.
    """
    rows = rows.filter(balance__gt=0).order_by()
    blocked = blocked_documents(company, today)
    never = keys_of(
        Instalment.objects.filter(document__in=blocked.rejected),
        Instalment.objects.filter(document__in=blocked.waiting),
        Instalment.objects.filter(document__in=silent_documents(company)),
        Instalment.objects.filter(company=company, method=NEVER_ASKED_METHOD),
    )
    apart = _by_day(rows.filter(pk__in=never))
    totals = [
        _total(currency, days, apart.get(currency, {}), today)
        for currency, days in _by_day(rows).items()
    ]
    return sorted(totals, key=lambda total: (total.currency != "EUR", total.currency))


def group_by_customer(rows: QuerySet[Instalment], today: date) -> QuerySet[Any, Any]:
    """What is filtered, per customer and currency: who owes most overdue first.

    Each is ``party_id``, ``currency``, ``count``, ``total`` and ``overdue``; sums leave credit
    notes out. Names are read of those that are shown: ``party_names``.
    """
    owed = Q(balance__gt=0)
    return (
        rows.order_by()
        .values("party_id", "currency")
        .annotate(
            count=Count("pk"),
            total=Coalesce(Sum("balance", filter=owed), NOTHING),
            overdue=Coalesce(Sum("balance", filter=owed & Q(due_date__lt=today)), NOTHING),
        )
        .order_by("-overdue", "-total", "party_id", "currency")
    )


def party_names(party_ids: Collection[int]) -> dict[int, str]:
    """Names of customers by id."""
    return dict(Party.objects.filter(pk__in=party_ids).values_list("pk", "name"))


def customers_without_contact(company: Company) -> QuerySet[Party]:
    """Clienti senza recapito: who owes and has no e-mail; largest overdue first is the caller's."""
    owing = Party.objects.filter(company=company, pk__in=open_instalments(company).values("party"))
    return without_email(owing)


def without_email(rows: QuerySet[Party]) -> QuerySet[Party]:
    """Those of these customers that have no e-mail, nor has who answers for them."""
    served = PaymentContact.objects.filter(contact_points__kind="email")
    rows = rows.exclude(contact_points__kind="email")
    return rows.exclude(payment_contact__in=served.values("pk"))


def parties_named(company: Company, text: str) -> QuerySet[Party]:
    """Customers by id, P.IVA, codice fiscale or code; else by name, else by part of it."""
    mine = Party.objects.filter(company=company)
    code = text.strip().upper()
    codes = mine.filter(Q(vat_number=code.removeprefix("IT")) | Q(tax_code=code) | Q(code=text))
    by_id = (
        mine.filter(pk=int(code)) if code.isdecimal() and len(code) < LONGEST_ID else mine.none()
    )
    named = mine.filter(name__iexact=text.strip())
    found = (by_id, codes, named, mine.filter(name__icontains=text.strip()))
    return next((rows for rows in found if rows.exists()), mine.none())


def owing_parties_named(company: Company, text: str) -> QuerySet[Party]:
    """Customers so named (part of the name, or a code) who owe something, by name."""
    owing = Instalment.objects.filter(company=company, balance__gt=0).values("party")
    return parties_named(company, text).filter(pk__in=owing).order_by("name", "pk")


def _by_day(rows: QuerySet[Instalment]) -> dict[str, _Days]:
    """Sum and count by currency and due date; an assumed date is none.

    Summed in binary, which is off by far less than a cent: making a Decimal of each of some
    thousand sums in the driver costs more than summing.
    """
    grouped = (
        rows.values_list("currency", "due_date", "due_date_assumed")
        .annotate(total=Sum("balance", output_field=FloatField()), number=Count("pk"))
        .order_by()
    )
    found: dict[str, _Days] = {}
    for currency, day, assumed, total, number in grouped:
        days = found.setdefault(currency, {})
        amount, count = days.get(None if assumed else day, (ZERO, 0))
        days[None if assumed else day] = amount + Decimal(f"{total:.2f}"), count + number
    return found


def _total(currency: str, days: _Days, apart: _Days, today: date) -> CurrencyTotal:
    left = {
        day: (amount - less[0], count - less[1])
        for day, (amount, count) in days.items()
        for less in (apart.get(day, (ZERO, 0)),)
    }
    return CurrencyTotal(
        currency,
        amount=sum((amount for amount, _ in left.values()), ZERO),
        overdue=sum((a for day, (a, _) in left.items() if day and day < today), ZERO),
        count=sum(count for _, count in left.values()),
        ages=sum_buckets(((day, amount) for day, (amount, _) in left.items()), today),
        not_collectible=sum((amount for amount, _ in apart.values()), ZERO),
    )


def names_text(company: Company, text: str) -> Q:
    """The customer's name, or number and references as the document keeps them."""
    parties = Party.objects.filter(company=company)
    named = [parties.filter(name__icontains=text.strip())]
    if plain := normalise_name(text):
        named.append(parties.filter(identity__contains=plain))
    documents = Document.objects.filter(company=company, search_text__contains=text.strip().lower())
    return Q(party__in=keys_of(*named)) | Q(document__in=keys_of(documents))


def keys_of(*rows: QuerySet[Any]) -> Keys:
    """Keys of what the queries of one model find: a list where they are few, else a subquery.

    An index serves a list where a subquery makes the planner scan; a long list is more than a
    database takes as parameters.
    """
    found: list[int] = []
    for each in rows:
        found += each.order_by().values_list("pk", flat=True)[: FEW + 1]
        if len(found) > FEW:
            return reduce(or_, rows).order_by().values_list("pk", flat=True)
    return list(dict.fromkeys(found))


def _in_ranges(wanted: LedgerFilter, today: date) -> Q:
    found = Q()
    if wanted.due in {"overdue", "future"}:
        late = Q(due_date__lt=today, balance__gt=0)
        found &= late if wanted.due == "overdue" else Q(due_date__gte=today)
    ranges: Collection[tuple[str, Any]] = (
        ("due_date__gte", wanted.due_from),
        ("due_date__lte", wanted.due_to),
        ("balance__gte", wanted.amount_from),
        ("balance__lte", wanted.amount_to),
    )
    for lookup, value in ranges:
        if value is not None:
            found &= Q(**{lookup: value})
    return found & _in_bucket(wanted.bucket, today) if wanted.bucket else found


def _in_bucket(bucket: Bucket, today: date) -> Q:
    if bucket is Bucket.NO_DATE:
        return Q(due_date_assumed=True, balance__gt=0)
    period = due_period(bucket, today)
    found = Q(due_date_assumed=False, balance__gt=0)
    if period.first:
        found &= Q(due_date__gte=period.first)
    return found & Q(due_date__lte=period.last) if period.last else found

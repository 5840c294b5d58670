"""Clienti: the list with what each owes, and the card of one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import DecimalField, Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from sollecito.accounts.models import Company
from sollecito.domain.aging import Bucket
from sollecito.domain.identifiers import parse_code
from sollecito.domain.parties import normalise_name
from sollecito.dunning.models import CustomerReply
from sollecito.dunning.queries import ledger_rows
from sollecito.dunning.time_line import time_line
from sollecito.flows import clock
from sollecito.ledger.contact_queries import customers_reached_by, served_beside
from sollecito.ledger.models import ContactPoint, Document, Instalment, Party
from sollecito.ledger.payable_queries import payables_of
from sollecito.ledger.queries import (
    NEVER_ASKED_METHOD,
    CurrencyTotal,
    blocked_documents,
    customers_without_contact,
    open_instalments,
    silent_documents,
    total_instalments,
    without_email,
)
from sollecito.outbox.models import Suppression
from sollecito.web.choice_view import choice_context
from sollecito.web.forms.customers import CustomersForm
from sollecito.web.listing import AGES, PAGE_SIZE, AgePart, make_columns
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required
from sollecito.web.views.holds import agreements_of
from sollecito.web.views.messages import contents_of
from sollecito.web.views.open_credits import open_credits_of
from sollecito.web.views.time_line import show_entry

SORTS = {"nome": "name", "residuo": "owed", "scaduto": "overdue"}
COLUMNS = (
    (_("Cliente"), "nome", False),
    (_("Tipo"), "", False),
    (_("E-mail"), "", False),
    (_("Agente"), "", False),
    (_("Da incassare"), "residuo", True),
    (_("Scaduto"), "scaduto", True),
)
MONEY: DecimalField[Any, Any] = DecimalField(max_digits=14, decimal_places=2)
SHOWN_ITEMS, SHOWN_CONTENTS, SHOWN_HISTORY = 100, 5, 10


@require_GET
@member_required
def customers(request: CompanyRequest) -> HttpResponse:
    """The list, filtered, sorted and paged by the address."""
    form = CustomersForm(request.GET, company=request.company)
    chosen = form.chosen()
    today = clock.today(request.company.time_zone)
    rows = narrowed(with_sums(request.company, today), chosen, request.company)
    sort = str(chosen.get("ordina", "-scaduto"))
    field = SORTS.get(sort.removeprefix("-"), "overdue")
    rows = rows.order_by(f"-{field}" if sort.startswith("-") else field, "name", "pk")
    context = {
        "form": form,
        "is_filtered": bool(chosen.keys() - {"ordina"}),
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("pagina")),
        "columns": make_columns(request, COLUMNS, default="-scaduto"),
        "without_contact": customers_without_contact(request.company).count(),
    }
    return render(request, "web/customers/list.html", context)


@require_GET
@member_required
def customer(request: CompanyRequest, pk: int) -> HttpResponse:
    """The card: who, how to reach, what is owed, what was said."""
    parties = Party.objects.select_related("agent", "company", "payment_contact")
    party = get_object_or_404(parties, pk=pk, company=request.company)
    today = clock.today(request.company.time_zone)
    owed = open_instalments(request.company).filter(party=party).order_by("due_date", "id")
    context = {
        "party": party,
        "contacts": contacts_of(party),
        "answering": points_of_contact(party),
        "beside": served_beside(party),
        "replies": unread_replies(party),
        "totals": [
            (total, customer_ages(party, total))
            for total in total_instalments(owed, request.company, today)
        ],
        "open_credits": open_credits_of(party),
        "payables": payables_of(party),
        "rows": ledger_rows(owed[:SHOWN_ITEMS], request.company, today),
        "row_count": owed.count(),
        "contents": contents_of(request.company).filter(
            pk__in=party.instalments.values("reminders__content")
        )[:SHOWN_CONTENTS],
        "replacements": proposed_replacements(party),
        **agreements_of(party),
        "entries": [show_entry(entry) for entry in time_line(party, limit=SHOWN_HISTORY)],
        **choice_context(party),
    }
    return render(request, "web/customers/card.html", context)


def contacts_of(party: Party) -> list[tuple[ContactPoint, Suppression | None]]:
    """How to reach the customer itself; with each what came back from it as dead."""
    return points_with_dead(party.company, party.contact_points.order_by("kind", "pk"))


def points_with_dead(
    company: Company, rows: Iterable[ContactPoint]
) -> list[tuple[ContactPoint, Suppression | None]]:
    """Addresses, each with what came back from it as dead."""
    points = list(rows)
    asked = [point.value.lower() for point in points]
    dead = Suppression.objects.filter(company=company, address__in=asked, lifted_at__isnull=True)
    found = {row.address: row for row in dead}
    return [(point, found.get(point.value.lower())) for point in points]


def points_of_contact(party: Party) -> list[tuple[ContactPoint, Suppression | None]]:
    """How to reach who answers for the customer, where it is somebody else."""
    if party.payment_contact is None:
        return []
    rows = party.payment_contact.contact_points.order_by("kind", "pk")
    return points_with_dead(party.company, rows)


def unread_replies(party: Party) -> QuerySet[CustomerReply]:
    """What the customer wrote and nobody has read, the latest first."""
    rows = CustomerReply.objects.filter(party=party, seen_at__isnull=True)
    return rows.select_related("mail").defer("mail__raw").order_by("-at", "-pk")


def with_sums(company: Company, today: date) -> QuerySet[Party]:
    """Customers with what they owe and what is overdue, in euro, and their first e-mail."""
    blocked = blocked_documents(company, today)
    rows = (
        Instalment.objects.filter(party=OuterRef("pk"), company=company, balance__gt=0)
        .filter(currency="EUR")
        .exclude(method=NEVER_ASKED_METHOD)
        .exclude(document__in=blocked.rejected)
        .exclude(document__in=blocked.waiting)
        .exclude(document__in=silent_documents(company))
        .order_by()
        .values("party")
    )
    nothing = Value(0, output_field=MONEY)
    mails = ContactPoint.objects.filter(party=OuterRef("pk"), kind="email").order_by("pk")
    of_contact = ContactPoint.objects.filter(contact__customers=OuterRef("pk"), kind="email")
    theirs = of_contact.order_by("pk")
    total = Sum("balance")
    return (
        Party.objects.filter(company=company)
        .select_related("agent")
        .annotate(
            owed=Coalesce(
                Subquery(rows.annotate(total=total).values("total"), output_field=MONEY), nothing
            ),
            overdue=Coalesce(
                Subquery(
                    rows.filter(due_date__lt=today).annotate(total=total).values("total"),
                    output_field=MONEY,
                ),
                nothing,
            ),
            email=Coalesce(
                Subquery(theirs.values("value")[:1]), Subquery(mails.values("value")[:1])
            ),
        )
    )


def narrowed(rows: QuerySet[Party], chosen: dict[str, Any], company: Company) -> QuerySet[Party]:
    """What the address asks for."""
    if text := chosen.get("cerca"):
        answers = Q(party=OuterRef("pk")) | Q(contact__customers=OuterRef("pk"))
        contacts = ContactPoint.objects.filter(answers, value__icontains=text)
        found = Q(name__icontains=text) | Q(code__iexact=text) | Q(Exists(contacts))
        found |= Q(payment_contact__name__icontains=text)
        if code := parse_code(text):
            found |= Q(vat_number__startswith=code) | Q(tax_code__startswith=code)
        if plain := normalise_name(text):
            found |= Q(identity__contains=plain)
        rows = rows.filter(found)
    if kind := chosen.get("tipo"):
        rows = rows.filter(kind=kind)
    if agent := chosen.get("agente"):
        rows = rows.filter(agent=agent)
    which = chosen.get("quali")
    if which == "aperti":
        return rows.filter(pk__in=open_instalments(company).values("party"))
    if which == "scaduti":
        return rows.filter(Q(overdue__gt=0))
    if which == "senza_recapito":
        return without_email(rows)
    if which == "tornati":
        dead = Suppression.objects.filter(company=company, lifted_at__isnull=True)
        known = list(dead.values_list("address", flat=True))
        return rows.filter(pk__in=customers_reached_by(company, known))
    return rows.filter(is_kind_confirmed=False) if which == "da_confermare" else rows


def customer_ages(party: Party, total: CurrencyTotal) -> list[AgePart]:
    """The parts of the bar, each leading to the customer's rows of that age."""
    ledger = reverse("web:scadenzario")
    return [
        AgePart(
            key=bucket.value,
            tone=tone,
            label=str(label),
            amount=amount,
            href=f"{ledger}?cliente={party.pk}&fascia={bucket.value}",
        )
        for bucket, (tone, label) in AGES.items()
        if (amount := total.ages.get(bucket, Decimal(0))) or bucket is not Bucket.NO_DATE
    ]


def proposed_replacements(party: Party) -> QuerySet[Document]:
    """Invoices that seem to replace a pro-forma, and nobody has said whether."""
    return (
        Document.objects.filter(party=party, replaces__isnull=False)
        .filter(is_replacement_confirmed__isnull=True)
        .select_related("replaces")
        .order_by("date")
    )

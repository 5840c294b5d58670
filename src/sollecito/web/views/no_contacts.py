"""Clienti senza recapito: largest overdue first, filled in like a sheet, saved row by row."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from sollecito.flows import clock
from sollecito.flows.edit_customer import Contact, edit_customer
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.formats.sheets import write_csv
from sollecito.ledger.models import Agent, ContactPoint, Party
from sollecito.ledger.queries import customers_without_contact
from sollecito.web.answers import is_partial
from sollecito.web.customer_words import LANGUAGES
from sollecito.web.files import hand_over
from sollecito.web.forms.controls import read_keys
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.views.customers import with_sums

MOST_ROWS = 200
SHEET_COLUMNS = (
    *("cliente", "partita_iva", "codice_fiscale", "email"),
    *("referente", "telefono", "lingua", "agente"),
)
EMAIL, PHONE = ContactPoint.Kind.EMAIL, ContactPoint.Kind.PHONE


@require_GET
@writer_required
def no_contacts(request: CompanyRequest) -> HttpResponse:
    """The sheet."""
    missing = customers_without_contact(request.company)
    today = clock.today(request.company.time_zone)
    rows = with_sums(request.company, today).filter(pk__in=missing.values("pk"))
    phones = dict(
        ContactPoint.objects.filter(company=request.company, kind=PHONE, party__isnull=False)
        .order_by("-pk")
        .values_list("party_id", "value")
    )
    context = {
        "rows": [
            (party, phones.get(party.pk, ""))
            for party in rows.order_by(F("overdue").desc(), F("owed").desc(), "name")[:MOST_ROWS]
        ],
        "count": missing.count(),
        "agents": Agent.objects.filter(company=request.company).order_by("name"),
        "languages": LANGUAGES.items(),
    }
    return render(request, "web/customers/no_contacts.html", context)


@require_GET
@writer_required
def no_contacts_sheet(request: CompanyRequest) -> HttpResponse:
    """The same customers as a CSV to fill in and import."""
    rows = customers_without_contact(request.company).select_related("agent").order_by("name")
    data = write_csv(
        SHEET_COLUMNS,
        [
            (
                party.name,
                party.vat_number,
                party.tax_code,
                "",
                party.contact_name,
                "",
                party.language,
                party.agent.name if party.agent else "",
            )
            for party in rows
        ],
    )
    return hand_over(data, name="clienti-senza-recapito.csv", media_type="text/csv", save=True)


@require_POST
@writer_required
def no_contacts_save(request: CompanyRequest, pk: int) -> HttpResponse:
    """One row; the answer is a mark beside it, or what is wrong beside the cell."""
    party = get_object_or_404(
        Party.objects.select_related("company"), pk=pk, company=request.company
    )
    errors: dict[str, str] = {}
    contacts = contacts_of(party, request.POST)
    try:
        edit_customer(
            party,
            user=request.membership.user,
            changes=changes_of(request),
            contacts=contacts,
        )
    except FieldsRefusedError as error:
        errors = {
            cell_of(name, contacts): f"{problem.message} {problem.hint}".strip()
            for name, problem in error.problems.items()
        }
    if not is_partial(request):
        return redirect("web:no_contacts")
    has_email = any(each.kind == EMAIL and each.value for each in contacts)
    context = {"party": party, "errors": errors, "is_complete": has_email and not errors}
    return render(request, "web/customers/no_contacts_saved.html", context)


def changes_of(request: CompanyRequest) -> dict[str, Any]:
    """The fields of the row that belong to the card."""
    agent = request.POST.get("agent", "")
    agents = Agent.objects.filter(company=request.company)
    return {
        "contact_name": request.POST.get("person", "").strip()[:100],
        "language": "en" if request.POST.get("language") == "en" else "it",
        "agent": agents.filter(pk__in=read_keys(agent)).first(),
    }


def contacts_of(party: Party, written: Any) -> list[Contact]:
    """E-mail and phone as the row has them now, and every other contact as it was.

    A customer of this page had no e-mail: whatever is there was written here, and is replaced.
    """
    person = str(written.get("person", "")).strip()
    kept = [
        Contact(each.kind, each.value, each.purpose, each.person)
        for each in party.contact_points.exclude(kind__in=[EMAIL, PHONE]).order_by("pk")
    ]
    typed = [
        Contact(kind, str(written.get(name, "")).strip(), person=person)
        for kind, name in ((EMAIL, "email"), (PHONE, "phone"))
    ]
    return [each for each in [*typed, *kept] if each.value]


def cell_of(name: str, contacts: list[Contact]) -> str:
    """The cell a problem belongs to: ``contact_0`` is the first of the contacts."""
    if not name.startswith("contact_"):
        return "email"
    kind = contacts[int(name.removeprefix("contact_"))].kind
    return "phone" if kind == PHONE else "email"

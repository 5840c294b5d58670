"""Contatti dei pagamenti: who answers for several customers, and whom a customer leaves it to."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sollecito.flows import clock
from sollecito.flows.choose_contact import choose_contact, delete_contact
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.save_contact import save_contact
from sollecito.ledger.contact_queries import shared_addresses
from sollecito.ledger.models import Party, PaymentContact
from sollecito.ledger.queries import parties_named
from sollecito.web.answers import done, refuse, show
from sollecito.web.forms.payment_contacts import (
    NEW,
    ChooseContactForm,
    PaymentContactForm,
    first_values,
)
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required
from sollecito.web.views.customers import points_with_dead, with_sums


def contact_of_company(request: CompanyRequest, pk: int) -> PaymentContact:
    """A payment contact of this company."""
    rows = PaymentContact.objects.select_related("company")
    return get_object_or_404(rows, pk=pk, company=request.company)


@require_GET
@member_required
def payment_contacts(request: CompanyRequest) -> HttpResponse:
    """All of them, and the addresses that several customers have and nobody joined."""
    rows = PaymentContact.objects.filter(company=request.company).prefetch_related("contact_points")
    context = {
        "contacts": rows.annotate(served=Count("customers")).order_by("name"),
        "shared": shared_addresses(request.company),
    }
    return render(request, "web/contacts/list.html", context)


@require_GET
@member_required
def payment_contact(request: CompanyRequest, pk: int) -> HttpResponse:
    """One: how to reach it, and the customers it answers for with what each owes."""
    contact = contact_of_company(request, pk)
    today = clock.today(request.company.time_zone)
    served = with_sums(request.company, today).filter(payment_contact=contact)
    context = {
        "contact": contact,
        "points": points_with_dead(request.company, contact.contact_points.order_by("kind", "pk")),
        "customers": served.order_by("name", "pk"),
    }
    return render(request, "web/contacts/card.html", context)


@require_http_methods(["GET", "POST"])
@writer_required
def payment_contact_new(request: CompanyRequest) -> HttpResponse:
    """A new one; with ``cliente`` or ``indirizzo`` it begins with whom it would answer for."""
    offered = offered_customers(request)
    start = start_of(request, offered)
    form = PaymentContactForm(request.POST or None, customers=offered, initial=start)
    if request.method == "POST" and form.is_valid():
        contact = save(request, form, None)
        if contact:
            chosen = set(form.cleaned_data.get("customers", ()))
            for party in offered:
                if str(party.pk) in chosen:
                    choose_contact(party, contact, user=request.membership.user)
            here = reverse("web:payment_contact", args=[contact.pk])
            text = _("«%(name)s» salvato.") % {"name": contact.name}
            return done(request, text, to=here)
    query = request.GET.urlencode()
    context = {"form": form, "here": f"{reverse('web:payment_contact_new')}?{query}"}
    return show(request, "web/contacts/edit.html", context)


def offered_customers(request: CompanyRequest) -> list[Party]:
    """Whom a new contact may answer for at once: the one asked for, those of a shared address."""
    rows = Party.objects.filter(company=request.company).select_related(
        "company", "payment_contact"
    )
    code, address = request.GET.get("cliente", ""), request.GET.get("indirizzo", "").lower()
    if code.isdecimal() and len(code) < LONGEST_KEY:
        return list(rows.filter(pk=int(code)))
    if not address:
        return []
    alike: QuerySet[Party] = rows.filter(
        payment_contact__isnull=True, contact_points__kind="email", contact_points__value=address
    )
    return list(alike.order_by("name", "pk").distinct())


LONGEST_KEY = 18


def start_of(request: CompanyRequest, offered: list[Party]) -> dict[str, Any]:
    """What the form of a new one begins with."""
    start: dict[str, Any] = {"customers": [str(party.pk) for party in offered]}
    if address := request.GET.get("indirizzo", ""):
        return start | {"email": address}
    if len(offered) == 1:
        points = offered[0].contact_points.filter(purpose="payments").exclude(kind="pec")
        return start | first_values(points.order_by("pk"))
    return start


@require_http_methods(["GET", "POST"])
@writer_required
def payment_contact_edit(request: CompanyRequest, pk: int) -> HttpResponse:
    """Name, person, addresses."""
    contact = contact_of_company(request, pk)
    start = {name: getattr(contact, name) for name in ("name", "person", "note")}
    points = first_values(contact.contact_points.order_by("pk"))
    form = PaymentContactForm(request.POST or None, initial=start | points)
    if request.method == "POST" and form.is_valid() and save(request, form, contact):
        here = reverse("web:payment_contact", args=[contact.pk])
        return done(request, _("«%(name)s» salvato.") % {"name": contact.name}, to=here)
    here = reverse("web:payment_contact_edit", args=[pk])
    return show(request, "web/contacts/edit.html", {"form": form, "contact": contact, "here": here})


def save(
    request: CompanyRequest, form: PaymentContactForm, contact: PaymentContact | None
) -> PaymentContact | None:
    """Save what was written; ``None`` where the form now says what is wrong."""
    written = form.cleaned_data
    try:
        return save_contact(
            request.company,
            contact,
            name=written["name"],
            person=written["person"],
            note=written["note"],
            addresses=form.addresses(),
            user=request.membership.user,
        )
    except FieldsRefusedError as error:
        form.add_refused(error)
        return None


@require_POST
@writer_required
def payment_contact_delete(request: CompanyRequest, pk: int) -> HttpResponse:
    """Its customers answer for themselves again."""
    contact = contact_of_company(request, pk)
    count = delete_contact(contact, user=request.membership.user)
    words = ngettext(
        "Contatto tolto: %(count)d cliente risponde di nuovo per sé.",
        "Contatto tolto: %(count)d clienti rispondono di nuovo per sé.",
        count,
    )
    return done(request, words % {"count": count}, to=reverse("web:payment_contacts"))


@require_POST
@writer_required
def payment_contact_serve(request: CompanyRequest, pk: int) -> HttpResponse:
    """One more customer, by name or code."""
    contact = contact_of_company(request, pk)
    here = reverse("web:payment_contact", args=[pk])
    text = request.POST.get("cliente", "").strip()
    found = list(parties_named(request.company, text)[:2]) if text else []
    if len(found) != 1:
        words = (
            _("Più clienti corrispondono a «%(text)s»: scrivi il nome intero o la partita IVA.")
            if found
            else _("Nessun cliente corrisponde a «%(text)s».")
        )
        return refuse(request, words % {"text": text[:100]}, to=here)
    choose_contact(found[0], contact, user=request.membership.user)
    words = _("%(contact)s risponde ora anche per %(customer)s.")
    values = {"contact": contact.name, "customer": found[0].name}
    return done(request, words % values, to=here)


@require_http_methods(["GET", "POST"])
@writer_required
def customer_contact(request: CompanyRequest, pk: int) -> HttpResponse:
    """Who answers for this customer's payments."""
    parties = Party.objects.select_related("company", "payment_contact")
    party = get_object_or_404(parties, pk=pk, company=request.company)
    start = {"contact": str(party.payment_contact_id or "")}
    form = ChooseContactForm(request.POST or None, company=request.company, initial=start)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["contact"]
        if chosen == NEW:
            return redirect(f"{reverse('web:payment_contact_new')}?cliente={party.pk}")
        contact = PaymentContact.objects.filter(company=request.company, pk=chosen or 0).first()
        choose_contact(party, contact, user=request.membership.user)
        here = reverse("web:customer", args=[party.pk])
        return done(request, _("Salvato: da ora i solleciti vanno lì."), to=here)
    return show(request, "web/contacts/choose.html", {"form": form, "party": party})

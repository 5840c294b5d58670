"""Cruscotto: how much, how late, and what to do now."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sollecito.accounts.models import Company
from sollecito.flows import clock
from sollecito.flows.prove_takings import prove_takings
from sollecito.flows.refresh_work_list import refresh_work_list
from sollecito.ledger.models import Document, ImportBatch, Instalment, Payment
from sollecito.ledger.queries import (
    CurrencyTotal,
    LedgerFilter,
    blocked_documents,
    customers_without_contact,
    filter_instalments,
    open_instalments,
    total_instalments,
)
from sollecito.ledger.sources import NOT_MONEY
from sollecito.outbox.models import Message, Sender
from sollecito.web.home_tasks import (
    Task,
    bank_tasks,
    call_tasks,
    hold_tasks,
    note_tasks,
    residual_tasks,
    work_tasks,
)
from sollecito.web.listing import age_parts
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required
from sollecito.web.post_tasks import post_tasks

SOON = timedelta(days=30)
RECENT = timedelta(days=14)
IMPORTS_SHOWN = 5


@require_GET
@member_required
def home(request: CompanyRequest) -> HttpResponse:
    """The page."""
    company = request.company
    today = clock.today(company.time_zone)
    refresh_work_list(company)
    totals = total_instalments(open_instalments(company), company, today)
    context = {
        "currencies": [show_figures(request, total, today) for total in totals],
        "soon_from": today.isoformat(),
        "soon_to": (today + SOON).isoformat(),
        "tasks": [
            *work_tasks(company, request.membership.user, today),
            *post_tasks(company),
            *call_tasks(company, today),
            *bank_tasks(company),
            *hold_tasks(company, today),
            *residual_tasks(company),
            *note_tasks(company),
            *(task for task in list_tasks(company, today) if task),
        ],
        "imports": ImportBatch.objects.filter(company=company).order_by("-started_at")[
            :IMPORTS_SHOWN
        ],
        "takings": prove_takings(company, today),
        "has_documents": bool(totals) or Document.objects.filter(company=company).exists(),
    }
    return render(request, "web/home.html", context)


def show_figures(request: CompanyRequest, total: CurrencyTotal, today: date) -> dict[str, Any]:
    """The four figures of a currency and its bar."""
    company = request.company
    mine = open_instalments(company).filter(currency=total.currency)
    late = mine.filter(due_date__lt=today).count()
    wanted = LedgerFilter(due_from=today, due_to=today + SOON)
    coming = filter_instalments(company, wanted, today).filter(
        currency=total.currency, balance__gt=0
    )
    soon = coming.aggregate(amount=Sum("balance"), count=Count("pk"))
    came = Payment.objects.filter(
        company=company, currency=total.currency, undone_at__isnull=True, date__gt=today - SOON
    )
    received = came.exclude(source__in=NOT_MONEY).aggregate(amount=Sum("amount"), count=Count("pk"))
    return {
        "total": total,
        "late": late,
        "soon": soon["amount"] or Decimal(0),
        "soon_count": soon["count"],
        "received": received["amount"] or Decimal(0),
        "received_count": received["count"],
        "parts": age_parts(request, total, path=reverse("web:scadenzario")),
    }


def list_tasks(company: Company, today: date) -> list[Task | None]:
    """What waits for a person, the most urgent first."""
    return [
        paused_accounts(company),
        refused_messages(company),
        takings_to_declare(company),
        missing_contacts(company),
        assumed_dates(company),
        pairs_to_confirm(company),
        waiting_for_sdi(company, today),
        overdue_to_remind(company, today),
    ]


def paused_accounts(company: Company) -> Task | None:
    """An account that the failures of a server put on hold."""
    sender = Sender.objects.filter(company=company, paused_at__isnull=False).first()
    if not sender:
        return None
    title = _("L’account di posta è in pausa")
    href = reverse("web:settings_senders")
    return Task("player-pause", title, sender.paused_reason, href, _("Controlla"))


def refused_messages(company: Company) -> Task | None:
    """Messages of the last days that did not arrive, about what is still open."""
    refused = Message.objects.filter(
        company=company,
        status__in=("failed", "bounced"),
        settled_at__gte=clock.now() - RECENT,
        content__reminders__instalment__balance__gt=0,
    )
    count = refused.values("pk").distinct().count()
    if not count:
        return None
    title = ngettext("%(n)d messaggio non arrivato", "%(n)d messaggi non arrivati", count)
    text = _("Guarda perché, correggi l’indirizzo del cliente e scrivi di nuovo.")
    href = f"{reverse('web:messages')}?stato=problemi"
    return Task("mail-off", title % {"n": count}, text, href, _("Guarda"))


def takings_to_declare(company: Company) -> Task | None:
    """After the first import: what was collected already."""
    if company.takings_answered_at or not Document.objects.filter(company=company).exists():
        return None
    title = _("Che cosa è già stato incassato?")
    text = _("Le fatture non lo dicono: segnalo prima di sollecitare chi ha già pagato.")
    return Task("checks", title, text, reverse("web:takings"), _("Comincia"))


def missing_contacts(company: Company) -> Task | None:
    """Clienti senza recapito."""
    count = customers_without_contact(company).count()
    if not count:
        return None
    title = ngettext("%(n)d cliente senza recapito", "%(n)d clienti senza recapito", count) % {
        "n": count
    }
    text = _("Senza un’e-mail non si può sollecitare: si scrivono tutte in una tabella.")
    return Task("address-book", title, text, reverse("web:no_contacts"), _("Completa"))


def assumed_dates(company: Company) -> Task | None:
    """Da completare: due dates that the document did not say."""
    count = open_instalments(company).filter(due_date_assumed=True).count()
    if not count:
        return None
    title = ngettext("%(n)d scadenza da completare", "%(n)d scadenze da completare", count) % {
        "n": count
    }
    text = _("Il documento non dice quando scade: la data è presunta.")
    href = f"{reverse('web:scadenzario')}?fascia=no_date"
    return Task("calendar-event", title, text, href, _("Completa"))


def pairs_to_confirm(company: Company) -> Task | None:
    """A pro-forma and its invoice, not asked for twice."""
    pairs = Document.objects.filter(
        company=company, replaces__isnull=False, is_replacement_confirmed__isnull=True
    )
    first = pairs.order_by("id").first()
    if not first:
        return None
    count = pairs.count()
    title = ngettext(
        "%(n)d proforma forse già fatturata", "%(n)d proforma forse già fatturate", count
    ) % {"n": count}
    text = _("Conferma, così non chiedi due volte gli stessi soldi.")
    return Task("file-text", title, text, reverse("web:document", args=[first.pk]), _("Guarda"))


def waiting_for_sdi(company: Company, today: date) -> Task | None:
    """In attesa di SdI."""
    count = (
        Instalment.objects.filter(
            document__in=blocked_documents(company, today).waiting, balance__gt=0
        )
        .order_by()
        .count()
    )
    if not count:
        return None
    title = ngettext("%(n)d rata in attesa di SdI", "%(n)d rate in attesa di SdI", count) % {
        "n": count
    }
    text = _("Finché il Sistema di Interscambio non risponde non si sollecitano.")
    href = f"{reverse('web:scadenzario')}?stato=waiting_sdi"
    return Task("hourglass", title, text, href, _("Vedi"))


def overdue_to_remind(company: Company, today: date) -> Task | None:
    """Overdue and never written about."""
    never = Q(reminders__isnull=True)
    wanted = LedgerFilter(due="overdue", status="overdue")
    count = filter_instalments(company, wanted, today).filter(never).count()
    if not count:
        return None
    title = ngettext(
        "%(n)d rata scaduta mai sollecitata", "%(n)d rate scadute mai sollecitate", count
    ) % {"n": count}
    text = _("Scegline una, oppure tutte quelle di un cliente, e scrivi.")
    href = f"{reverse('web:scadenzario')}?quando=scadute&stato=overdue"
    return Task("send", title, text, href, _("Sollecita"))

"""A document: its copy, its instalments, what the SdI said, what happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sollecito.accounts.models import AuditEntry
from sollecito.domain.identifiers import format_iban
from sollecito.domain.schedule import NOT_COLLECTIBLE
from sollecito.dunning.fact_queries import collectible_on
from sollecito.dunning.hold_queries import open_holds
from sollecito.dunning.models import Hold, Presentation
from sollecito.dunning.queries import ledger_rows
from sollecito.flows import clock
from sollecito.flows.attach_own_pdf import attach_own_pdf
from sollecito.flows.confirm_replacement import (
    NoReplacementError,
    confirm_replacement,
    reject_replacement,
)
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.keep_file import open_file
from sollecito.flows.make_courtesy_copy import make_courtesy_copy
from sollecito.ledger.models import Allocation, Document, InterestTaken, SdiNotification
from sollecito.web import words
from sollecito.web.answers import done, is_partial, refuse, show
from sollecito.web.files import hand_over
from sollecito.web.forms.documents import PdfForm
from sollecito.web.forms.problems import add_problems
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required
from sollecito.web.templatetags.sollecito import write_day

COLLECTED = Presentation.Outcome.COLLECTED


@require_GET
@member_required
def document(request: CompanyRequest, pk: int) -> HttpResponse:
    """The page; the piece that changes when htmx asks."""
    found = find_document(request, pk)
    today = clock.today(request.company.time_zone)
    rows = ledger_rows(found.instalments.order_by("seq"), request.company, today)
    context = {
        "document": found,
        "rows": rows,
        "open_balance": sum((row.balance for row in rows), Decimal(0)),
        "remind_ids": ",".join(str(row.id) for row in rows if row.can_remind),
        "copy_ids": ",".join(str(row.id) for row in rows if row.can_send_copy),
        "has_pdf": has_pdf(found),
        "ibans": [format_iban(iban) for iban in ibans_of(found)],
        "references": [name_reference(each) for each in found.references],
        "source_word": words.SOURCES.get(found.source, found.source),
        "not_collectible": explain_standing(found, today),
        "notifications": [name_notice(each) for each in notifications_of(found)],
        "holds": holds_of_document(found),
        "takings": takings_of(found),
        "interest_taken": interest_taken_of(found),
        "history": history_of(found),
    }
    name = "body" if is_partial(request) else "page"
    return render(request, f"web/documents/{name}.html", context)


@require_GET
@member_required
def document_pdf(request: CompanyRequest, pk: int) -> HttpResponse:
    """The firm's own PDF, else the courtesy copy, made now if it never was."""
    found = find_document(request, pk)
    stored = found.own_pdf
    if stored is None or request.GET.get("quale") == "copia":
        stored = make_courtesy_copy(found)
    if stored is None:
        raise Http404
    return hand_over(open_file(stored), name=stored.name, media_type=stored.media_type)


@require_GET
@member_required
def document_file(request: CompanyRequest, pk: int) -> HttpResponse:
    """The original file, as it came."""
    found = find_document(request, pk)
    if found.file is None:
        raise Http404
    return hand_over(
        open_file(found.file),
        name=found.file.name.rsplit("/", 1)[-1],
        media_type=found.file.media_type,
        save=True,
    )


@require_http_methods(["GET", "POST"])
@writer_required
def document_upload(request: CompanyRequest, pk: int) -> HttpResponse:
    """Carica il PDF."""
    found = find_document(request, pk)
    form = PdfForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["pdf"]
        try:
            attach_own_pdf(found, user=request.membership.user, name=file.name, content=file.read())
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            return done(request, _("PDF caricato."), to=found_url(found))
    title = f"{words.DOCUMENT_KINDS.get(found.kind, found.kind)} {words.numbered(found)}"
    context = {"document": found, "form": form, "subtitle": title}
    return show(request, "web/documents/upload.html", context)


@require_POST
@writer_required
def document_replacement(request: CompanyRequest, pk: int) -> HttpResponse:
    """A pro-forma and its invoice: one credit, or two."""
    found = find_document(request, pk)
    is_one = request.POST.get("verdetto") == "sostituisce"
    decide = confirm_replacement if is_one else reject_replacement
    try:
        decide(found, user=request.membership.user)
    except NoReplacementError as error:
        return refuse(request, str(error), to=found_url(found))
    text = _("Fatto: si sollecita solo la fattura.") if is_one else _("Fatto: sono due crediti.")
    return done(request, text, to=found_url(found))


def find_document(request: CompanyRequest, pk: int) -> Document:
    """The company's document, or 404."""
    related = ("party", "company", "file", "own_pdf", "courtesy_copy", "replaces")
    rows = Document.objects.filter(company=request.company).select_related(*related)
    return get_object_or_404(rows, pk=pk)


def found_url(found: Document) -> str:
    """The page of a document."""
    return reverse("web:document", args=[found.pk])


def has_pdf(found: Document) -> bool:
    """Whether there is something to show as a PDF, made or to be made."""
    return bool(found.own_pdf_id) or (found.file_id is not None and found.source == "file")


def ibans_of(found: Document) -> list[str]:
    """The accounts that the document names, each once."""
    rows = found.instalments.exclude(iban="").order_by("seq").values_list("iban", flat=True)
    return list(dict.fromkeys(rows))


def name_reference(reference: dict[str, Any]) -> dict[str, str]:
    """``Ordine``, ``12 del 01/03/2026, CIG …``."""
    parts = [str(reference.get("number", ""))]
    if written := reference.get("date"):
        parts[0] += f" {_('del')} {write_day(date.fromisoformat(str(written)))}"
    parts += [f"{name.upper()} {reference[name]}" for name in ("cig", "cup") if reference.get(name)]
    kind = str(reference.get("kind", ""))
    return {
        "word": str(words.REFERENCES.get(kind, kind)),
        "text": ", ".join(filter(None, parts)),
    }


def explain_standing(found: Document, today: date) -> str:
    """Why it may not be asked for; empty where it may."""
    standing = collectible_on(found, today)
    if standing.is_collectible:
        return ""
    text = NOT_COLLECTIBLE.get(standing.reason, standing.reason)
    if standing.from_date:
        text += " " + _("Si può sollecitare dal %s.") % write_day(standing.from_date)
    return text


def notifications_of(found: Document) -> Iterable[SdiNotification]:
    """What the SdI said of the document's file, and of this body where it says so."""
    if not found.file_key:
        return SdiNotification.objects.none()
    rows = SdiNotification.objects.filter(company=found.company, target=found.file_key)
    here = Q(number="") | Q(number=found.number)
    return rows.filter(here).order_by("message_at", "received_at")


def name_notice(notice: SdiNotification) -> dict[str, Any]:
    """A notification as the page writes it."""
    outcome = words.OUTCOMES.get(notice.outcome)
    word = str(words.NOTIFICATIONS.get(notice.code, notice.code))
    return {
        "word": f"{word}: {outcome}" if outcome else word,
        "when": notice.message_at or notice.received_at,
        "text": notice.text,
        "errors": [" ".join(map(str, each)) for each in notice.errors],
    }


def holds_of_document(found: Document) -> Iterable[Hold]:
    """Suspensions of the document, of its instalments that are open, of its customer."""
    rows = open_holds(found.company)
    own = Q(instalment__document=found, instalment__balance__gt=0)
    return rows.filter(own | Q(document=found) | Q(party=found.party_id))


def takings_of(found: Document) -> Iterable[Allocation]:
    """The money and the credit notes matched to its instalments."""
    active = Allocation.objects.filter(instalment__document=found, undone_at__isnull=True)
    related = ("payment__closing", "instalment", "credit__document")
    effects = Presentation.objects.filter(payment=OuterRef("payment"), outcome=COLLECTED)
    return (
        active.select_related(*related)
        .annotate(effect_hold=Subquery(effects.values("hold")[:1]))
        .order_by("-date", "-id")
    )


def interest_taken_of(found: Document) -> Iterable[InterestTaken]:
    """Interest and costs that payments collected for its instalments, apart from its balance."""
    active = InterestTaken.objects.filter(
        instalment__document=found, payment__undone_at__isnull=True
    )
    return active.select_related("payment", "instalment").order_by("-payment__date", "-id")


def history_of(found: Document) -> Iterable[AuditEntry]:
    """What was done to the document and its instalments, the latest first."""
    targets = [f"document:{found.pk}"]
    targets += [f"instalment:{pk}" for pk in found.instalments.values_list("pk", flat=True)]
    return (
        AuditEntry.objects.filter(company=found.company, target__in=targets)
        .select_related("user")
        .order_by("-at", "-id")
    )

"""What is done with one draft of the list: send, take back, skip, put off, complete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from sollecito.domain.phones import parse_mobile
from sollecito.dunning.models import Draft, Hold
from sollecito.flows import clock
from sollecito.flows.approve_reminders import Approval, approve_reminders
from sollecito.flows.cancel_drafts import cancel_drafts, restore_steps
from sollecito.flows.compose_automatic import Written
from sollecito.flows.edit_customer import Contact, add_contact
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.hold_as_asked import customers_of, instalments_of, release_holds
from sollecito.flows.hold_reminders import Held
from sollecito.flows.preview_reminders import Seen
from sollecito.flows.refresh_work_list import refresh_work_list
from sollecito.flows.save_contact import add_address
from sollecito.flows.send_reminder import UNDO
from sollecito.flows.take_back import take_back
from sollecito.flows.touch_instalments import touch_customer
from sollecito.ledger.models import ContactPoint
from sollecito.web.answers import done, refuse, undoable
from sollecito.web.forms.holds import OF_DRAFT
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.reminder_order import read_ids, read_seen
from sollecito.web.templatetags.sollecito import day as say_day
from sollecito.web.views.holds import hold_form, save_holds, show_hold
from sollecito.web.views.today import TODAY

PUT_OFF = timedelta(days=7)


def draft_of(request: CompanyRequest, pk: int) -> Draft:
    """A draft of this company, whatever became of it."""
    related = ("content", "party__agent", "contact", "policy", "step", "company")
    rows = Draft.objects.select_related(*related)
    return get_object_or_404(rows, pk=pk, company=request.company)


@require_POST
@writer_required
def today_send(request: CompanyRequest, pk: int) -> HttpResponse:
    """Send one, if it is still what was seen; ten seconds to take it back."""
    draft = draft_of(request, pk)
    return send_draft(request, draft, Written(seen=seen_of(request, draft)))


def seen_of(request: CompanyRequest, draft: Draft) -> Seen | None:
    """What was previewed of it, if anything was."""
    return (read_seen(request.POST) or {}).get(draft.content.key)


def send_draft(request: CompanyRequest, draft: Draft, written: Written) -> HttpResponse:
    """Approve it as it is, or as a person wrote it."""
    approval = approve_reminders(
        request.company,
        [draft.pk],
        user=request.membership.user,
        wait=UNDO,
        written={draft.pk: written},
    )
    if approval.refused:
        return refuse(request, approval.refused[0].message, to=TODAY)
    text = _("In partenza: %(customer)s") % {"customer": draft.addressee}
    undo = reverse("web:today_undo", args=[draft.pk])
    return undoable(request, text, undo, to=TODAY, seconds=int(UNDO.total_seconds()))


@require_POST
@writer_required
def today_undo(request: CompanyRequest, pk: int) -> HttpResponse:
    """Annulla invio: truly, or say that it is too late."""
    draft = draft_of(request, pk)
    outcome = take_back(request.company, [draft.pk], user=request.membership.user)
    return say_taken_back(request, outcome)


def say_taken_back(request: CompanyRequest, outcome: Approval) -> HttpResponse:
    """How many came back, and whether some had left."""
    words = ngettext(
        "Invio annullato: il messaggio non parte.",
        "Invio annullato: %(count)d messaggi non partono.",
        len(outcome.contents),
    )
    text = words % {"count": len(outcome.contents)}
    if not outcome.refused:
        return done(request, text, to=TODAY)
    late = outcome.refused[0].message
    return refuse(request, f"{text} {late}" if outcome.contents else late, to=TODAY)


@require_POST
@writer_required
def today_skip(request: CompanyRequest, pk: int) -> HttpResponse:
    """Salta questo passo: recorded, and undone by one click."""
    draft = draft_of(request, pk)
    outcome = cancel_drafts(request.company, [pk], user=request.membership.user, skip=True)
    if outcome.refused:
        return refuse(request, outcome.refused[0].message, to=TODAY)
    text = _("Passo saltato: %(customer)s") % {"customer": draft.addressee}
    return undoable(request, text, reverse("web:today_restore", args=[pk]), to=TODAY)


@require_POST
@writer_required
def today_restore(request: CompanyRequest, pk: int) -> HttpResponse:
    """The skipped step is in the list again."""
    draft = draft_of(request, pk)
    restore_steps(request.company, [draft.pk], user=request.membership.user)
    return done(request, _("Il passo torna in lista."), to=TODAY)


@require_http_methods(["GET", "POST"])
@writer_required
def today_hold(request: CompanyRequest, pk: int) -> HttpResponse:
    """Posponi, or Sospendi i solleciti: what is asked here, or all of the customer."""
    draft = draft_of(request, pk)
    today = clock.today(request.company.time_zone)
    is_snooze = request.GET.get("tipo") == Hold.Kind.SNOOZE
    start: dict[str, Any] = {"ambito": "instalment", "tipo": Hold.Kind.ARRANGEMENT}
    if is_snooze:
        start |= {"tipo": Hold.Kind.SNOOZE, "fino_al": today + PUT_OFF}
    form = hold_form(request, scopes=OF_DRAFT, initial=start)
    if request.method == "POST" and form.is_valid():
        is_whole = form.cleaned_data["ambito"] == "party"
        targets: list[Held] = [*customers_of(draft)] if is_whole else [*instalments_of(draft)]
        if holds := save_holds(request, targets, form):
            return say_held(request, draft, holds)
    heading = _("Posponi") if is_snooze else ""
    return show_hold(request, form, draft.addressee, heading=heading, back=TODAY)


def say_held(request: CompanyRequest, draft: Draft, holds: Sequence[Hold]) -> HttpResponse:
    """Until when, with the way back."""
    until = holds[0].until_date if holds else None
    values = {"customer": draft.addressee, "day": say_day(until)}
    text = (
        _("%(customer)s: sospeso fino al %(day)s.") if until else _("%(customer)s: sospeso.")
    ) % values
    url = f"{reverse('web:today_release')}?blocchi={','.join(str(each.pk) for each in holds)}"
    return undoable(request, text, url, to=TODAY)


@require_POST
@writer_required
def today_release(request: CompanyRequest) -> HttpResponse:
    """Take back a hold that was set a moment ago."""
    ids = read_ids(request.GET.get("blocchi", ""))
    release_holds(request.company, ids, user=request.membership.user)
    return done(request, _("Sospensione annullata: torna in lista."), to=TODAY)


@require_POST
@writer_required
def today_address(request: CompanyRequest, pk: int) -> HttpResponse:
    """Write the missing contact in place; what lacked it is looked at again at once."""
    draft = draft_of(request, pk)
    kind, value = request.POST.get("tipo", "email"), request.POST.get("recapito", "").strip()
    problem = wrong_number(draft, value) if kind == "mobile" else ""
    contact = Contact("phone" if kind == "mobile" else kind, value)
    if problem or contact.kind not in ContactPoint.Kind.values:
        return refuse(request, problem or _("Scrivi il recapito."), to=TODAY)
    try:
        if draft.contact and draft.is_joint:
            add_address(draft.contact, contact, user=request.membership.user)
        else:
            add_contact(draft.party, contact, user=request.membership.user)
    except FieldsRefusedError as error:
        found = next(iter(error.problems.values()))
        return refuse(request, f"{found.message} {found.hint}".strip(), to=TODAY)
    touch_customer(draft.party, is_address_new=True)
    refresh_work_list(request.company)
    text = _("Recapito salvato: %(customer)s è fra quelli da inviare.")
    return done(request, text % {"customer": draft.addressee}, to=TODAY)


def wrong_number(draft: Draft, value: str) -> str:
    """Why no SMS can go there; empty for a mobile."""
    found = parse_mobile(value, draft.party.country or "IT")
    return "" if isinstance(found, str) else found.message

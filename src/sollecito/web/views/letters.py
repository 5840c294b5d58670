"""Lettere da stampare: print them together, say when they were posted, what came back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages as notes
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sollecito.domain.transitions import Status
from sollecito.dunning.models import Reminder
from sollecito.flows import clock
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.print_letters import Posted, note_return, post_letters, print_letters
from sollecito.outbox.models import Message
from sollecito.outbox.queries import LETTER, letters_to_post
from sollecito.web.files import PDF, hand_over
from sollecito.web.forms.letters import PostForm, ReturnForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required
from sollecito.web.said import said

SHOWN_POSTED = 30
MOST = 500


@require_GET
@member_required
def letters(request: CompanyRequest) -> HttpResponse:
    """What waits for the printer, and what was posted and may come back."""
    return page(request, PostForm(initial={"day": clock.today(request.company.time_zone)}))


@require_POST
@writer_required
def letters_act(request: CompanyRequest) -> HttpResponse:
    """Print the chosen ones, or mark them as posted."""
    chosen = [int(pk) for pk in request.POST.getlist("lettera") if pk.isdecimal()][:MOST]
    if request.POST.get("passo") == "stampa":
        return print_chosen(request, chosen)
    form = PostForm(request.POST)
    if not form.is_valid():
        return page(request, form)
    try:
        count = post_letters(
            request.company, chosen, Posted(**form.posted()), user=request.membership.user
        )
    except FieldsRefusedError as error:
        for field, problem in error.problems.items():
            form.add_error(field, said(f"{problem.message} {problem.hint}"))
        return page(request, form)
    if count:
        text = ngettext("Una lettera spedita.", "%(n)s lettere spedite.", count) % {"n": count}
        notes.success(request, text)
    else:
        notes.warning(request, _("Scegli prima quali lettere."))
    return redirect("web:letters")


@require_POST
@writer_required
def letter_returned(request: CompanyRequest, pk: int) -> HttpResponse:
    """The return receipt, or the letter, came back."""
    row = get_object_or_404(Message, pk=pk, company=request.company, content__channel=LETTER)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            note_return(
                row,
                day=form.cleaned_data["day"],
                is_delivered=request.POST.get("esito") == "ricevuta",
                user=request.membership.user,
            )
        except FieldsRefusedError as error:
            notes.error(request, said(str(error)))
        else:
            notes.success(request, _("Segnato."))
    else:
        notes.error(request, _("Scrivi il giorno come gg/mm/aaaa."))
    return redirect("web:letters")


def print_chosen(request: CompanyRequest, chosen: list[int]) -> HttpResponse:
    """One file, shown by the browser, from where it is printed."""
    made = print_letters(request.company, chosen)
    if not made:
        notes.warning(request, _("Scegli prima quali lettere."))
        return redirect("web:letters")
    return hand_over(made, name="lettere.pdf", media_type=PDF)


def with_customers(rows: Iterable[Message]) -> list[tuple[Message, str]]:
    """Each letter with the name of whom it is for."""
    listed = list(rows)
    asked = Reminder.objects.filter(content__in=[row.content_id for row in listed])
    names = dict(asked.order_by().values_list("content_id", "instalment__party__name"))
    return [(row, names.get(row.content_id, "")) for row in listed]


def page(request: CompanyRequest, form: PostForm) -> HttpResponse:
    """The two lists."""
    gone = Message.objects.filter(
        company=request.company, content__channel=LETTER, status=Status.ACCEPTED
    )
    context: dict[str, Any] = {
        "waiting": with_customers(letters_to_post(request.company)[:MOST]),
        "posted": with_customers(
            gone.select_related("content").order_by("-settled_at")[:SHOWN_POSTED]
        ),
        "form": form,
        "today": clock.today(request.company.time_zone),
    }
    return render(request, "web/messages/letters.html", context)

"""Reminders that leave: one from the drawer, or one a customer for a whole selection."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sollecito.domain.wording.items import sum_balances
from sollecito.flows.freeze_mail import PreparedMail
from sollecito.flows.part_rows import addressee_of
from sollecito.flows.preview_reminders import preview_reminders
from sollecito.flows.reminder_options import LETTER, PREFILLED, Ways
from sollecito.flows.save_draft import discard_draft
from sollecito.flows.send_reminder import SendOutcome, send_reminders
from sollecito.web import reminder_order as order
from sollecito.web.answers import is_partial, refuse, show, toast
from sollecito.web.middleware import CompanyRequest
from sollecito.web.templatetags.sollecito import money

LIST = "web:scadenzario"
UNDO_ONE, UNDO_MANY = 10, 30


def send(request: CompanyRequest, ids: list[int], options: Ways = PREFILLED) -> HttpResponse:
    """Queue what was written, if it is still what was seen; then offer to take it back."""
    token = request.POST.get("token", "")
    outcome = send_reminders(
        request.company,
        ids,
        token=token,
        user=request.membership.user,
        options=options,
        seen=order.read_seen(request.POST),
        can_undo=True,
    )
    if outcome.contents or outcome.saved:
        for pk in order.read_ids(request.GET.get("bozza", "")):
            is_sent = bool(outcome.contents)
            discard_draft(request.company, pk, user=request.membership.user, is_sent=is_sent)
    return answer_sent(request, token, outcome)


def answer_sent(request: CompanyRequest, token: str, outcome: SendOutcome) -> HttpResponse:
    """What came of it: the undo, what changed meanwhile, or why nothing left."""
    if outcome.contents:
        return say_sent(request, token, outcome)
    if outcome.saved:
        words = _("Quello che hai scritto è in Comunicazioni › Bozze salvate.")
        return refuse(request, f"{outcome.saved[0].reason} {words}", to="web:saved_drafts")
    if outcome.changed:
        text = _(
            "Nel frattempo qualcosa è cambiato: non è partito niente. Apri di nuovo e rileggi."
        )
        return refuse(request, text, to=LIST)
    return refuse(request, " ".join(each.message for each in outcome.refused), to=LIST)


def say_sent(request: CompanyRequest, token: str, outcome: SendOutcome) -> HttpResponse:
    """The toast with its undo; a page of its own without htmx."""
    if not is_partial(request):
        return redirect("web:reminder_sent", token=token)
    count = len(outcome.contents)
    seconds = UNDO_ONE if count == 1 else UNDO_MANY
    if all(each.channel == LETTER for each in outcome.contents):
        text = ngettext(
            "La lettera è in Comunicazioni › Lettere da stampare.",
            "%(count)d lettere sono in Comunicazioni › Lettere da stampare.",
            count,
        )
    else:
        text = ngettext("Sollecito in partenza.", "%(count)d solleciti in partenza.", count)
    said = text % {"count": count}
    if outcome.saved:
        said += " " + _("Gli altri sono in Bozze salvate: %(reason)s") % {
            "reason": outcome.saved[0].reason
        }
    context = {
        "text": said,
        "undo_url": reverse("web:reminder_undo", args=[token]),
        "undo_word": _("Annulla invio"),
        "seconds": seconds,
    }
    return toast(
        request, "web/parts/undo.html", context, events={"sollecito:unselect": {"target": "body"}}
    )


def show_many(request: CompanyRequest, ids: list[int], token: str) -> HttpResponse:
    """One message a customer: who gets what, named before it leaves."""
    made = preview_reminders(request.company, ids, token=token, user=request.membership.user)
    reasons = list(dict.fromkeys(each.message for each in made.refused))
    if not made.mails:
        return show(request, "web/reminders/refused.html", {"reasons": reasons})
    said = [mail.draft.warnings for mail in made.mails]
    everywhere = [each.message for each in said[0] if all(each in other for other in said)]
    context = {
        "chosen": ",".join(map(str, ids)),
        "token": token,
        "visto": order.seen_fields(made.mails),
        "mails": [describe_mail(mail, but=everywhere) for mail in made.mails],
        "button": name_order(made.mails),
        "refused": len(made.refused),
        "reasons": reasons,
        "warnings": everywhere,
    }
    return show(request, "web/reminders/many.html", context)


def describe_mail(mail: PreparedMail, *, but: Sequence[str]) -> dict[str, Any]:
    """A line of the list: customer, amount, recipients, documents, and what to look at."""
    draft = mail.draft
    return {
        "ids": ",".join(str(pk) for pk in draft.instalment_ids),
        "customer": addressee_of(draft),
        "amount": sum_balances(draft.facts.items),
        "currency": draft.facts.currency,
        "documents": draft.wording.values["documenti"],
        "to": ", ".join(box.address for box in draft.to),
        "attachments": len(mail.attachments),
        "warnings": [each.message for each in draft.warnings if each.message not in but],
    }


def name_order(mails: tuple[PreparedMail, ...]) -> str:
    """The button names what will happen: messages, customers, amounts."""
    sums: dict[str, Decimal] = {}
    for mail in mails:
        currency = mail.draft.facts.currency
        sums[currency] = sums.get(currency, Decimal(0)) + sum_balances(mail.draft.facts.items)
    customers = len({row.party_id for mail in mails for row in mail.draft.rows})
    return _("Invia %(messages)d messaggi a %(customers)d clienti, %(amount)s") % {
        "messages": len(mails),
        "customers": customers,
        "amount": " + ".join(money(amount, code) for code, amount in sums.items()),
    }

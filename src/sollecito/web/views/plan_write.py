"""A plan's own messages: the proposal, its confirmation, a rate that did not come."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sollecito.dunning.models import RepaymentPlan
from sollecito.flows import clock
from sollecito.flows.agree_plan import covered
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.follow_plans import agreed_of
from sollecito.flows.freeze_mail import PreparedMail
from sollecito.flows.preview_reminders import preview_reminders
from sollecito.flows.reminder_options import Ways
from sollecito.ledger.queries import derived_balance
from sollecito.web import reminder_order as order
from sollecito.web.answers import refuse, show
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.views import reminders_sent
from sollecito.web.views.plans import find_plan, offers
from sollecito.web.views.writing import CannotSendError, Desk, answer, one_way, write


@require_http_methods(["GET", "POST"])
@writer_required
def plan_write(request: CompanyRequest, pk: int) -> HttpResponse:
    """Open the drawer with the plan's text, then answer each of its buttons."""
    found = find_plan(request, pk)
    wanted = request.GET.get("modello", "")
    if wanted not in offers(found):
        words = _("Il piano è cambiato: aggiorna la pagina e riprova.")
        return refuse(request, words, to=reverse("web:plan", args=[pk]))
    desk = desk_of(request, found, wanted)
    data = request.POST if request.method == "POST" else request.GET
    before = order.read_choices(data, "_prima")
    composed = order.compose_as(desk.make, before)
    if not composed.drafts:
        reasons = list(dict.fromkeys(each.message for each in composed.refused))
        return show(request, "web/reminders/refused.html", {"reasons": reasons})
    if request.method == "GET" or request.POST.get("passo") == "apri":
        return write(request, desk, composed.drafts[0], choices=before)
    return answer(request, desk, composed.drafts[0])


def desk_of(request: CompanyRequest, found: RepaymentPlan, model: str) -> Desk:
    """The drawer for a plan: its model and its rates beside what the person chooses."""
    company, user = request.company, request.membership.user
    ids = [row.pk for row in covered(found) if derived_balance(row) > 0]
    agreed = agreed_of(found, clock.today(company.time_zone))
    own = partial(replace, model=model, plan=agreed)

    def preview(options: Ways) -> tuple[PreparedMail, ...]:
        made = preview_reminders(
            company,
            ids,
            token=request.POST.get("token", ""),
            user=user,
            options=own(one_way(options)),
            seen=order.read_seen(request.POST),
        )
        if not made.mails:
            raise CannotSendError(" ".join(each.message for each in made.refused))
        return made.mails

    return Desk(
        url=f"{reverse('web:plan_write', args=[found.pk])}?{urlencode({'modello': model})}",
        back="web:scadenzario",
        title=_("Piano di rientro"),
        make=lambda options: compose_reminders(company, ids, user=user, options=own(options)),
        preview=preview,
        send=lambda options: reminders_sent.send(request, ids, own(one_way(options))),
    )

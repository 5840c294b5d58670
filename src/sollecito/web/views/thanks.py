"""Ringrazia per un incasso: the drawer of the reminders, over a payment."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sollecito.flows.compose_thanks import compose_thanks
from sollecito.flows.freeze_mail import PreparedMail
from sollecito.flows.reminder_options import Ways
from sollecito.flows.thank_customer import preview_thanks, thank_customer
from sollecito.ledger.models import Payment
from sollecito.web import reminder_order as order
from sollecito.web.answers import show
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import writer_required
from sollecito.web.views import reminders_sent
from sollecito.web.views.writing import CannotSendError, Desk, answer, write


@require_http_methods(["GET", "POST"])
@writer_required
def payment_thank(request: CompanyRequest, pk: int) -> HttpResponse:
    """Open the drawer with the thank-you, then answer each of its buttons."""
    payment = get_object_or_404(
        Payment.objects.select_related("company", "party"), pk=pk, company=request.company
    )
    desk = desk_of(request, payment)
    before = order.read_choices(request.POST, "_prima")
    composed = order.compose_as(desk.make, before)
    if not composed.drafts:
        reasons = [each.message for each in composed.refused]
        return show(request, "web/reminders/refused.html", {"reasons": reasons})
    if request.method == "GET":
        return write(request, desk, composed.drafts[0], choices=before)
    return answer(request, desk, composed.drafts[0])


def desk_of(request: CompanyRequest, payment: Payment) -> Desk:
    """The drawer over one payment."""
    user, token = request.membership.user, request.POST.get("token", "")

    def preview(options: Ways) -> tuple[PreparedMail, ...]:
        seen = order.read_seen(request.POST)
        mails, refused = preview_thanks(payment, token=token, user=user, options=options, seen=seen)
        if refused:
            raise CannotSendError(" ".join(each.message for each in refused))
        return mails

    def send(options: Ways) -> HttpResponse:
        outcome = thank_customer(
            payment,
            token=token,
            user=user,
            options=options,
            seen=order.read_seen(request.POST),
        )
        if outcome.refused:
            raise CannotSendError(" ".join(each.message for each in outcome.refused))
        return reminders_sent.answer_sent(request, token, outcome)

    return Desk(
        url=reverse("web:payment_thank", args=[payment.pk]),
        back="web:scadenzario",
        title=_("Ringrazia"),
        make=lambda options: compose_thanks(payment, user=user, options=options),
        preview=preview,
        send=send,
        has_sms=True,
        takes=payment,
    )

"""Invia i selezionati: approve many drafts, a few at a time, also when nobody looks any more.

The order is a row: whoever finds it unfinished goes on with it. Everything of it leaves together,
30 seconds after the last was approved, so that until then all of it can be taken back.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.grouping import SMS
from sollecito.dunning.models import Draft, SendOrder
from sollecito.flows import clock
from sollecito.flows.approve_reminders import Approval, approve_reminders, leave_at
from sollecito.flows.send_reminder import UNDO, UNDO_MANY
from sollecito.flows.take_back import take_back
from sollecito.outbox.models import Message

CHUNK = 20
AT_WORK = timedelta(hours=2)
"""What is approved waits at most as long for the rest of its order."""


def order_sending(company: Company, contents: Collection[int], *, user: User) -> SendOrder:
    """Note what is to be sent, and begin. Drafts that are none any more are left out."""
    drafts = Draft.objects.filter(company=company, is_open=True, pk__in=contents)
    ids = list(drafts.order_by("-offset_days", "pk").values_list("pk", flat=True))
    now = clock.real_now()
    order = SendOrder.objects.create(company=company, user=user, contents=ids, created_at=now)
    continue_order(order.pk)
    order.refresh_from_db()
    return order


def has_waiting_orders() -> bool:
    """Whether some order is not finished."""
    return SendOrder.objects.filter(ended_at__isnull=True).exists()


def continue_orders() -> int:
    """Approve some more of every order; returns how many drafts were looked at."""
    rows = SendOrder.objects.filter(ended_at__isnull=True).order_by("pk")
    return sum(continue_order(pk) for pk in list(rows.values_list("pk", flat=True)))


@transaction.atomic
def continue_order(pk: int) -> int:
    """Approve the next few; the last of them gives all thirty seconds. Two at once take turns."""
    waiting = SendOrder.objects.select_for_update().filter(pk=pk, ended_at__isnull=True)
    order = waiting.select_related("company", "user").first()
    if order is None:
        return 0
    part, order.contents = order.contents[:CHUNK], order.contents[CHUNK:]
    approval = approve_reminders(order.company, part, user=order.user, wait=AT_WORK)
    order.done = [*order.done, *approval.contents]
    order.refused = [
        *order.refused,
        *({"content": r.content, "reason": r.reason, "text": r.message} for r in approval.refused),
    ]
    if not order.contents:
        _let_go(order)
    order.save()
    return len(part)


def _let_go(order: SendOrder) -> None:
    """The last one was approved: from now on the time to take it back runs."""
    wait = UNDO if len(order.done) == 1 else UNDO_MANY
    order.ended_at = clock.real_now()
    order.leaves_at = order.ended_at + wait
    waiting = Message.objects.filter(content__in=order.done, status="queued")
    waiting.exclude(content__channel=SMS).update(not_before=order.leaves_at)
    sms_at = max(order.leaves_at, leave_at(order.company, by_sms=True, by_rule=False))
    waiting.filter(content__channel=SMS).update(not_before=sms_at)


def undo_order(order: SendOrder, *, user: User | None) -> Approval:
    """Stop an order and take back all of it that has not begun to leave."""
    with transaction.atomic():
        row = SendOrder.objects.select_for_update().select_related("company").get(pk=order.pk)
        row.contents = []
        row.ended_at = row.ended_at or clock.real_now()
        row.leaves_at = None
        row.save(update_fields=["contents", "ended_at", "leaves_at"])
    return take_back(row.company, row.done, user=user)

"""Invii incerti by SMS: ask the gateway what became of them, where it can be asked."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby

from django.db.models import QuerySet

from sollecito.channels.base import Refused
from sollecito.channels.sms import Sms, SmsChannel, make_reference
from sollecito.domain.transitions import Status
from sollecito.flows import clock
from sollecito.flows.open_gateway import open_gateway
from sollecito.flows.resolve_unknown import learn_receipt
from sollecito.flows.seal_password import PasswordLostError
from sollecito.outbox.models import Message

PATIENCE = timedelta(seconds=30)
"""A gateway may need a moment to know what it was given."""
LONGEST = timedelta(hours=48)
logger = logging.getLogger(__name__)


def has_doubtful_texts() -> bool:
    """Whether some text may be asked for."""
    return _doubtful().exists()


def ask_gateways() -> int:
    """Ask for every doubtful text of the last days; how many are doubtful no more."""
    rows = _doubtful().select_related("content__sender").order_by("content__sender_id", "pk")
    settled = 0
    for _, mine in groupby(rows, key=lambda row: row.content.sender_id):
        settled += sum(_ask(list(mine)))
    return settled


def _doubtful() -> QuerySet[Message]:
    now = clock.real_now()
    return Message.objects.filter(
        status=Status.UNKNOWN,
        content__channel="sms",
        content__sender__is_active=True,
        at_dot_at__gt=now - LONGEST,
        at_dot_at__lt=now - PATIENCE,
    )


def _ask(rows: list[Message]) -> Iterator[bool]:
    sender = rows[0].content.sender
    if sender is None:
        return
    try:
        channel = open_gateway(sender)
        yield from _learn(channel, rows)
    except (Refused, PasswordLostError) as error:
        logger.warning("sender %s cannot be asked: %s", sender.pk, error)


def _learn(channel: SmsChannel, rows: Iterable[Message]) -> Iterator[bool]:
    for row in rows:
        text = bytes(row.content.raw or b"").decode()
        name = make_reference(row.content.message_id, row.address)
        found = channel.find_out(Sms(row.address, text, name, row.at_dot_at))
        if found is None:
            continue
        Message.objects.filter(pk=row.pk, reference="").update(reference=found.reference[:200])
        after = learn_receipt(row, found.receipt, text=f"Chiesto al gateway. {found.words}")
        yield after != Status.UNKNOWN

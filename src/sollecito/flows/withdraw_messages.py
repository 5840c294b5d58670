"""Take back what has not left: at the gate, after a payment, by a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from sollecito.accounts.models import Company, User
from sollecito.domain.transitions import MAY_HAVE_LEFT, WAITING, Command, Receipt, apply, target
from sollecito.dunning.models import Reminder
from sollecito.flows import audit, clock
from sollecito.flows.claim_contents import Claim, ClaimedContent
from sollecito.flows.compare_standing import find_obstacles
from sollecito.flows.void_reminders import reopen_drafts, void_reminders
from sollecito.outbox.models import Content, DeliveryEvent, Message

CROSSED_TEXT = "Incrociato: l'incasso è stato registrato dopo la partenza."


def withhold(claim: Claim, claimed: ClaimedContent, reason: str) -> None:
    """Withdraw a content that this worker holds. By hand: cancelled; automatic: to review."""
    command = Command.SEND_BACK if claimed.is_automatic else Command.WITHHOLD
    held = Message.objects.filter(content=claimed.id, attempt_id=claim.attempt_id)
    withdraw_rows(held.filter(status="sending").select_for_update(), command, reason)


@transaction.atomic
def withdraw_for_instalments(company: Company, instalment_ids: Collection[int]) -> int:
    """After a balance, a hold or a state changed: withdraw what may no longer leave.

    Looks at waiting messages that speak of these instalments, asks the rule again, and returns
    how many messages were withdrawn. What a worker holds at this moment meets its own gate.
    Call it in the transaction that made the change.
    """
    reminders = Reminder.objects.filter(
        company=company, content__reminders__instalment__in=instalment_ids
    ).filter(Exists(Message.objects.filter(content=OuterRef("content"), status__in=WAITING)))
    balances: dict[int, dict[int, Decimal]] = {}
    for content, instalment, balance in reminders.values_list(
        "content_id", "instalment_id", "frozen_balance"
    ):
        balances.setdefault(content, {})[instalment] = balance
    withdrawn = 0
    for content, obstacle in find_obstacles(balances).items():
        waiting = Message.objects.filter(content=content, status__in=WAITING)
        is_automatic = Content.objects.values_list("is_automatic", flat=True).get(pk=content)
        command = Command.SEND_BACK if is_automatic else Command.CANCEL
        withdrawn += withdraw_rows(waiting.select_for_update(), command, obstacle)
    return withdrawn


def label_crossed(company: Company, instalment_ids: Collection[int], *, payment_date: date) -> int:
    """Label "incrociato" what left, or may have left, not before the day of the payment.

    Call it in the transaction that allocates a payment to these instalments, after locking them
    in id order: a reminder of theirs that is past the gate can then no longer be stopped.
    """
    crossed = Message.objects.filter(
        company=company,
        content__reminders__instalment__in=instalment_ids,
        status__in=MAY_HAVE_LEFT,
    ).filter(Q(at_dot_at__date__gte=payment_date) | Q(status="at_dot"))
    known = DeliveryEvent.objects.filter(message=OuterRef("pk"), kind=Receipt.CROSSED)
    found = crossed.exclude(Exists(known)).distinct().values_list("pk", "company_id")
    events = [
        DeliveryEvent(
            company_id=owner, message_id=pk, at=clock.now(), kind=Receipt.CROSSED, text=CROSSED_TEXT
        )
        for pk, owner in found
    ]
    DeliveryEvent.objects.bulk_create(events)
    return len(events)


def cancel_messages(
    company: Company, message_ids: Iterable[int], *, user: User | None, reason: str = ""
) -> int:
    """Cancel by a person's order what has not left ("Annulla invio"). All or nothing.

    Raises ``domain.transitions.IllegalMoveError`` for a message that a worker already holds.
    """
    with transaction.atomic():
        rows = list(Message.objects.select_for_update().filter(company=company, pk__in=message_ids))
        for row in rows:
            apply(Command.CANCEL, row.status)
        words = reason or "Annullato da una persona prima dell'invio."
        count = withdraw_rows(rows, Command.CANCEL, words, user)
        for row in rows:
            audit.record(company, user, "message_cancelled", target=f"message:{row.pk}", text=words)
    return count


def withdraw_rows(
    rows: Iterable[Message], command: Command, reason: str, user: User | None = None
) -> int:
    """Move messages by a command of withdrawal, with its event; return how many there were."""
    found = list(rows)
    after = target(command)
    now = clock.now()
    Message.objects.filter(pk__in=[row.pk for row in found]).update(
        status=after,
        reason=reason[:300],
        attempt_id="",
        worker_id="",
        lease_until=None,
        settled_at=now if after == "cancelled" else F("settled_at"),
    )
    DeliveryEvent.objects.bulk_create(
        DeliveryEvent(
            company_id=row.company_id,
            message_id=row.pk,
            at=now,
            kind="cancelled" if after == "cancelled" else "sent_back",
            text=reason[:500],
            user=user,
        )
        for row in found
    )
    contents = {row.content_id for row in found}
    void_reminders(contents)
    if after == "draft":
        reopen_drafts(contents)
    return len(found)

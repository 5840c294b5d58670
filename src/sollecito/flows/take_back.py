"""Annulla invio of what a person approved in the work list: the same draft, as it was written."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.transitions import Command, IllegalMoveError, apply
from sollecito.dunning.models import Draft, Policy, Reminder
from sollecito.flows import audit
from sollecito.flows.approve_reminders import NOT_FOUND, Approval, RefusedDraft
from sollecito.flows.withdraw_messages import withdraw_rows
from sollecito.outbox.models import Attachment, Message

TAKEN_BACK = "Invio annullato: torna fra i solleciti di oggi."
TOO_LATE = "È già partito, o sta partendo: non si annulla più. Lo trovi in Comunicazioni."
EMPTY = {"raw": None, "sha256": "", "message_id": "", "subject": "", "text": "", "sender": None}
UNSIGNED = {"approved_by": None, "approved_at": None, "queued_at": None, "expires_at": None}


def take_back(company: Company, contents: Collection[int], *, user: User | None) -> Approval:
    """Make drafts again of what was approved and has not begun to leave; they keep their ids.

    What is already on its way is refused (``too_late``) and stays as it is.
    """
    done, refused = [], []
    drafts = Draft.objects.filter(company=company, pk__in=contents)
    found = {draft.pk: draft for draft in drafts.select_related("content", "step")}
    for pk in contents:
        if pk not in found:
            words = f"La bozza {pk} non c'è in questa azienda."
            refused.append(RefusedDraft(pk, NOT_FOUND, words))
        elif found[pk].is_open or _take_back(found[pk], user):
            done.append(pk)
        else:
            refused.append(RefusedDraft(pk, "too_late", TOO_LATE))
    _forget_review(company, {found[pk].policy_id for pk in done})
    return Approval(tuple(done), tuple(refused))


@transaction.atomic
def _take_back(draft: Draft, user: User | None) -> bool:
    messages = Message.objects.select_for_update().filter(content=draft.pk)
    rows = list(messages.exclude(status="cancelled").order_by("pk"))
    try:
        for row in rows:
            apply(Command.CANCEL, row.status)
    except IllegalMoveError:
        return False
    if not rows:
        return False
    withdraw_rows(rows, Command.SEND_BACK, TAKEN_BACK, user)
    messages.exclude(role=Message.Role.TO).delete()
    Attachment.objects.filter(content=draft.pk).delete()
    _unwrite(draft)
    for pk in draft.content.reminders.values_list("instalment_id", flat=True):
        target = f"instalment:{pk}"
        audit.record(draft.company, user, "reminder_taken_back", target=target, text=TAKEN_BACK)
    return True


def _unwrite(draft: Draft) -> None:
    """No bytes and no signature; the step's own kind."""
    content = draft.content
    for name, value in {**EMPTY, **UNSIGNED, "kind": draft.step.kind}.items():
        setattr(content, name, value)
    content.save()
    for each in Reminder.objects.filter(content=content.pk).select_related("step"):
        each.kind = each.step.kind if each.step else draft.step.kind
        each.save(update_fields=["kind"])


def _forget_review(company: Company, policies: Collection[int]) -> None:
    """A programme of which nothing left has not had its first review."""
    left = Draft.objects.filter(
        company=company, is_open=False, content__reminders__issued_date__isnull=False
    )
    Policy.objects.filter(pk__in=policies).exclude(pk__in=left.values("policy")).update(
        reviewed_at=None
    )

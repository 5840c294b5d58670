"""Take back what a programme proposed: skip the step for good, or put it back in the list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.transitions import IllegalMoveError
from sollecito.dunning.models import Draft, Reminder, SkippedStep
from sollecito.dunning.run_queries import last_run_day
from sollecito.flows import audit, clock
from sollecito.flows.approve_reminders import Approval, RefusedDraft, note_first_review
from sollecito.flows.planning.withdrawing import withdraw_drafts
from sollecito.flows.touch_instalments import touch_instalments
from sollecito.flows.void_reminders import release_keys
from sollecito.flows.withdraw_messages import cancel_messages
from sollecito.outbox.models import Message

SKIPPED, AGAIN = "Passo saltato da una persona.", "Rimessa in lista da una persona."
RESTORED = "Il passo saltato torna in lista."


def cancel_drafts(
    company: Company, contents: Collection[int], *, user: User | None, skip: bool
) -> Approval:
    """Cancel drafts, or what is approved and has not left yet.

    ``skip`` records the steps as skipped: they count for the order, not for the gap. Without it
    they are decided again at the next run.
    """
    done, refused = [], []
    drafts = {
        draft.pk: draft
        for draft in Draft.objects.filter(company=company, pk__in=contents).select_related(
            "content"
        )
    }
    for pk in contents:
        if pk not in drafts:
            words = f"La comunicazione {pk} non è di un programma di questa azienda."
            refused.append(RefusedDraft(pk, "not_found", words))
            continue
        try:
            _cancel(drafts[pk], user, skip=skip)
        except IllegalMoveError as error:
            refused.append(RefusedDraft(pk, "not_a_draft", str(error)))
        else:
            done.append(pk)
    if done:
        note_first_review(company)
    return Approval(tuple(done), tuple(refused))


def restore_steps(company: Company, contents: Collection[int], *, user: User | None) -> int:
    """Take "salta questo passo" back: the steps of these drafts are decided again."""
    with transaction.atomic():
        restored = 0
        for each in Reminder.objects.filter(company=company, content__in=contents):
            gone, _by_model = SkippedStep.objects.filter(
                company=company,
                instalment=each.instalment_id,
                round=each.round,
                step=each.step_id,
                occurrence=each.occurrence,
            ).delete()
            if gone:
                restored += 1
                touch_instalments([each.instalment_id])
                target = f"instalment:{each.instalment_id}"
                audit.record(company, user, "step_restored", target=target, text=RESTORED)
    return restored


def _cancel(draft: Draft, user: User | None, *, skip: bool) -> None:
    words = SKIPPED if skip else AGAIN
    with transaction.atomic():
        reminders = list(Reminder.objects.filter(content=draft.pk, is_void=False))
        if draft.is_open:
            withdraw_drafts([draft.pk], words, user)
        else:
            ids = Message.objects.filter(content=draft.pk).exclude(status="cancelled")
            cancel_messages(
                draft.company, ids.values_list("pk", flat=True), user=user, reason=words
            )
            release_keys([draft.pk])
        if skip:
            skip_steps(reminders, user)
        touch_instalments([each.instalment_id for each in reminders])


def skip_steps(reminders: Collection[Reminder], user: User | None) -> None:
    """Record the steps of these reminders as skipped, on the day for which they were proposed."""
    for each in reminders:
        if each.step_id is None:
            continue
        SkippedStep.objects.get_or_create(
            company_id=each.company_id,
            instalment_id=each.instalment_id,
            round=each.round,
            step_id=each.step_id,
            occurrence=each.occurrence,
            defaults={
                "offset_days": each.offset_days or 0,
                "day": _day_of(each.company),
                "user": user,
                "created_at": clock.now(),
            },
        )
        audit.record(
            each.company,
            user,
            "step_skipped",
            target=f"instalment:{each.instalment_id}",
            text=SKIPPED,
        )


def _day_of(company: Company) -> date:
    """Today; where other days are being played, the one that the last run was for."""
    if clock.is_pretended():
        return clock.today(company.time_zone)
    return last_run_day(company) or clock.today(company.time_zone)

"""Send reminders by hand: freeze the bytes and queue them, once for each token.

The web gives a few seconds to take it back; the command line queues at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from sollecito.accounts.models import Company, User
from sollecito.dunning.models import SavedDraft
from sollecito.flows.count_quota import NotIncludedError
from sollecito.flows.freeze_mail import PreparedMail
from sollecito.flows.preview_reminders import Seen, preview_reminders, refuse_draft
from sollecito.flows.queue_content import BalanceChangedError, queue_content
from sollecito.flows.reminder_options import PREFILLED, RefusedInstalment, Ways
from sollecito.flows.save_draft import save_draft
from sollecito.flows.withdraw_messages import cancel_messages
from sollecito.outbox.models import Content, Message

UNDO = timedelta(seconds=10)
UNDO_MANY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """Esito. ``changed``: the preview no longer holds, nothing was sent, show this one instead.

    ``saved``: what could not leave for want of quota, kept as it was written.
    """

    contents: tuple[Content, ...] = ()
    refused: tuple[RefusedInstalment, ...] = ()
    changed: tuple[PreparedMail, ...] = ()
    warnings: tuple[str, ...] = ()
    already_sent: bool = False
    saved: tuple[SavedDraft, ...] = ()


def new_token() -> str:
    """One order of sending: made when the drawer opens."""
    return secrets.token_urlsafe(18)


def send_reminders(
    company: Company,
    instalment_ids: Iterable[int],
    *,
    token: str,
    user: User | None = None,
    options: Ways = PREFILLED,
    separate: bool = False,
    seen: Mapping[str, Seen] | None = None,
    can_undo: bool = False,
) -> SendOutcome:
    """Queue one message a customer (an instalment when ``separate``), on each channel chosen.

    With choices for several channels all of them leave together.
    With ``seen`` nothing leaves that differs from what was seen. The same token sends once: a
    second order returns the first one's contents.
    """
    if done := _sent_with(company, token):
        return SendOutcome(contents=done, already_sent=True)
    shown = preview_reminders(
        company,
        instalment_ids,
        token=token,
        user=user,
        options=options,
        separate=separate,
        seen=seen,
    )
    if seen is not None:
        changed = tuple(mail for mail in shown.mails if not _is_as_seen(mail, seen))
        if changed:
            return SendOutcome(refused=shown.refused, changed=changed, warnings=shown.warnings)
    wait = timedelta(0)
    if can_undo:
        wait = UNDO if len(shown.mails) == 1 else UNDO_MANY
    contents: list[Content] = []
    refused = list(shown.refused)
    saved: list[SavedDraft] = []
    try:
        with transaction.atomic():
            for mail in shown.mails:
                try:
                    contents.append(queue_content(mail, user=user, wait=wait))
                except BalanceChangedError as error:
                    refused += refuse_draft(mail.draft, "changed", str(error))
                except NotIncludedError as error:
                    refused += refuse_draft(mail.draft, error.reason, str(error))
                    saved.append(save_draft(mail.draft, str(error)))
    except IntegrityError:
        if done := _sent_with(company, token):
            return SendOutcome(contents=done, already_sent=True)
        raise
    return SendOutcome(tuple(contents), tuple(refused), warnings=shown.warnings, saved=tuple(saved))


def undo_sending(company: Company, token: str, *, user: User | None) -> int:
    """Take back all that was sent with a token, while none of it has begun to leave.

    Returns how many contents were cancelled, whatever their recipients. Raises
    ``domain.transitions.IllegalMoveError`` where one is already on its way: then nothing is
    cancelled.
    """
    contents = _sent_with(company, token)
    messages = Message.objects.filter(company=company, content__in=contents)
    waiting = dict(messages.exclude(status="cancelled").values_list("pk", "content"))
    cancel_messages(company, list(waiting), user=user, reason="Annullato dopo l'invio.")
    return len(set(waiting.values()))


def _sent_with(company: Company, token: str) -> tuple[Content, ...]:
    return tuple(
        Content.objects.filter(company=company, key__startswith=f"hand:{token}:").order_by("id")
    )


def _is_as_seen(mail: PreparedMail, seen: Mapping[str, Seen]) -> bool:
    return mail.key in seen and mail.sha256 == seen[mail.key].sha256

"""Anteprima: the bytes that would leave for some instalments. Nothing is stored but the copies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sollecito.accounts.models import Company, User
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.freeze_mail import (
    PreparedMail,
    all_recipients,
    find_pec_breach,
    prepare_mail,
)
from sollecito.flows.offer_attachments import NotAttachedError
from sollecito.flows.part_rows import addressee_of
from sollecito.flows.reminder_options import (
    PREFILLED,
    RefusedInstalment,
    ReminderDraft,
    Ways,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person saw in the preview: its Date and the hash of its bytes."""

    moment: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Anteprima of each message, what is refused, and the warnings in words."""

    mails: tuple[PreparedMail, ...]
    refused: tuple[RefusedInstalment, ...]
    warnings: tuple[str, ...]


def preview_reminders(
    company: Company,
    instalment_ids: Iterable[int],
    *,
    token: str,
    user: User | None = None,
    options: Ways = PREFILLED,
    separate: bool = False,
    seen: Mapping[str, Seen] | None = None,
) -> Preview:
    """The bytes that would leave, what is refused, and warnings; nothing is stored.

    ``seen`` by content key keeps the Date of an earlier preview.
    """
    ids = list(instalment_ids)
    each_way = [
        compose_reminders(company, ids, user=user, options=way, separate=separate)
        for way in (options if isinstance(options, tuple) else (options,))
    ]
    drafts = [draft for composed in each_way for draft in composed.drafts]
    prepared, refused = [], [lost for composed in each_way for lost in composed.refused]
    for draft in drafts:
        try:
            if draft.problems:
                refused += refuse_draft(draft, draft.problems[0][1].code, _say_problems(draft))
                continue
            mail = prepare_mail(draft, token=token)
            if seen and mail.key in seen:
                mail = prepare_mail(draft, token=token, moment=seen[mail.key].moment)
            if draft.is_pec and (reason := find_pec_breach(mail)):
                refused += refuse_draft(draft, "not_pec", reason)
                continue
            prepared.append(mail)
        except NotAttachedError as error:
            refused += refuse_draft(draft, "copy_not_made", str(error))
    warnings = [each.message for draft in drafts for each in draft.warnings]
    return Preview(tuple(prepared), tuple(dict.fromkeys(refused)), tuple(dict.fromkeys(warnings)))


def preview_rows(mails: Iterable[PreparedMail]) -> list[dict[str, Any]]:
    """Messages that were not stored (``--dry-run``), in the shape of ``message_rows``."""
    return [
        {
            "id": None,
            "content": None,
            "key": mail.key,
            "message_id": mail.message_id,
            "status": "draft",
            "channel": mail.draft.account.channel,
            "to": box.address,
            "role": role,
            "customer": addressee_of(mail.draft),
            "instalments": sorted(mail.draft.instalment_ids),
            "attempts": 0,
            "events": [],
        }
        for mail in mails
        for box, role in all_recipients(mail.draft)
    ]


def _say_problems(draft: ReminderDraft) -> str:
    return " ".join(f"{each.message} {each.hint}".strip() for _, each in draft.problems)


def refuse_draft(draft: ReminderDraft, reason: str, message: str) -> tuple[RefusedInstalment, ...]:
    """Every instalment of a draft, refused for the same reason."""
    return tuple(RefusedInstalment(pk, reason, message) for pk in draft.instalment_ids)

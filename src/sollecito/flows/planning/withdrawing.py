"""Take back drafts that a run no longer proposes, or that a person does not want."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from sollecito.accounts.models import User
from sollecito.domain.transitions import Command
from sollecito.dunning.models import Draft, Reminder
from sollecito.flows.void_reminders import release_keys, void_reminders
from sollecito.flows.withdraw_messages import withdraw_rows
from sollecito.ledger.models import Document
from sollecito.outbox.models import Message


def withdraw_drafts(contents: Collection[int], reason: str, user: User | None = None) -> None:
    """Cancel drafts; their steps may be proposed again."""
    rows = Message.objects.filter(content__in=contents, status="draft")
    withdraw_rows(rows.select_for_update(), Command.CANCEL, reason, user)
    void_reminders(contents)
    Draft.objects.filter(content__in=contents).update(is_open=False)
    release_keys(contents)


def withdraw_drafts_about(documents: QuerySet[Document], reason: str) -> None:
    """Cancel the open drafts that speak of some documents, which are about to go."""
    reminders = Reminder.objects.filter(instalment__document__in=documents)
    drafts = Draft.objects.filter(is_open=True, content__in=reminders.values("content"))
    withdraw_drafts(list(drafts.values_list("pk", flat=True)), reason)

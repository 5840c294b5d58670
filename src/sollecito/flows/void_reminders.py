"""What reminders count for, once messages of their contents were cancelled, failed or sent back."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from sollecito.dunning.models import Draft, Reminder
from sollecito.flows.touch_instalments import touch_instalments
from sollecito.outbox.models import Content, Message

FORMAL = "messa_in_mora"
"""How the models of formal notices begin."""
STEP_ONCE = ("company", "instalment", "round", "step", "occurrence", "channel")
"""What the constraint ``reminder_step_once`` is about."""


def void_reminders(content_ids: Collection[int]) -> None:
    """A reminder counts unless every message of its content was cancelled or failed for good.

    One that failed for good is not issued again by itself, until something cures it; a formal
    notice that came back, or of which nobody knows, has not been given, so nothing leans on it.
    """
    rows = Reminder.objects.filter(content__in=content_ids)
    _void(rows.exclude(kind__startswith=FORMAL), ["cancelled", "failed"], ["failed"])
    lost = ["failed", "bounced", "unknown"]
    _void(rows.filter(kind__startswith=FORMAL), ["cancelled", *lost], lost)
    void = Reminder.objects.filter(content__in=content_ids, is_void=True)
    touch_instalments(void.values_list("instalment_id", flat=True))


def _void(rows: QuerySet[Reminder], dead: list[str], failed: list[str]) -> None:
    """Evidence that comes late revives nothing whose step was issued again meanwhile."""
    same = {name: OuterRef(name) for name in STEP_ONCE}
    twin = Reminder.objects.filter(is_void=False, **same).exclude(pk=OuterRef("pk"))
    rows = rows.exclude(Exists(twin), is_void=True)
    messages = Message.objects.filter(content=OuterRef("content"))
    alive, lost = messages.exclude(status__in=dead), messages.filter(status__in=failed)
    rows.update(is_void=~Exists(alive), is_failed=~Exists(alive) & Exists(lost))


def release_keys(contents: Collection[int]) -> None:
    """Let the keys of contents that never left be used again: nothing of them can be sent."""
    alive = Message.objects.filter(content=OuterRef("pk")).exclude(
        status__in=["cancelled", "failed"]
    )
    void = Content.objects.filter(~Exists(alive), pk__in=contents, key__startswith="plan:")
    for content in void.exclude(key__contains="|"):
        content.key = f"{content.key}|{content.pk}"
        content.save(update_fields=["key"])


def reopen_drafts(contents: Collection[int]) -> None:
    """What was sent back is a draft again, and no history."""
    left = Message.objects.filter(content=OuterRef("content")).exclude(
        status__in=["draft", "cancelled"]
    )
    back = Reminder.objects.filter(~Exists(left), content__in=contents)
    touch_instalments(list(back.values_list("instalment_id", flat=True)))
    Draft.objects.filter(content__in=back.values("content")).update(is_open=True, is_issued=False)
    back.update(issued_date=None)

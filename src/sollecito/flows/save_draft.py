"""Keep what a person wrote where it could not leave; take it up again, or throw it away."""

from __future__ import annotations

from typing import Any

from sollecito.accounts.models import Company, User
from sollecito.dunning.models import SavedDraft
from sollecito.flows import audit, clock
from sollecito.flows.find_recipients import CHOOSERS
from sollecito.flows.reminder_options import LETTER, ReminderDraft, ReminderOptions


def save_draft(draft: ReminderDraft, reason: str) -> SavedDraft:
    """Store a message as it was written: recipients, words, attachments."""
    written: dict[str, Any] = {
        "channel": draft.account.channel if draft.account.channel in CHOOSERS else "",
        "model": draft.code,
        "to": [box.address for box in draft.to],
        "cc": [box.address for box in draft.cc],
        "bcc": [box.address for box in draft.bcc],
        "subject": draft.subject,
        "text": draft.text,
        "attachments": [each.key for each in draft.attachments if each.is_on],
    }
    saved = SavedDraft.objects.create(
        company=draft.company,
        party=draft.party,
        user=draft.user,
        instalments=list(draft.instalment_ids),
        title=draft.title[:250],
        written=written,
        reason=reason[:300],
        created_at=clock.now(),
    )
    target = f"saved_draft:{saved.pk}"
    audit.record(draft.company, draft.user, "draft_saved", target=target, text=f"Bozza: {reason}")
    return saved


def written_options(saved: SavedDraft) -> ReminderOptions:
    """The choices as they were written."""
    written = saved.written
    is_letter = written.get("channel") == LETTER
    return ReminderOptions(
        to=None if is_letter else tuple(written.get("to", ())),
        cc=tuple(written.get("cc", ())),
        bcc=tuple(written.get("bcc", ())),
        subject=written.get("subject"),
        text=written.get("text"),
        attachments=tuple(written.get("attachments", ())),
        channel=written.get("channel", ""),
        model=written.get("model", ""),
    )


def discard_draft(company: Company, pk: int, *, user: User | None, is_sent: bool = False) -> bool:
    """Forget a saved draft; whether it was there."""
    found = SavedDraft.objects.filter(company=company, pk=pk).first()
    if found is None:
        return False
    found.delete()
    words = "Bozza inviata" if is_sent else "Bozza eliminata"
    audit.record(
        company, user, "draft_discarded", target=f"saved_draft:{pk}", text=f"{words}: {found.title}"
    )
    return True

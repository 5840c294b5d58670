"""What a person wrote in a draft stays with it when its sending is taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sollecito.accounts.models import User
from sollecito.dunning.models import Draft
from sollecito.flows import audit
from sollecito.flows.reminder_options import Composition, ReminderDraft, ReminderOptions

TEXTS = ("subject", "text", "iban")
LISTS = ("to", "cc", "bcc", "attachments")
EDITED = (*TEXTS, *LISTS)
OWED = "owed"
"""What was owed when it was written: of another balance the words are not true any more."""


def note_edits(draft: Draft, options: ReminderOptions, made: ReminderDraft) -> None:
    """Put what was written into the draft; saving it is the caller's."""
    written: dict[str, Any] = {name: getattr(options, name) for name in TEXTS}
    for name in LISTS:
        value = getattr(options, name)
        written[name] = None if value is None else list(value)
    draft.edits = written | {OWED: str(owed(made))}


def kept_edits(draft: Draft) -> dict[str, Any]:
    """The fields of ``ReminderOptions`` that were written; empty where nothing was."""
    written = draft.edits or {}
    found: dict[str, Any] = {name: written[name] for name in TEXTS if name in written}
    for name in LISTS:
        if name in written:
            found[name] = None if written[name] is None else tuple(written[name])
    return found


def are_true(draft: Draft, composed: Composition) -> bool:
    """Whether what was written speaks of what is owed now."""
    return bool(
        draft.edits
        and composed.drafts
        and Decimal(draft.edits.get(OWED, "0")) == owed(composed.drafts[0])
    )


def offered_words(draft: Draft, made: ReminderDraft) -> tuple[str, str]:
    """Subject and text that a person wrote for another balance: not sent, but not lost.

    Empty where nothing was written, or where it is what ``made`` says.
    """
    written = draft.edits or {}
    subject, text = str(written.get("subject") or ""), str(written.get("text") or "")
    if not text or (subject in {"", made.subject} and text == made.text):
        return "", ""
    return subject, text


def owed(made: ReminderDraft) -> Decimal:
    """What is left of all that a message names."""
    named = (*made.facts.items, *made.facts.upcoming)
    return sum((item.balance for item in named), Decimal(0))


def drop_edits(draft: Draft, *, user: User | None) -> None:
    """The text of the rule again."""
    draft.edits = None
    draft.save(update_fields=["edits"])
    text = "Tolte le modifiche al messaggio: vale di nuovo il testo della regola."
    audit.record(draft.company, user, "draft_edits_dropped", target=f"draft:{draft.pk}", text=text)

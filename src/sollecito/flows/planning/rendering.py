"""The bytes that a draft of a programme would be, or what it lacks."""

from __future__ import annotations

from collections.abc import Sequence

from sollecito.accounts.models import User
from sollecito.dunning.models import Draft, Reminder
from sollecito.flows.compose_automatic import AS_PROPOSED, Written, compose_automatic
from sollecito.flows.freeze_mail import PreparedMail, prepare_mail
from sollecito.flows.gather_desk import Desk
from sollecito.flows.offer_attachments import NotAttachedError
from sollecito.flows.planning.refusing import ApprovalRefusedError, note_obstacle
from sollecito.flows.reminder_options import ReminderDraft


def render(
    draft: Draft,
    reminders: Sequence[Reminder],
    *,
    user: User | None,
    written: Written = AS_PROPOSED,
    desk: Desk | None = None,
) -> PreparedMail:
    """The bytes that a draft would be; those that were seen, where a preview was.

    ``desk`` saves reading the company again. Raises ApprovalRefusedError where it is incomplete,
    or no longer what was seen.
    """
    composed = compose_automatic(draft, reminders, user=user, written=written, desk=desk)
    asked = {each.instalment_id for each in reminders}
    lost = [refused for refused in composed.refused if refused.instalment in asked]
    if lost or len(composed.drafts) != 1:
        words = lost[0].message if lost else "Non c'è più nulla da chiedere."
        raise ApprovalRefusedError("no_longer_due", words)
    made = composed.drafts[0]
    if made.problems:
        _incomplete(draft, made, is_edited=written.options is not None)
    seen = written.seen
    try:
        mail = prepare_mail(
            made, token="", moment=seen.moment if seen else None, key=draft.content.key
        )
    except NotAttachedError as error:
        raise ApprovalRefusedError("incomplete", str(error)) from error
    if seen and seen.sha256 != mail.sha256:
        raise ApprovalRefusedError("changed", "Nel frattempo è cambiato qualcosa: rileggi.")
    return mail


def _incomplete(draft: Draft, made: ReminderDraft, *, is_edited: bool) -> None:
    """«Da completare»: note what is missing, where the work list shows it."""
    code = made.problems[0][1].code
    words = " ".join(f"{p.message} {p.hint}".strip() for _, p in made.problems)
    if is_edited:
        raise ApprovalRefusedError(code, words)
    raise note_obstacle(draft, code, words)

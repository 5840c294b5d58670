"""Approve one draft: does the rule still say today, may it go under the caps, is it complete?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sollecito.accounts.models import Company, User
from sollecito.domain.grouping import (
    SMS,
    SMS_CAP,
    Counter,
    Group,
    make_group,
)
from sollecito.dunning.models import Draft, Reminder
from sollecito.dunning.policy_book import PolicyBook
from sollecito.flows import clock
from sollecito.flows.compose_automatic import AS_PROPOSED, Written, compose_automatic
from sollecito.flows.count_quota import NotIncludedError
from sollecito.flows.freeze_draft import DraftMovedError, freeze_draft
from sollecito.flows.freeze_mail import PreparedMail, prepare_mail
from sollecito.flows.keep_edits import note_edits
from sollecito.flows.offer_attachments import CopyNotMadeError
from sollecito.flows.planning.counting import CAP_WORDS
from sollecito.flows.planning.deciding import decide_all
from sollecito.flows.planning.lines import OwnTexts, make_lines
from sollecito.flows.planning.proposing import NO_CHANNEL
from sollecito.flows.planning.refusing import ApprovalRefusedError, note_obstacle
from sollecito.flows.planning.resting import is_rest
from sollecito.flows.reminder_options import ReminderDraft
from sollecito.flows.touch_instalments import touch_instalments


@dataclass(slots=True)
class Approver:
    """One order of approving: who gave it, and what was counted so far."""

    company: Company
    user: User | None
    book: PolicyBook
    counter: Counter
    leave_at: datetime
    sms_at: datetime
    usable: Collection[str]
    by_rule: bool = False
    written: Mapping[int, Written] = field(default_factory=dict)
    _counted: dict[str, frozenset[str]] = field(default_factory=dict)

    def approve(self, draft: Draft) -> None:
        """Freeze and queue one draft. Raises ApprovalRefusedError, having changed nothing."""
        today = clock.today(self.company.time_zone)
        if not draft.is_open:
            raise ApprovalRefusedError("not_a_draft", "Non è più una bozza: aggiorna la pagina.")
        if draft.content.channel not in self.usable:
            words = f"Il canale «{draft.content.channel}» non è configurato."
            raise ApprovalRefusedError(NO_CHANNEL, words)
        asked = draft.content.reminders.filter(is_void=False, step__isnull=False)
        reminders = list(asked.order_by("instalment_id"))
        group = None if is_rest(draft, today) else self._decide_again(reminders)
        if cap := self._find_cap(draft, group, today):
            raise ApprovalRefusedError(cap, CAP_WORDS[cap])
        written = self.written.get(draft.pk, AS_PROPOSED)
        mail = render(draft, reminders, user=self.user, written=written)
        if written.options:
            note_edits(draft, written.options, mail.draft)
        at = self.sms_at if draft.content.channel == SMS else self.leave_at
        try:
            freeze_draft(draft, reminders, mail, user=self.user, by_rule=self.by_rule, at=at)
        except DraftMovedError as error:
            raise ApprovalRefusedError("moved", str(error)) from error
        except NotIncludedError as error:
            raise note_obstacle(draft, error.reason, str(error)) from error
        if group and draft.group not in self._counted:
            self._counted[draft.group] = group.capped
            self.counter.note(group, today)

    def _find_cap(self, draft: Draft, group: Group | None, today: date) -> str:
        """The cap that holds it back; one communication over several channels counts once."""
        is_sms = draft.content.channel == SMS
        if draft.group in self._counted:
            return SMS_CAP if is_sms and SMS in self._counted[draft.group] else ""
        if is_sms and self.counter.is_texted(draft.party_id, today):
            return SMS_CAP
        return self.counter.obstacle(group, today) if group else ""

    def _decide_again(self, reminders: Sequence[Reminder]) -> Group:
        """The group as the rule sees it now; every line of the draft must still be due."""
        today = clock.today(self.company.time_zone)
        ids = [each.instalment_id for each in reminders]
        decided, _problems = decide_all(self.company, ids, today, book=self.book)
        made = make_lines(decided, today, OwnTexts(), self.usable)
        lines = {line.key: line for line in made}
        keys = [(r.instalment_id, r.round, r.step_id, r.occurrence) for r in reminders]
        moved = [key[0] for key in keys if key not in lines]
        if moved or not keys:
            touch_instalments(moved)
            words = "Da quando fu proposto è cambiato qualcosa: la lista si aggiorna da sola."
            raise ApprovalRefusedError("no_longer_due", words)
        group = make_group(lines.values())
        return replace(group, capped=self.counter.capped(group, today))


def render(
    draft: Draft,
    reminders: Sequence[Reminder],
    *,
    user: User | None,
    written: Written = AS_PROPOSED,
) -> PreparedMail:
    """The bytes that a draft would be; those that were seen, where a preview was.

    Raises ApprovalRefusedError where it is incomplete, or no longer what was seen.
    """
    composed = compose_automatic(draft, reminders, user=user, written=written)
    asked = {each.instalment_id for each in reminders}
    lost = [refused for refused in composed.refused if refused.instalment in asked]
    if lost or not composed.drafts:
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
    except CopyNotMadeError as error:
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

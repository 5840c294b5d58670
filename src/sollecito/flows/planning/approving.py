"""Approve drafts: does the rule still say today, may they go under the caps, are they complete?

What the rule is asked with is read once for many of them; each is looked at again, locked, when
its bytes are frozen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sollecito.accounts.models import Company, User
from sollecito.domain.grouping import SMS, SMS_CAP, Counter, Group, Line, group_lines
from sollecito.domain.joining import counted_as
from sollecito.dunning.models import Draft, Reminder
from sollecito.flows import clock
from sollecito.flows.choose_sender import NoSenderError
from sollecito.flows.compose_automatic import AS_PROPOSED, Written
from sollecito.flows.count_quota import NotIncludedError
from sollecito.flows.freeze_draft import DraftMovedError, freeze_draft
from sollecito.flows.gather_desk import Desk
from sollecito.flows.keep_edits import note_edits
from sollecito.flows.planning.counting import CAP_WORDS
from sollecito.flows.planning.proposing import NO_CHANNEL
from sollecito.flows.planning.reading import Batch, LineKey, read_batch
from sollecito.flows.planning.refusing import ApprovalRefusedError, note_obstacle
from sollecito.flows.planning.rendering import render
from sollecito.flows.touch_instalments import touch_instalments

READ_AT_ONCE = 50
OLD_WORDS = "Qualcuno ne aveva scritto il testo, per un altro importo: rileggilo e invialo."


@dataclass(slots=True)
class Approver:
    """One order of approving: who gave it, and what was counted so far."""

    company: Company
    user: User | None
    desk: Desk
    counter: Counter
    leave_at: datetime
    sms_at: datetime
    usable: Collection[str]
    by_rule: bool = False
    written: Mapping[int, Written] = field(default_factory=dict)
    _counted: dict[str, frozenset[str]] = field(default_factory=dict)
    _asked: set[int] = field(default_factory=set)

    def approve_all(
        self, drafts: Sequence[Draft]
    ) -> Iterator[tuple[Draft, ApprovalRefusedError | None]]:
        """Freeze and queue each draft, in this order; with it why it was refused, if it was."""
        for start in range(0, len(drafts), READ_AT_ONCE):
            some = drafts[start : start + READ_AT_ONCE]
            batch = read_batch(self.desk, some, self.usable)
            for draft in some:
                try:
                    self._approve(draft, batch)
                except ApprovalRefusedError as error:
                    yield draft, error
                else:
                    yield draft, None

    def _approve(self, draft: Draft, batch: Batch) -> None:
        """Freeze and queue one draft. Raises ApprovalRefusedError, having changed nothing."""
        today = clock.today(self.company.time_zone)
        if not draft.is_open:
            raise ApprovalRefusedError("not_a_draft", "Non è più una bozza: aggiorna la pagina.")
        if draft.content.channel not in self.usable:
            raise ApprovalRefusedError(NO_CHANNEL, str(NoSenderError(draft.content.channel)))
        if self.by_rule and draft.has_old_words:
            raise ApprovalRefusedError("old_words", OLD_WORDS)
        is_rest = draft.pk in batch.rests or bool(draft.group and draft.group in self._counted)
        if not is_rest and self._asked & {r.instalment_id for r in batch.reminders[draft.pk]}:
            # Another draft of this order just asked for the same: what was read is not true.
            batch = read_batch(self.desk, [draft], self.usable)
        reminders = batch.reminders[draft.pk]
        group = None if is_rest else self._decide_again(reminders, batch.lines)
        if cap := self._find_cap(draft, group, reminders, today):
            raise ApprovalRefusedError(cap, CAP_WORDS[cap])
        written = self.written.get(draft.pk, AS_PROPOSED)
        mail = render(draft, reminders, user=self.user, written=written, desk=batch.desk)
        if written.options:
            note_edits(draft, written.options, mail.draft)
        at = self.sms_at if draft.content.channel == SMS else self.leave_at
        try:
            freeze_draft(draft, reminders, mail, user=self.user, by_rule=self.by_rule, at=at)
        except DraftMovedError as error:
            raise ApprovalRefusedError("moved", str(error)) from error
        except NotIncludedError as error:
            raise note_obstacle(draft, error.reason, str(error)) from error
        self._asked.update(each.instalment_id for each in reminders)
        if group and draft.group not in self._counted:
            self._counted[draft.group] = group.capped
            self.counter.note(group, today)

    def _find_cap(
        self, draft: Draft, group: Group | None, reminders: Sequence[Reminder], today: date
    ) -> str:
        """The cap that holds it back; one communication over several channels counts once."""
        is_sms = draft.content.channel == SMS
        if draft.group in self._counted:
            return SMS_CAP if is_sms and SMS in self._counted[draft.group] else ""
        customers = {each.instalment.party_id for each in reminders}
        if is_sms and self.counter.is_texted(counted_as(customers, draft.contact_id or 0), today):
            return SMS_CAP
        return self.counter.obstacle(group, today) if group else ""

    def _decide_again(self, reminders: Sequence[Reminder], lines: Mapping[LineKey, Line]) -> Group:
        """The group as the rule sees it now; every line must still be due, and all be one."""
        today = clock.today(self.company.time_zone)
        keys = [(r.instalment_id, r.round, r.step_id or 0, r.occurrence) for r in reminders]
        moved = [key[0] for key in keys if key not in lines]
        groups = [] if moved else group_lines(lines[key] for key in keys)
        if len(groups) != 1:
            touch_instalments(moved or [key[0] for key in keys])
            words = "Da quando fu proposto è cambiato qualcosa: la lista si aggiorna da sola."
            raise ApprovalRefusedError("no_longer_due", words)
        return replace(groups[0], capped=self.counter.capped(groups[0], today))

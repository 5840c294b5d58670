"""What the messages of a communication learn from a mail, and what follows for their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sollecito.domain.arrived import Arrived, Blame, Kind, Report, place_report
from sollecito.domain.transitions import Receipt, Status, learn
from sollecito.dunning.models import Reminder
from sollecito.flows import clock
from sollecito.flows.arriving.matching import Match
from sollecito.flows.note_failures import note_failures
from sollecito.flows.pause_sender import pause
from sollecito.flows.suppress_address import suppress_address
from sollecito.flows.touch_instalments import touch_instalments
from sollecito.outbox.models import Content, DeliveryEvent, Message, ReceivedMail
from sollecito.outbox.queries import Lane

NOTED = "noted"
"""An event that says something and moves nothing."""
UNPLACED = "Non si capisce di quale destinatario parla."
OUTSIDE = "outside_pec"


def learn_reports(match: Match, arrived: Arrived, mail: ReceivedMail) -> None:
    """Store what each recipient's message is told, and let it learn. Never refuses.

    A dead address is suppressed and a refused sender paused only where the mail names our message
    by something that a stranger cannot know.
    """
    rows = list(Message.objects.select_for_update().filter(content=match.content).order_by("pk"))
    before = {row.pk: row.status for row in rows}
    for report in arrived.reports:
        _learn_report(rows, report, mail)
        if match.is_certain and report.receipt is Receipt.BOUNCED:
            _follow(match.content, arrived, report, rows, mail)
    if arrived.kind is Kind.ACCEPTANCE and arrived.names.provider_id:
        name = arrived.names.provider_id
        Content.objects.filter(pk=match.content.pk).update(provider_id=name)
    save_learned(rows, before)


def learn_seen(content: Content, mail: ReceivedMail, *, address: str, text: str) -> None:
    """An answer, a copy of ours: whatever was in doubt has left. Others only note it."""
    rows = list(Message.objects.select_for_update().filter(content=content).order_by("pk"))
    mine = [row for row in rows if row.address.lower() == address.lower()] or rows
    before = {row.pk: row.status for row in rows}
    for row in mine:
        _write(row, Receipt.SEEN, mail, text=text)
        row.status = learn(row.status, Receipt.SEEN)
    save_learned(rows, before)


def note(content: Content, mail: ReceivedMail, *, kind: str, address: str, text: str) -> None:
    """Something to read in the history of a message that changes nothing."""
    rows = list(Message.objects.filter(content=content).order_by("pk"))
    mine = [row for row in rows if row.address.lower() == address.lower()] or rows[:1]
    for row in mine:
        _write(row, kind, mail, text=text)


def _learn_report(rows: Sequence[Message], report: Report, mail: ReceivedMail) -> None:
    placed = set(place_report(report, [row.address for row in rows]))
    for row in rows:
        if row.address in placed:
            kind = report.receipt or (OUTSIDE if report.is_outside_pec else NOTED)
            _write(row, kind, mail, text=report.text, report=report)
            if report.receipt:
                row.status = learn(row.status, report.receipt)
                row.reason = _reason(row, report)
        elif not placed and report.receipt and not report.is_outside_pec:
            # It names our message but none of its recipients: it has left, for whomever.
            _write(row, NOTED, mail, text=f"{UNPLACED} {report.text}", report=report)
            if row.status == Status.UNKNOWN:
                row.status = learn(row.status, Receipt.SEEN)


def _reason(row: Message, report: Report) -> str:
    if report.receipt is Receipt.BOUNCED and row.status == Status.BOUNCED:
        return report.text[:300]
    return row.reason if row.status in {Status.BOUNCED, Status.FAILED} else ""


def _follow(
    content: Content,
    arrived: Arrived,
    report: Report,
    rows: Iterable[Message],
    mail: ReceivedMail,
) -> None:
    if report.blame is Blame.HARD:
        for address in place_report(report, [row.address for row in rows]):
            suppress_address(
                content.company, address, reason=report.text, enhanced=report.enhanced, mail=mail
            )
    elif report.blame is Blame.OURS and arrived.kind is Kind.BOUNCE:
        words = f"Un server ha rifiutato il mittente, non l'indirizzo: {report.text}"
        pause(Lane(content.channel, content.sender_id), words)


def save_learned(rows: Sequence[Message], before: dict[int, str]) -> None:
    """Write the statuses that moved, and let the plan look again at what they speak of."""
    moved = [row for row in rows if row.status != before[row.pk]]
    for row in moved:
        row.settled_at, row.lease_until = clock.now(), None
        row.save(update_fields=["status", "reason", "settled_at", "lease_until"])
    if moved:
        contents = {row.content_id for row in moved}
        note_failures(contents)
        spoken = Reminder.objects.filter(content__in=contents)
        touch_instalments(list(spoken.values_list("instalment_id", flat=True)))


def _write(
    row: Message, kind: str, mail: ReceivedMail, *, text: str, report: Report | None = None
) -> None:
    DeliveryEvent.objects.create(
        company_id=row.company_id,
        message=row,
        at=mail.arrived_at,
        kind=kind,
        code=(report.code or None) if report else None,
        enhanced=report.enhanced[:12] if report else "",
        text=text[:500],
        mail=mail,
    )

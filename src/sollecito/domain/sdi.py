"""Notifications of the Sistema di Interscambio, and what they make of a document.

Source: technical specifications of FatturaPA 1.9.1, annex on messages; the table of states is a
synthesis (docs/decisions).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sollecito.domain.documents import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Iterable


ROME = ZoneInfo("Europe/Rome")
"""The Sistema di Interscambio speaks Italian time."""


class NotificationCode(StrEnum):
    """Sigla of the message in its file name."""

    RC = "RC"
    NS = "NS"
    MC = "MC"
    NE = "NE"
    DT = "DT"
    AT = "AT"
    MT = "MT"
    EC = "EC"
    SE = "SE"


@dataclass(frozen=True, slots=True)
class Notification:
    """One message of the SdI. ``target`` is NomeFile normalised by ``normalise_file_name``.

    ``number``, ``year`` and ``position`` are set only where the message names one document of
    the file (RiferimentoFattura of NE); ``outcome`` is EC01 or EC02. ``received_at`` is the
    message's own moment where it has one.
    """

    code: NotificationCode
    target: str
    sdi_id: str = ""
    message_id: str = ""
    received_at: datetime | None = None
    number: str = ""
    year: int | None = None
    position: int | None = None
    outcome: str = ""
    text: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    available_date: date | None = None


def normalise_file_name(name: str) -> str:
    """Return the name by which a notification finds its file.

    Without folder, ``.p7m`` (repeated), ``.xml`` and case: ``A/IT01_1.XML.p7m`` → ``it01_1``.
    """
    bare = name.replace("\\", "/").rsplit("/", 1)[-1].strip().lower()
    while bare.endswith(".p7m"):
        bare = bare.removesuffix(".p7m")
    return bare.removesuffix(".xml")


class SdiState(StrEnum):
    """Stato SdI di un documento, derived from its notifications."""

    NONE = "none"
    REJECTED = "rejected"
    NOT_DELIVERED = "not_delivered"
    UNREACHABLE = "unreachable"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class IssueRule(StrEnum):
    """When a document without any notification counts as issued (company's choice)."""

    AT_ONCE = "at_once"
    AFTER_FIVE_DAYS = "after_five_days"
    RECEIPT_ONLY = "receipt_only"


@dataclass(frozen=True, slots=True)
class SdiStanding:
    """Where a document stands with the SdI, and since which day where a message says so."""

    state: SdiState = SdiState.NONE
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Collectible:
    """Whether a document's instalments may be asked for.

    ``from_date`` is the first day on which the answer becomes yes by itself, ``None`` where only
    an event changes it; ``is_final`` where nothing ever does. ``reason`` is a stable code,
    empty when collectible.
    """

    is_collectible: bool
    reason: str = ""
    from_date: date | None = None
    is_final: bool = False


ISSUED_AFTER_DAYS = 5
PUBLIC_TERM_DAYS = 15
ELECTRONIC_KINDS = frozenset({DocumentKind.E_INVOICE, DocumentKind.E_FEE_NOTE})
_STATE_OF_CODE = {
    NotificationCode.RC: SdiState.DELIVERED,
    NotificationCode.NS: SdiState.REJECTED,
    NotificationCode.MC: SdiState.NOT_DELIVERED,
    NotificationCode.DT: SdiState.EXPIRED,
    NotificationCode.AT: SdiState.UNREACHABLE,
}
_RANK = {
    SdiState.NONE: 0,
    SdiState.REJECTED: 1,
    SdiState.NOT_DELIVERED: 2,
    SdiState.UNREACHABLE: 3,
    SdiState.DELIVERED: 4,
    SdiState.EXPIRED: 5,
    SdiState.ACCEPTED: 6,
    SdiState.REFUSED: 7,
}
_PUBLIC_ONLY = frozenset({NotificationCode.NE, NotificationCode.DT, NotificationCode.AT})


def speaks_of(notice: Notification, *, number: str, year: int, position: int) -> bool:
    """Whether a message of a file means this document of it: an outcome (NE) may name one."""
    if notice.number and notice.number != number:
        return False
    if notice.year is not None and notice.year != year:
        return False
    return notice.position is None or notice.position == position


def day_of(notification: Notification) -> date | None:
    """The day that a message bears, in Italian time; some bear none."""
    if notification.received_at is not None:
        return notification.received_at.astimezone(ROME).date()
    return notification.available_date


def is_public_format(transmission_format: str) -> bool:
    """Whether a file went to a public body: FPA12, and FPA versions before and after it."""
    return transmission_format.upper().startswith(("FPA", "SDI"))


def state_of(notification: Notification) -> SdiState:
    """State that one message alone says; NONE for those that say nothing to the seller."""
    if notification.code is NotificationCode.NE:
        outcomes = {"EC01": SdiState.ACCEPTED, "EC02": SdiState.REFUSED}
        return outcomes.get(notification.outcome, SdiState.NONE)
    return _STATE_OF_CODE.get(notification.code, SdiState.NONE)


def derive_state(
    notifications: Iterable[Notification],
    *,
    is_public_body: bool,
    files: Iterable[str] = (),
) -> SdiStanding:
    """State of one document from all messages kept for it, in whatever order they came.

    A later message never makes a delivered file undelivered: messages have ranks, not turns.
    A document that was sent again after a rejection has several ``files`` (normalised names):
    each stands by itself and the best counts, one without messages being better than a rejected
    one. Outcomes of a public body (NE, DT, AT) mean nothing for a private customer.
    """
    by_file: dict[str, SdiStanding] = {name: SdiStanding() for name in files}
    for message in notifications:
        if message.code in _PUBLIC_ONLY and not is_public_body:
            continue
        state = state_of(message)
        if state is SdiState.NONE:
            continue
        found = SdiStanding(state, day_of(message))
        by_file[message.target] = _higher(by_file.get(message.target, SdiStanding()), found)
    best: SdiStanding | None = None
    for standing in by_file.values():
        if best is None or _file_rank(standing) > _file_rank(best):
            best = standing
    return best or SdiStanding()


def _higher(one: SdiStanding, other: SdiStanding) -> SdiStanding:
    """The higher state; of two equal ones, the earlier day known."""
    if _RANK[one.state] != _RANK[other.state]:
        return max(one, other, key=lambda standing: _RANK[standing.state])
    days = [day for day in (one.since, other.since) if day is not None]
    return SdiStanding(one.state, min(days, default=None))


def _file_rank(standing: SdiStanding) -> tuple[int, int]:
    """Between files of one document a rejected one is the worst; then the later day."""
    rank = -1 if standing.state is SdiState.REJECTED else _RANK[standing.state]
    return rank, standing.since.toordinal() if standing.since else 0


def compute_collectible(
    kind: DocumentKind,
    *,
    standing: SdiStanding,
    document_date: date,
    today: date,
    rule: IssueRule = IssueRule.AFTER_FIVE_DAYS,
    is_public_body: bool = False,
    is_approved: bool = False,
) -> Collectible:
    """Whether instalments of a document may be asked for on a day.

    Args:
        kind: of the document; only electronic kinds have an SdI state.
        standing: from ``derive_state``.
        document_date: as written on the document.
        today: the day of the question.
        rule: when a document without messages counts as issued.
        is_public_body: the file went to a public body.
        is_approved: a person decided to collect although refused or unreachable.

    Returns:
        The answer, with the day from which it becomes yes by itself where there is one.
    """
    if kind is DocumentKind.CREDIT_NOTE:
        return Collectible(is_collectible=False, reason="credit_note", is_final=True)
    if kind not in ELECTRONIC_KINDS:
        return Collectible(is_collectible=True)
    if standing.state is SdiState.NONE:
        return _unheard_of(document_date, today, rule)
    if standing.state is SdiState.DELIVERED and is_public_body:
        start = (standing.since or document_date) + timedelta(days=PUBLIC_TERM_DAYS)
        return _from_day(start, today, "sdi_public_term")
    waits = _WAITS_FOR_EVENT.get(standing.state)
    if standing.state is SdiState.NOT_DELIVERED and not is_public_body:
        waits = None
    if waits is None or (is_approved and standing.state in _PERSON_MAY_APPROVE):
        return Collectible(is_collectible=True)
    return Collectible(is_collectible=False, reason=waits)


_WAITS_FOR_EVENT = {
    SdiState.REJECTED: "sdi_rejected",
    SdiState.NOT_DELIVERED: "sdi_not_delivered",
    SdiState.UNREACHABLE: "sdi_unreachable",
    SdiState.REFUSED: "sdi_refused",
}
_PERSON_MAY_APPROVE = frozenset({SdiState.UNREACHABLE, SdiState.REFUSED})


def _unheard_of(document_date: date, today: date, rule: IssueRule) -> Collectible:
    if rule is IssueRule.RECEIPT_ONLY:
        return Collectible(is_collectible=False, reason="sdi_waiting")
    days = 0 if rule is IssueRule.AT_ONCE else ISSUED_AFTER_DAYS
    return _from_day(document_date + timedelta(days=days), today, "sdi_waiting")


def _from_day(start: date, today: date, reason: str) -> Collectible:
    if today >= start:
        return Collectible(is_collectible=True)
    return Collectible(is_collectible=False, reason=reason, from_date=start)

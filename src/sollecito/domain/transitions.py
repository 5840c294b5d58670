"""Statuses of a message and their moves, as tables. Nothing else assigns a status.

Commands are ours and are refused loudly when illegal; receipts are the world's and are total:
late, twice, out of order or unheard of, each gives a status and none raises.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Stato di un messaggio; the codes on the wire."""

    DRAFT = "draft"
    APPROVED = "approved"
    QUEUED = "queued"
    SENDING = "sending"
    AT_DOT = "at_dot"
    RETRY = "retry"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class Command(StrEnum):
    """What we do to a message."""

    APPROVE = "approve"
    SEND_BACK = "send_back"
    """To review: a person approves it again, or the gate found something changed."""
    ENQUEUE = "enqueue"
    CLAIM = "claim"
    RELEASE = "release"
    """A claim given back or a lease that ran out before the gate."""
    REACH_DOT = "reach_dot"
    TAKE_BACK_MARK = "take_back_mark"
    """By the worker that set it and knows that no dot followed: a switch was thrown meanwhile."""
    DOUBT = "doubt"
    """After the gate and without a reply: nobody sends it again by himself."""
    ACCEPT = "accept"
    DEFER = "defer"
    FAIL = "fail"
    EXPIRE = "expire"
    CANCEL = "cancel"
    WITHHOLD = "withhold"
    """Cancelled at the gate: paid, held or changed since it was written."""
    CONSIDER_SENT = "consider_sent"
    RESEND = "resend"


class Receipt(StrEnum):
    """What the world tells us about a message that may have left."""

    ACCEPTED = "accepted"
    """A 250 to the dot, a PEC acceptance, a provider that knows it."""
    DEFERRED = "deferred"
    REFUSED = "refused"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    SEEN = "seen"
    """Found in the Sent folder or our own archive, answered, acted upon."""
    DELAYED = "delayed"
    CROSSED = "crossed"
    """Incrociato: a payment was recorded after the dot."""


S = Status
FINAL = frozenset({S.DELIVERED, S.BOUNCED, S.FAILED, S.CANCELLED})
WAITING = frozenset({S.QUEUED, S.RETRY})
IN_FLIGHT = frozenset({S.SENDING, S.AT_DOT})
MAY_HAVE_LEFT = frozenset({S.AT_DOT, S.UNKNOWN, S.ACCEPTED, S.DELIVERED, S.BOUNCED})

COMMANDS: dict[Command, dict[Status, Status]] = {
    Command.APPROVE: {S.DRAFT: S.APPROVED},
    Command.SEND_BACK: {
        S.APPROVED: S.DRAFT,
        S.QUEUED: S.DRAFT,
        S.RETRY: S.DRAFT,
        S.SENDING: S.DRAFT,
    },
    Command.ENQUEUE: {S.APPROVED: S.QUEUED},
    Command.CLAIM: {S.QUEUED: S.SENDING, S.RETRY: S.SENDING},
    Command.RELEASE: {S.SENDING: S.QUEUED},
    Command.REACH_DOT: {S.SENDING: S.AT_DOT},
    Command.TAKE_BACK_MARK: {S.AT_DOT: S.SENDING},
    Command.DOUBT: {S.AT_DOT: S.UNKNOWN},
    Command.ACCEPT: {S.AT_DOT: S.ACCEPTED},
    Command.DEFER: {S.SENDING: S.RETRY, S.AT_DOT: S.RETRY},
    Command.FAIL: {S.SENDING: S.FAILED, S.AT_DOT: S.FAILED},
    Command.EXPIRE: {S.QUEUED: S.FAILED, S.RETRY: S.FAILED},
    Command.CANCEL: {
        S.DRAFT: S.CANCELLED,
        S.APPROVED: S.CANCELLED,
        S.QUEUED: S.CANCELLED,
        S.RETRY: S.CANCELLED,
    },
    Command.WITHHOLD: {S.SENDING: S.CANCELLED},
    Command.CONSIDER_SENT: {S.UNKNOWN: S.ACCEPTED},
    Command.RESEND: {S.UNKNOWN: S.QUEUED},
}

_TAKEN = dict.fromkeys((S.QUEUED, S.SENDING, S.AT_DOT, S.RETRY, S.UNKNOWN, S.FAILED), S.ACCEPTED)
_EVERYWHERE_SENT = tuple(s for s in S if s is not S.DRAFT)

_RECEIPTS: dict[Receipt, dict[Status, Status]] = {
    Receipt.ACCEPTED: _TAKEN,
    Receipt.SEEN: _TAKEN,
    # Only the worker's own, late reply says these: the attempt is known not to have been taken.
    Receipt.DEFERRED: {S.AT_DOT: S.RETRY, S.UNKNOWN: S.RETRY},
    Receipt.REFUSED: {S.AT_DOT: S.FAILED, S.UNKNOWN: S.FAILED},
    Receipt.DELIVERED: dict.fromkeys(_EVERYWHERE_SENT, S.DELIVERED),
    Receipt.BOUNCED: dict.fromkeys(
        # From failed too: what comes back had left, and the acceptance may still be on its way.
        (S.QUEUED, S.SENDING, S.AT_DOT, S.RETRY, S.UNKNOWN, S.FAILED, S.ACCEPTED),
        S.BOUNCED,
    ),
    Receipt.DELAYED: {},
    Receipt.CROSSED: {},
}


class IllegalMoveError(Exception):
    """A command that the message's status does not allow."""

    def __init__(self, command: Command, status: Status) -> None:
        """Say it to a person."""
        super().__init__(
            f"Il messaggio è nello stato «{status}»: l'operazione «{command}» non è possibile. "
            "Aggiorna la pagina e controlla lo stato."
        )
        self.command = command
        self.status = status


def apply(command: Command, status: Status | str) -> Status:
    """Return the status after a command of ours. Raises IllegalMoveError."""
    now = Status(status)
    after = COMMANDS[command].get(now)
    if after is None:
        raise IllegalMoveError(command, now)
    return after


def sources(command: Command) -> tuple[Status, ...]:
    """Return the statuses in which a command is legal, for the WHERE of an UPDATE."""
    return tuple(COMMANDS[command])


def target(command: Command) -> Status:
    """Return the one status to which a command leads."""
    (after,) = set(COMMANDS[command].values())
    return after


def learn(status: Status | str, receipt: Receipt | str) -> Status:
    """Return the status after a receipt. Total: what says nothing new changes nothing.

    A delivery proven wins over everything, in whatever order receipts come; a draft has no
    Message-ID that a receipt could name.
    """
    now = Status(status)
    try:
        known = Receipt(receipt)
    except ValueError:
        return now
    return _RECEIPTS[known].get(now, now)

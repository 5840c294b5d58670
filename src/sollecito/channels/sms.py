"""Channel `sms`: one text to each number through a gateway that speaks HTTP.

A request a number, so that each has its own reference, its own gate and its own reply. What a
gateway's answer means is the dialect's: ``sms_skebby``, ``sms_twilio``, ``sms_generic``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from sollecito.channels.base import Gate, Outgoing, Phase, Refused, Reply, ReplyLost, Withheld
from sollecito.channels.sms_http import HttpAnswer, HttpLimits, HttpRequest, ask, send
from sollecito.domain.transitions import Receipt

LOGIN_FAULTS = frozenset({401, 403})
ADDRESS_FAULTS = frozenset({301, 302, 303, 307, 308, 404, 405})
NOT_NOW = frozenset({402, 408, 425, 429, 503})

CREDENTIALS, MISCONFIGURED, BUSY, UNDELIVERABLE = "4.7.8", "4.3.5", "4.4.5", "5.1.1"
"""Codes of RFC 3463; the first two blame the account, not the message."""


@dataclass(frozen=True, slots=True)
class Sms:
    """Un SMS to one number in E.164; ``reference`` is our own name for it.

    ``left_at`` is when it may have left, where somebody asks what became of it.
    """

    number: str
    text: str
    reference: str
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a gateway knows of a text: a receipt, its words, its own name for it."""

    receipt: Receipt
    words: str
    reference: str = ""


class Dialect(Protocol):
    """How one kind of gateway is spoken to. Remembers nothing but a log-in."""

    @property
    def limits(self) -> HttpLimits:
        """How it may be reached."""
        ...

    def log_in(self, call: Callable[[HttpRequest], HttpAnswer]) -> None:
        """Get what sending needs, before anything leaves. Raises Refused."""
        ...

    def write(self, sms: Sms) -> HttpRequest:
        """The request that sends one text. Raises Refused where it cannot be made."""
        ...

    def read(self, sms: Sms, answer: HttpAnswer) -> Reply:
        """What the answer says, whatever its status. Raises ReplyLost where it proves neither."""
        ...

    def ask(self, sms: Sms) -> HttpRequest | None:
        """The question what became of a text; ``None`` where the gateway cannot be asked."""
        ...

    def learn(self, sms: Sms, answer: HttpAnswer) -> Evidence | None:
        """What that answer proves; ``None`` where nothing."""
        ...


class SmsChannel:
    """One account of a gateway."""

    def __init__(self, dialect: Dialect) -> None:
        """Remember the account; nothing is called before the first text."""
        self._dialect = dialect

    def send(self, outgoing: Outgoing, gate: Gate) -> list[Reply]:
        """Send the text to each number; see ``Channel.send``. The gate is asked for each."""
        text = outgoing.raw.decode()
        replies: list[Reply] = []
        for number in outgoing.recipients:
            sms = Sms(number, text, make_reference(outgoing.message_id, number))
            try:
                replies.append(self._send(sms, partial(gate, (number,))))
            except Refused as refused:
                raise _with(refused, replies) from refused
            except ReplyLost as lost:
                raise ReplyLost(lost.reason, tuple(replies)) from lost
            except Withheld as shut:
                raise Withheld(tuple(replies)) from shut
        return replies

    def find_out(self, sms: Sms) -> Evidence | None:
        """Ask the gateway what became of a text; ``None`` where it cannot say. Raises Refused."""
        self.probe()
        question = self._dialect.ask(sms)
        if question is None:
            return None
        return self._dialect.learn(sms, ask(question, self._dialect.limits, phase=Phase.CHECK))

    def probe(self) -> None:
        """Log in where the gateway knows that, for the test button. Raises Refused."""
        self._dialect.log_in(partial(ask, limits=self._dialect.limits))

    def close(self) -> None:
        """Nothing is held open."""

    def _send(self, sms: Sms, gate: Callable[[], bool]) -> Reply:
        self.probe()
        return self._dialect.read(sms, send(self._dialect.write(sms), self._dialect.limits, gate))


def make_reference(message_id: str, number: str) -> str:
    """Our name for the text to one number: 36 letters and digits at most, the same every time.

    ``message_id`` is the content's, of 20 letters and digits (``formats.texts``).
    """
    return f"{message_id}-{number.lstrip('+')}"


def split_reference(reference: str) -> tuple[str, str]:
    """The content's Message-ID and the number in E.164 out of our name; empty if it is none."""
    message_id, _, digits = reference.rpartition("-")
    return (message_id, f"+{digits}") if message_id and digits.isdecimal() else ("", "")


def accepted(sms: Sms, answer: HttpAnswer, reference: str) -> Reply:
    """The gateway took it."""
    return Reply(sms.number, 250, "2.0.0", answer.words, reference)


def refused(sms: Sms, words: str) -> Reply:
    """The gateway will not take it later either."""
    return Reply(sms.number, 554, UNDELIVERABLE, words[:500])


def account_fault(sms: Sms, words: str, code: str = CREDENTIALS) -> Reply:
    """Nothing wrong with the text: the account is. It waits, and the sender pauses before long."""
    return Reply(sms.number, 454, code, words[:500])


def read_fault(sms: Sms, answer: HttpAnswer) -> Reply:
    """What a status outside 2xx means where the dialect knows no better (RFC 9110 15).

    500, 502, 504 prove nothing: the text may have been queued before the fault. Raises ReplyLost.
    """
    words = f"HTTP {answer.status}: {answer.words}"
    if answer.status in LOGIN_FAULTS:
        return account_fault(sms, f"Il gateway rifiuta l'accesso: controlla le chiavi ({words})")
    if answer.status in ADDRESS_FAULTS:
        said = f"All'indirizzo del gateway non c'è chi manda SMS: controllalo ({words})"
        return account_fault(sms, said, MISCONFIGURED)
    if answer.status in NOT_NOW:
        return Reply(sms.number, 450, BUSY, words)
    if answer.status // 100 == 4:  # noqa: PLR2004  RFC 9110 15.5
        return refused(sms, words)
    raise ReplyLost(f"Il gateway ha avuto un guasto dopo l'invio ({words})"[:500])


def _with(refused: Refused, replies: list[Reply]) -> Refused:
    return Refused(
        refused.reason,
        for_good=refused.for_good,
        phase=refused.phase,
        code=refused.code,
        replies=tuple(replies),
    )

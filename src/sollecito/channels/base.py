"""The port every channel stands behind: what goes out, what comes back, what can go wrong.

One promise holds for all of them (RFC 5321 and the delivery rules of the product): whatever fails
before the gate is safe to try again; whatever fails after it is a doubt that only evidence settles.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Phase(StrEnum):
    """How far a transmission came. Everything up to ``GATE`` is before the dot."""

    CHECK = "check"
    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    GATE = "gate"
    DOT = "dot"


BEFORE_MAIL = frozenset({Phase.CONNECT, Phase.TLS, Phase.LOGIN})
"""Failures here say something about the sender's account, nothing about the message."""

MARKED = frozenset({Phase.GATE, Phase.DOT})
"""Here the rows carry the mark of the gate already."""


SUCCESS, START, LATER, NEVER = 2, 3, 4, 5
"""First digits of a reply code (RFC 5321 4.2.1): taken, go on, not now, not ever."""


def family(code: int) -> int:
    """Return the first digit of a reply code."""
    return code // 100


ACCOUNT_FAULTS = (".3.5", ".7.8")
"""RFC 3463: the system is configured wrongly, the credentials are: no fault of the message."""


def is_loopback(host: str) -> bool:
    """Whether the host is this machine by its very name or number; nothing is looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Comunicazione pronta: frozen bytes (a mail's with CRLF line ends), and the envelope.

    ``recipients`` are the rows that go in this transmission, Bcc among them.
    """

    raw: bytes
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    content_id: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """Risposta del server for one recipient: the words that decide.

    ``code`` is the SMTP reply code (or the nearest equivalent of another channel), ``enhanced``
    the RFC 3463 code or an empty string, ``reference`` the server's own name for the mail.
    """

    recipient: str
    code: int
    enhanced: str = ""
    text: str = ""
    reference: str = ""
    phase: Phase = Phase.DOT

    @property
    def is_accepted(self) -> bool:
        """The server took it: 2xx to the dot."""
        return self.phase is Phase.DOT and family(self.code) == SUCCESS

    @property
    def is_for_good(self) -> bool:
        """The server will not take it later either: 5xx."""
        return family(self.code) == NEVER

    @property
    def blames_account(self) -> bool:
        """The sender's account is at fault, whatever the message."""
        return self.enhanced.endswith(ACCOUNT_FAULTS)


class Refused(Exception):  # noqa: N818  named for the fact, not for the mechanism
    """The transmission ended before the dot, or the server would not begin it. Safe to try again.

    ``reason`` is a sentence for a person; ``for_good`` means that trying again cannot help;
    ``code`` is 0 where no server answered; ``replies`` are recipients decided before the end.
    """

    def __init__(
        self,
        reason: str,
        *,
        for_good: bool = False,
        phase: Phase = Phase.CONNECT,
        code: int = 0,
        replies: tuple[Reply, ...] = (),
    ) -> None:
        """Keep what is known."""
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good
        self.phase = phase
        self.code = code
        self.replies = replies


class Withheld(Exception):  # noqa: N818  the gate stayed shut: nothing wrong happened
    """The gate said no: the connection was dropped and the dot never left."""

    def __init__(self, replies: tuple[Reply, ...] = ()) -> None:
        """Keep the recipients that the server had refused before."""
        super().__init__("withheld at the gate")
        self.replies = replies


class ReplyLost(Exception):  # noqa: N818  the outcome is unknown: that is the fact
    """The dot left, or may have left, and no reply to it was read. Nobody may send it again."""

    def __init__(self, reason: str, replies: tuple[Reply, ...] = ()) -> None:
        """Keep what broke, and the recipients that the server had refused before."""
        super().__init__(reason)
        self.reason = reason
        self.replies = replies


Gate = Callable[[tuple[str, ...]], bool]
"""Asked after the body and before the dot, with the recipients that the server accepted.

Once a mail; once a number for an SMS, each of which is a transmission of its own.
"""


class Channel(Protocol):
    """One way out. Kept open between transmissions; used by one thread at a time."""

    def send(self, outgoing: Outgoing, gate: Gate) -> list[Reply]:
        """Transmit and return one reply per recipient.

        Raises Refused (before the dot), Withheld (gate shut), ReplyLost (after the dot). Any
        other exception is a bug: the mark set by the gate decides what it means.
        """
        ...

    def close(self) -> None:
        """Let the connection go; never raises."""
        ...

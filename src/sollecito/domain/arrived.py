"""What came back about a message: kinds of arrived mail, what each says, whom it speaks of.

Sources: RFC 6109 (PEC: receipts and envelopes), RFC 3464 (delivery status), RFC 3834 (automatic
replies), RFC 8098 (read receipts).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sollecito.domain.signatures import UNSIGNED, Signature
from sollecito.domain.transitions import Receipt


class Kind(StrEnum):
    """Tipo di posta arrivata; the codes kept with the row. PEC's own words where PEC has one."""

    ACCEPTANCE = "accettazione"
    NON_ACCEPTANCE = "non-accettazione"
    TAKEN_OVER = "presa-in-carico"
    DELIVERY = "avvenuta-consegna"
    NON_DELIVERY = "errore-consegna"
    WARNING = "preavviso-errore-consegna"
    VIRUS = "rilevazione-virus"
    ANOMALY = "anomalia"
    """An envelope around what is no PEC: whatever lies in it is not a receipt."""
    TAMPERED = "firma-non-valida"
    """A receipt whose signature does not hold: none, but for a person to look at."""
    PEC_MAIL = "posta-certificata"
    BOUNCE = "ritorno"
    AUTO_REPLY = "risposta-automatica"
    READ_RECEIPT = "conferma-lettura"
    COMPLAINT = "segnalazione"
    MAIL = "posta"


PEC_RECEIPTS = frozenset(
    {
        Kind.ACCEPTANCE,
        Kind.NON_ACCEPTANCE,
        Kind.TAKEN_OVER,
        Kind.DELIVERY,
        Kind.NON_DELIVERY,
        Kind.WARNING,
        Kind.VIRUS,
    }
)
OF_PEC = PEC_RECEIPTS | {Kind.ANOMALY, Kind.TAMPERED, Kind.PEC_MAIL}
"""Believed in a PEC mailbox only: in any other one everybody can write those headers."""
ANSWERS = frozenset({Kind.PEC_MAIL, Kind.MAIL})

RECEIPT_OF: dict[Kind, Receipt] = {
    Kind.ACCEPTANCE: Receipt.ACCEPTED,
    Kind.NON_ACCEPTANCE: Receipt.BOUNCED,
    Kind.TAKEN_OVER: Receipt.SEEN,
    Kind.DELIVERY: Receipt.DELIVERED,
    Kind.NON_DELIVERY: Receipt.BOUNCED,
    Kind.WARNING: Receipt.DELAYED,
    Kind.VIRUS: Receipt.BOUNCED,
}
"""What a message learns from each receipt of PEC."""
OF_ALL_RECIPIENTS = frozenset({Kind.ACCEPTANCE, Kind.NON_ACCEPTANCE})


class Blame(StrEnum):
    """Di chi è la colpa of a bounce."""

    HARD = "hard"
    """The address is dead: nothing is sent there until it is corrected."""
    SOFT = "soft"
    """Full, slow, down, or for reasons unknown: the address stays good."""
    OURS = "ours"
    """The sender is refused: the account is paused, the address is not to blame."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one mail says of one recipient.

    ``recipients`` are the names it goes by, the one we wrote to first; none where the mail names
    nobody. ``is_of_all``: it speaks of the whole message. ``receipt`` is what the message learns,
    ``None`` for words that change nothing.
    """

    receipt: Receipt | None
    recipients: tuple[str, ...] = ()
    is_of_all: bool = False
    blame: Blame | None = None
    enhanced: str = ""
    code: int = 0
    text: str = ""
    may_be_forwarded: bool = False
    """It may name an address that we never wrote to: ours sent the mail on."""
    is_outside_pec: bool = False
    """Accepted for a mailbox that is no PEC: it will never be delivered, in the law's sense."""


@dataclass(frozen=True, slots=True)
class Names:
    """Which message of ours a mail is about: Message-IDs in the order in which to try them.

    ``message_ids`` with brackets; ``provider_id`` is what a PEC provider called our message
    (identificativo), ``answered`` are the mail's In-Reply-To and References, ``subject`` is what
    it was written under.
    """

    message_ids: tuple[str, ...] = ()
    provider_id: str = ""
    answered: tuple[str, ...] = ()
    subject: str = ""
    tokens: tuple[str, ...] = ()
    """Names of Message-IDs in the return path that the mail came to."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Posta arrivata, read: ``identity`` is the same for the same mail wherever it lies."""

    kind: Kind
    identity: str
    names: Names = field(default_factory=Names)
    reports: tuple[Report, ...] = ()
    message_id: str = ""
    sender: str = ""
    subject: str = ""
    text: str = ""
    sent_at: str = ""
    is_complete: bool = False
    """A delivery receipt that carries the whole message: the proof."""
    signature: Signature = UNSIGNED
    """Of an envelope of PEC; other mails are not asked for theirs."""


def place_report(report: Report, addresses: Sequence[str]) -> tuple[str, ...]:
    """Addresses, of those a content went to, that a report speaks of; none where it is not clear.

    A mail that names nobody speaks of the only recipient, where there is only one.
    """
    if report.is_of_all:
        return tuple(addresses)
    ours = {address.lower(): address for address in addresses}
    for name in report.recipients:
        if name.lower() in ours:
            return (ours[name.lower()],)
    if len(addresses) == 1 and (not report.recipients or report.may_be_forwarded):
        return (addresses[0],)
    return ()


_FULL = (
    r"quota|mailbox (is )?full|mailfull|over ?size|over.?quota|casella (e-?mail )?piena"
    r"|spazio (esaurito|insufficiente)|insufficient (system )?(storage|disk)"
    r"|not enough disk"
    r"|exceed\w* (the )?(mailbox|storage)|storage (limit|allocation)|disk full|user is full"
)
_SENDER = (
    r"sender (address|domain)|(domain of )?sender .*(not exist|not found)|bad sender"
    r"|sender (verify|denied|rejected)|senderbase"
    r"|mittente (rifiutato|non valido|non autorizzato)"
)
_DEAD = (
    r"(user|recipient|address|mailbox|account|addressee)\W{0,3}(is |was |has been |e )?"
    r"(unknown|not (be )?found|unavailable|disabled|inactive|invalid|closed|expired|deactivated"
    r"|suspended|not (a )?(known|valid|exist)|does ?n.?t exist|not recognized"
    r"|sconosciut|inesistent)"
    r"|(unknown|no such|invalid|illegal|bad|nonexistent|undeliverable) (or illegal )?(local )?"
    r"(user|recipient|address|mailbox|account|alias|person)"
    r"|unknown in (local|virtual)|does(n'?t| not) exist|does(n.?t| not) have an? \S+ account"
    r"|(recipient )?name is not recognized|recip(ient)?notfound|not listed in|no mailbox here"
    r"|no account by that name"
    r"|recipient address rejected: (access denied|user|undeliverable|unknown)"
    r"|requested action not taken: (mailbox|no such)|unrouteable address|not our customer"
    r"|(host|domain|name)( or domain name)? (not found|unknown|does not exist)|nxdomain|null mx"
    r"|(utente|destinatario|casella|indirizzo|account|dominio)[^.;]{0,40}"
    r"(sconosciut|inesistent|non (e'?|è)? ?(valid|trovat|attiv)|non esiste|disattivat"
    r"|disabilitat|chius)"
    r"|permanent unknown recipient|unknown recipient|is not (a )?valid"
    r"|no longer (active|valid|in use|works)"
)
_REFUSED = (
    r"spam|black ?list|block ?list|blocked|dnsbl|\brbl\b|spamhaus|reputation|polic(y|ies)"
    r"|\bspf\b|\bdkim\b|\bdmarc\b|access denied|not allowed|relay(ing)? (access )?denied"
    r"|cannot relay"
    r"|unauthenticated|authenticat|rate limit|too many (messages|connections)|unsolicited"
    r"|not authori[sz]ed|prohibited|greylist"
)
_RULES = (
    (re.compile(_FULL, re.IGNORECASE), Blame.SOFT),
    (re.compile(_SENDER, re.IGNORECASE), Blame.OURS),
    (re.compile(_DEAD, re.IGNORECASE), Blame.HARD),
    (re.compile(_REFUSED, re.IGNORECASE), Blame.OURS),
)
_ENHANCED = re.compile(r"(?<![\d.])([245])\.([0-7])\.(\d{1,3})(?!\.?\d)")
_CODE = re.compile(r"(?<![\d.:-])([45]\d\d)(?=[\s#-]|$)")
_SENDER_CODES = {"5.1.7", "5.1.8"}
_VAGUE = {"5.0.0", "4.0.0", "5.5.0", "5.3.0", "5.4.1", "5.1.0"}
"""Codes that servers give for lack of a better one: the words decide first."""
_DEAD_CODES = {"5.2.1", "5.4.4", "5.4.12"}
PERMANENT = 5


def find_enhanced(text: str) -> tuple[str, ...]:
    """Enhanced status codes (RFC 3463) in a server's words, in order, each once."""
    found = (".".join(match.groups()) for match in _ENHANCED.finditer(text))
    return tuple(dict.fromkeys(found))


def find_code(text: str) -> int:
    """The first SMTP reply code of a failure in a server's words; 0 without one."""
    match = _CODE.search(text)
    return int(match[1]) if match else 0


def sort_bounce(*, enhanced: str = "", code: int = 0, text: str = "") -> Blame:
    """Whose fault a failed delivery is: of the address, of nobody in particular, or ours.

    Args:
        enhanced: RFC 3463 code of the report, empty where it has none.
        code: SMTP reply code, 0 where there is none.
        text: the server's words; codes in them count too.

    5.7.x wins over everything (the address is not to blame), 5.1.x is hard but for the two codes
    that speak of the sender, 4.x.x and full mailboxes are soft. What says nothing is soft.
    """
    codes = tuple(dict.fromkeys([*filter(None, [enhanced]), *find_enhanced(text)]))
    if any(each.startswith("5.7.") or each in _SENDER_CODES for each in codes):
        return Blame.OURS
    if "5.2.2" in codes:
        return Blame.SOFT
    clear = [each for each in codes if each not in _VAGUE]
    if clear:
        return _by_code(clear)
    if code // 100 == PERMANENT - 1 or (codes and not any(map(_is_permanent, codes))):
        return Blame.SOFT
    for pattern, blame in _RULES:
        if pattern.search(text):
            return blame
    return Blame.HARD if "5.1.0" in codes else Blame.SOFT


def _by_code(codes: Iterable[str]) -> Blame:
    permanent = [each for each in codes if _is_permanent(each)]
    is_dead = any(each.startswith("5.1.") or each in _DEAD_CODES for each in permanent)
    return Blame.HARD if is_dead else Blame.SOFT


def _is_permanent(code: str) -> bool:
    return code.startswith(f"{PERMANENT}.")

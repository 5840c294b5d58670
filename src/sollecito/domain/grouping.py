"""From decisions to communications: what goes into one message, and which caps hold it back.

Source: the product's specification of reminders, "From decisions to messages". The run and the
forecast call the same functions.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from sollecito.domain.asking import Asked, compute_asked
from sollecito.domain.policies import ALONE, Grouping, StepKind

LONGEST_KEY = 120
BY_MAIL = frozenset({"email", "file"})
CUSTOMER_CAP, POLICY_CAP, COMPANY_CAP, READER_GAP = (
    "customer_cap",
    "policy_cap",
    "company_cap",
    "reader_gap",
)
SMS, SMS_CAP = "sms", "sms_cap"
SMS_GAP_DAYS = 7
"""An SMS a week to a customer."""


@dataclass(frozen=True, slots=True)
class Line:
    """One instalment whose step is due: what may share a message, and what comes first."""

    instalment: int
    customer: int
    policy: int
    step: int
    rank: int
    occurrence: int
    round: int
    kind: StepKind
    offset_days: int
    grouping: Grouping
    channels: tuple[str, ...]
    readers: tuple[str, ...] = ()
    """Addresses of its mail."""
    reach: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Recipients on the other channels, where there are any."""
    language: str = "it"
    currency: str = "EUR"
    balance: Decimal = Decimal(0)
    due_date: date = date.max
    is_public: bool = False
    is_split: bool = False
    """Its text asks for what is overdue, and names apart what is not due yet."""

    @property
    def is_alone(self) -> bool:
        """Whether it never shares a message."""
        return self.is_public or self.kind in ALONE or self.grouping is Grouping.SINGLE

    def recipients(self, channel: str) -> tuple[str, ...]:
        """To whom it goes on a channel."""
        return self.readers if channel in BY_MAIL else dict(self.reach).get(channel, ())

    @property
    def key(self) -> tuple[int, int, int, int]:
        """(instalment, round, step, occurrence): what is issued once."""
        return self.instalment, self.round, self.step, self.occurrence


@dataclass(frozen=True, slots=True)
class Group:
    """Una comunicazione: lines of one customer, the highest step first. Never empty.

    ``capped`` are channels on which it may not leave today, while it may on others.
    """

    lines: tuple[Line, ...]
    capped: frozenset[str] = frozenset()

    @property
    def lead(self) -> Line:
        """The line whose step gives the tone."""
        return self.lines[0]

    @property
    def instalments(self) -> frozenset[int]:
        """What it speaks of."""
        return frozenset(line.instalment for line in self.lines)

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel that some line wants."""
        return tuple(dict.fromkeys(channel for line in self.lines for channel in line.channels))

    def asked(self, today: date) -> Asked:
        """What it asks for on a day; several currencies never share a group."""
        return compute_asked(self.lines, today, is_split=self.lead.is_split)

    @property
    def leaving(self) -> tuple[str, ...]:
        """The channels on which it may leave."""
        return tuple(channel for channel in self.channels if channel not in self.capped)

    @property
    def readers(self) -> tuple[str, ...]:
        """Every recipient of it, whatever the channel."""
        found = (each for channel in self.leaving for each in self.lead.recipients(channel))
        return tuple(dict.fromkeys(found))

    def on(self, channel: str) -> tuple[Line, ...]:
        """The lines that want a channel, in the order in which they are listed and keyed."""
        wanted = (line for line in self.lines if channel in line.channels)
        return tuple(sorted(wanted, key=lambda line: line.instalment))


def content_key(channel: str, lines: Iterable[Line]) -> str:
    """What makes a content unique within its company: the channel and the sorted steps."""
    return key_of_content(channel, [line.key for line in lines])


def key_of_content(channel: str, keys: Iterable[tuple[int, int, int, int]]) -> str:
    """The same, of keys as ``Line.key``; a long list is told by its digest."""
    steps = ";".join(":".join(map(str, key)) for key in sorted(keys))
    if len(steps) > LONGEST_KEY:
        steps = hashlib.sha256(steps.encode()).hexdigest()
    return f"plan:{channel}:{steps}"


def group_lines(lines: Iterable[Line]) -> list[Group]:
    """Communications of one day, those with the highest step first."""
    found: dict[tuple[object, ...], list[Line]] = defaultdict(list)
    for line in lines:
        found[_together(line)].append(line)
    groups = [make_group(each) for each in found.values()]
    return sorted(groups, key=lambda group: _precedence(group.lead))


def make_group(lines: Iterable[Line]) -> Group:
    """One communication of these lines."""
    return Group(tuple(sorted(lines, key=_precedence)))


def _together(line: Line) -> tuple[object, ...]:
    if line.is_alone:
        return ("alone", line.instalment)
    shared = (line.customer, line.readers, line.language, line.currency)
    if line.grouping is Grouping.KIND_AND_CUSTOMER:
        return ("kind", line.kind, *shared)
    return ("customer", *shared)


def _precedence(line: Line) -> tuple[object, ...]:
    return -line.offset_days, line.due_date, line.instalment


@dataclass(frozen=True, slots=True)
class Caps:
    """Tetti. 0 switches a cap off; ``per_policy`` by policy id, those without one left out."""

    per_customer: int = 1
    per_company: int = 0
    reader_gap_days: int = 7
    sms_gap_days: int = SMS_GAP_DAYS
    per_policy: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """An automatic communication that was issued: what the caps count."""

    day: date
    customer: int
    policy: int
    readers: tuple[str, ...]
    instalments: frozenset[int]
    is_single: bool = False


class Counter:
    """What was issued so far, as the caps see it; ``note`` adds to it as a day goes on."""

    def __init__(
        self, caps: Caps, sent: Iterable[Sent] = (), texted: Mapping[int, date] | None = None
    ) -> None:
        """Begin with what was issued in the last days; ``texted``: the last SMS by customer."""
        self.caps = caps
        self._texted = dict(texted or {})
        self._of_company: dict[date, int] = defaultdict(int)
        self._of_policy: dict[tuple[date, int], int] = defaultdict(int)
        self._of_customer: dict[tuple[date, int], int] = defaultdict(int)
        self._by_reader: dict[str, list[Sent]] = defaultdict(list)
        for each in sent:
            self._add(each)

    def obstacle(self, group: Group, today: date) -> str:
        """The cap that holds a group back today, empty where none does."""
        lead, caps = group.lead, self.caps
        if caps.per_company and self._of_company.get(today, 0) >= caps.per_company:
            return COMPANY_CAP
        most = caps.per_policy.get(lead.policy, 0)
        if most and self._of_policy.get((today, lead.policy), 0) >= most:
            return POLICY_CAP
        most = caps.per_customer if lead.grouping is not Grouping.SINGLE else 0
        if most and self._of_customer.get((today, lead.customer), 0) >= most:
            return CUSTOMER_CAP
        if most and self._of_contact(group, today) >= most:
            return CUSTOMER_CAP
        return READER_GAP if self._is_crowded(group, today) else ""

    def note(self, group: Group, today: date) -> None:
        """Count a group as issued today."""
        lead = group.lead
        single = lead.grouping is Grouping.SINGLE
        self._add(Sent(today, lead.customer, lead.policy, group.readers, group.instalments, single))
        if SMS in group.leaving and lead.recipients(SMS):
            self._texted[lead.customer] = today

    def capped(self, group: Group, today: date) -> frozenset[str]:
        """The channels on which a group may not leave today, though it may on others."""
        is_held = SMS in group.channels and self.is_texted(group.lead.customer, today)
        return frozenset({SMS}) if is_held else frozenset()

    def is_texted(self, customer: int, today: date) -> bool:
        """Whether a customer got an SMS so lately that the next one waits."""
        last = self._texted.get(customer)
        return last is not None and today < last + timedelta(days=self.caps.sms_gap_days)

    def _add(self, sent: Sent) -> None:
        self._of_company[sent.day] += 1
        self._of_policy[sent.day, sent.policy] += 1
        self._of_customer[sent.day, sent.customer] += not sent.is_single
        for reader in sent.readers:
            self._by_reader[reader.lower()].append(sent)

    def _of_contact(self, group: Group, today: date) -> int:
        """How many a payment contact of several customers got today, where no gap holds them off.

        Formal notices and returned effects go to each of them all the same.
        """
        if self.caps.reader_gap_days or group.lead.kind in ALONE:
            return 0
        got = (
            sum(sent.day == today and not sent.is_single for sent in self._by_reader.get(each, ()))
            for each in {reader.lower() for reader in group.readers}
        )
        return max(got, default=0)

    def _is_crowded(self, group: Group, today: date) -> bool:
        """Whether a reader lately got something about other instalments.

        Several messages of one customer on one day are the customer's cap's business.
        """
        gap = self.caps.reader_gap_days
        if not gap or group.lead.kind in ALONE:
            return False
        since = today - timedelta(days=gap)
        return any(
            since < sent.day <= today
            and not (sent.day == today and sent.customer == group.lead.customer)
            and not sent.instalments & group.instalments
            for reader in group.readers
            for sent in self._by_reader.get(reader.lower(), ())
        )


def within_caps(
    groups: Sequence[Group],
    counter: Counter,
    today: date,
    *,
    is_ready: Callable[[Group], bool] = lambda _group: True,
) -> list[tuple[Group, str]]:
    """Each group with the cap it waits for, empty for those that may go, which are counted.

    What is not ready to leave takes no place of the others.
    """
    found = []
    for whole in groups:
        group = replace(whole, capped=counter.capped(whole, today))
        obstacle = counter.obstacle(group, today) or ("" if group.leaving else SMS_CAP)
        if not obstacle and is_ready(group):
            counter.note(group, today)
        found.append((group, obstacle))
    return found

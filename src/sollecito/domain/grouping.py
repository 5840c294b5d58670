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
from sollecito.domain.joining import Bundle, Counted, counted_as, join_bundles
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
    contact: int = 0
    """Who answers for the payments of its customer, where it is somebody else."""
    audience: str = ""
    """Who reads it (``joining.audience_of``)."""
    sender: int = 0
    """The account that its step asks for; 0 is the usual one."""
    is_own: bool = False
    """Its text speaks of its customer only, whoever answers for it."""

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
    """Una comunicazione: lines of one customer, or of several of one contact. Never empty.

    The highest step comes first. ``capped`` are channels on which it may not leave today, while
    it may on others.
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
    def customers(self) -> tuple[int, ...]:
        """Whose lines they are, who has the highest step first."""
        return tuple(dict.fromkeys(line.customer for line in self.lines))

    @property
    def counted(self) -> frozenset[Counted]:
        """For whom the caps count it."""
        return counted_as(self.customers, self.lead.contact)

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
    of_customers = [make_group(each) for each in found.values()]
    in_turn = sorted(of_customers, key=lambda group: _precedence(group.lead))
    groups = [make_group(each) for each in join_bundles(map(_bundle, in_turn))]
    return sorted(groups, key=lambda group: _precedence(group.lead))


def make_group(lines: Iterable[Line]) -> Group:
    """One communication of these lines."""
    return Group(tuple(sorted(lines, key=_precedence)))


def _bundle(group: Group) -> Bundle[Line]:
    """The lines of one customer, as they may be joined with those of others."""
    lead = group.lead
    kind = lead.kind if lead.grouping is Grouping.KIND_AND_CUSTOMER else ""
    return Bundle(
        group.lines,
        contact=lead.contact,
        manner=(lead.language, lead.currency, lead.audience, lead.sender, lead.grouping, kind),
        channels=group.channels,
        reach={channel: lead.recipients(channel) for channel in (*BY_MAIL, *dict(lead.reach))},
        is_alone=any(line.is_alone or line.is_own for line in group.lines),
    )


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
    """An automatic communication that was issued: what the caps count.

    ``counted`` is for whom: its customers, and their contact.
    """

    day: date
    counted: frozenset[Counted]
    policy: int
    readers: tuple[str, ...]
    instalments: frozenset[int]
    is_single: bool = False


class Counter:
    """What was issued so far, as the caps see it; ``note`` adds to it as a day goes on."""

    def __init__(
        self, caps: Caps, sent: Iterable[Sent] = (), texted: Mapping[Counted, date] | None = None
    ) -> None:
        """Begin with what was issued in the last days; ``texted``: the last SMS to each."""
        self.caps = caps
        self._texted = dict(texted or {})
        self._of_company: dict[date, int] = defaultdict(int)
        self._of_policy: dict[tuple[date, int], int] = defaultdict(int)
        self._of_each: dict[tuple[date, Counted], int] = defaultdict(int)
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
        if most and self._of_day(group, today) >= most:
            return CUSTOMER_CAP
        if most and self._of_reader(group, today) >= most:
            return CUSTOMER_CAP
        return READER_GAP if self._is_crowded(group, today) else ""

    def note(self, group: Group, today: date) -> None:
        """Count a group as issued today."""
        lead = group.lead
        single = lead.grouping is Grouping.SINGLE
        counted = group.counted
        self._add(Sent(today, counted, lead.policy, group.readers, group.instalments, single))
        if SMS in group.leaving and lead.recipients(SMS):
            self._texted |= dict.fromkeys(counted, today)

    def capped(self, group: Group, today: date) -> frozenset[str]:
        """The channels on which a group may not leave today, though it may on others."""
        is_held = SMS in group.channels and self.is_texted(group.counted, today)
        return frozenset({SMS}) if is_held else frozenset()

    def is_texted(self, counted: Iterable[Counted], today: date) -> bool:
        """Whether one of these got an SMS so lately that the next one waits."""
        gap = timedelta(days=self.caps.sms_gap_days)
        return any(today < self._texted[each] + gap for each in counted if each in self._texted)

    def _add(self, sent: Sent) -> None:
        self._of_company[sent.day] += 1
        self._of_policy[sent.day, sent.policy] += 1
        for each in sent.counted:
            self._of_each[sent.day, each] += not sent.is_single
        for reader in sent.readers:
            self._by_reader[reader.lower()].append(sent)

    def _of_day(self, group: Group, today: date) -> int:
        """How many today: of the customer that got most, or of their contact.

        Formal notices and returned effects go to each customer of a contact all the same.
        """
        counted = group.counted
        if group.lead.kind in ALONE:
            counted = counted_as(group.customers, 0)
        return max(self._of_each.get((today, each), 0) for each in counted)

    def _of_reader(self, group: Group, today: date) -> int:
        """How many an address got today, where no gap holds it off; formal notices as above."""
        if self.caps.reader_gap_days or group.lead.kind in ALONE:
            return 0
        got = (
            sum(sent.day == today and not sent.is_single for sent in self._by_reader.get(each, ()))
            for each in {reader.lower() for reader in group.readers}
        )
        return max(got, default=0)

    def _is_crowded(self, group: Group, today: date) -> bool:
        """Whether a reader lately got something about other instalments.

        Several messages on one day to one customer, or to one contact, are the cap's business.
        """
        gap = self.caps.reader_gap_days
        if not gap or group.lead.kind in ALONE:
            return False
        since = today - timedelta(days=gap)
        return any(
            since < sent.day <= today
            and not (sent.day == today and sent.counted & group.counted)
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

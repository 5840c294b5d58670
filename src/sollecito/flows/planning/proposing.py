"""What a run proposes: a group on each of its channels, and what each lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sollecito.domain.asking import Asked
from sollecito.domain.grouping import SMS_CAP, Group, Line, content_key

NOTHING_ASKED = Asked()
NO_RECIPIENT, NO_CHANNEL = "no_recipient", "channel_missing"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One content to propose: a group on one channel. ``obstacle`` is what it waits for.

    ``key`` is unique within the company.
    """

    group: Group
    channel: str
    lines: tuple[Line, ...]
    key: str
    obstacle: str = ""
    review: tuple[str, ...] = ()
    asked: Asked = NOTHING_ASKED


@dataclass(frozen=True, slots=True)
class Means:
    """What a company can send by (``usable``), and what composing found missing, by key."""

    usable: Collection[str]
    lacking: Mapping[str, str]


def propose(group: Group, cap: str, review: Sequence[str], means: Means) -> list[Proposal]:
    """What a group asks for, channel by channel; what it lacks counts before a cap."""
    found = []
    for channel in group.channels:
        lines = group.on(channel)
        held = SMS_CAP if channel in group.capped else cap
        obstacle = find_lack(group, channel, means) or held
        key = content_key(channel, lines)
        found.append(Proposal(group, channel, lines, key, obstacle, tuple(review)))
    return found


def find_lack(group: Group, channel: str, means: Means) -> str:
    """What a group is without on a channel ("Da completare"); empty where it may leave."""
    if channel not in means.usable:
        return NO_CHANNEL
    if not group.lead.recipients(channel):
        return NO_RECIPIENT
    if not means.lacking:
        return ""
    return means.lacking.get(content_key(channel, group.on(channel)), "")


def is_ready(group: Group, *, means: Means) -> bool:
    """Whether it may leave on some channel, and so takes a place under the caps."""
    return any(not find_lack(group, channel, means) for channel in group.leaving)

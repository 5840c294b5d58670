"""What a run proposes: a group on each of its channels, and what each lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sollecito.domain.asking import Asked
from sollecito.domain.grouping import Group, Line, content_key

SENDABLE = frozenset({"email", "file"})
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


def propose(
    group: Group, cap: str, review: Sequence[str], lacking: Mapping[str, str]
) -> list[Proposal]:
    """What a group asks for, channel by channel; what it lacks counts before a cap."""
    found = []
    for channel in group.channels:
        lines = group.on(channel)
        obstacle = find_lack(group, channel, lacking) or cap
        key = content_key(channel, lines)
        found.append(Proposal(group, channel, lines, key, obstacle, tuple(review)))
    return found


def find_lack(group: Group, channel: str, lacking: Mapping[str, str]) -> str:
    """What a group is without on a channel ("Da completare"); empty where it may leave.

    ``lacking`` says, by key, what composing the draft found missing.
    """
    if channel not in SENDABLE:
        return NO_CHANNEL
    if not group.lead.readers:
        return NO_RECIPIENT
    return lacking.get(content_key(channel, group.on(channel)), "") if lacking else ""


def is_ready(group: Group, *, lacking: Mapping[str, str]) -> bool:
    """Whether it may leave on some channel, and so takes a place under the caps."""
    return any(not find_lack(group, channel, lacking) for channel in group.channels)

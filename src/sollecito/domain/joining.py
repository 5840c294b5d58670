"""Which customers of one payment contact share a message, listed one under the other.

The run, the approval, the forecast and what a person sends by hand all ask here. Customers are
joined where they point to the same contact, never because their addresses look alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from sollecito.domain.documents import CustomerKind

T = TypeVar("T")

ONE_BY_ONE = frozenset({"letter", "call", "whatsapp"})
"""An envelope carries one debtor's address; on the phone one speaks of one customer at a time."""
OWN_MODELS = (
    *("messa_in_mora", "effetto_insoluto", "ente_pubblico", "promessa", "piano"),
    "ringraziamento",
)
"""How the models begin that are about one customer: its default, its promise, its plan."""
Counted = tuple[str, int]
"""For whom caps count: ``("customer", 12)``, ``("contact", 3)``."""


@dataclass(frozen=True, slots=True)
class Bundle(Generic[T]):
    """What one customer would be written about, and how. ``members`` are never empty.

    ``manner`` is what a message has one of: language, currency, audience, account. ``reach``
    gives the recipients by channel; ``channels`` are those it leaves on. Without ``contact``,
    or with ``is_alone``, it is joined with nothing.
    """

    members: tuple[T, ...]
    contact: int = 0
    manner: tuple[Hashable, ...] = ()
    channels: tuple[str, ...] = ()
    reach: Mapping[str, tuple[str, ...]] | None = None
    is_alone: bool = False

    @property
    def may_join(self) -> bool:
        """Whether it may share a message with another customer at all."""
        return bool(self.contact) and not self.is_alone and not ONE_BY_ONE & set(self.channels)

    def recipients(self, channel: str) -> tuple[str, ...]:
        """To whom it goes on a channel."""
        return (self.reach or {}).get(channel, ())


def join_bundles(bundles: Iterable[Bundle[T]]) -> list[tuple[T, ...]]:
    """The messages that these bundles make, in the order given; none of them is split or lost.

    Two are joined where contact and manner are the same, and on each channel that either uses
    the recipients are.
    """
    joined: list[list[Bundle[T]]] = []
    alike: dict[Hashable, list[list[Bundle[T]]]] = defaultdict(list)
    for bundle in bundles:
        homes = alike[bundle.contact, bundle.manner] if bundle.may_join else []
        home = next((each for each in homes if all(_fit(bundle, one) for one in each)), None)
        if home is None:
            home = []
            joined.append(home)
            homes.append(home)
        home.append(bundle)
    return [tuple(one for bundle in each for one in bundle.members) for each in joined]


def _fit(one: Bundle[T], other: Bundle[T]) -> bool:
    channels = {*one.channels, *other.channels}
    return all(one.recipients(channel) == other.recipients(channel) for channel in channels)


def audience_of(kind: str) -> str:
    """Who reads a text: a firm and a condominium read the same words; others have their own."""
    if kind in {CustomerKind.FIRM, CustomerKind.CONDOMINIUM}:
        return "business"
    return str(kind)


def is_own_model(model: str) -> bool:
    """Whether a default model speaks of one customer only, whoever answers for it."""
    return model.startswith(OWN_MODELS)


def counted_as(customers: Collection[int], contact: int) -> frozenset[Counted]:
    """For whom a message counts: each of its customers, and their contact where they have one."""
    found: set[Counted] = {("customer", each) for each in customers}
    if contact:
        found.add(("contact", contact))
    return frozenset(found)

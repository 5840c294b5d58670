"""Bank movements and open items: who paid what, said with reasons."""

from sollecito.domain.matching.book import OpenBook
from sollecito.domain.matching.proposing import propose
from sollecito.domain.matching.values import (
    WITHHELD,
    AgreedRate,
    Debtor,
    Gap,
    Identity,
    OpenItem,
    Part,
    Preferences,
    Proposal,
)

__all__ = [
    "WITHHELD",
    "AgreedRate",
    "Debtor",
    "Gap",
    "Identity",
    "OpenBook",
    "OpenItem",
    "Part",
    "Preferences",
    "Proposal",
    "propose",
]

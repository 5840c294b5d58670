"""Bank movements and open items: who paid what, said with reasons."""

from sollecito.domain.matching.book import OpenBook
from sollecito.domain.matching.mentions import means_number, numbers_called
from sollecito.domain.matching.proposing import MOST_PARTIES, propose
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
    "MOST_PARTIES",
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
    "means_number",
    "numbers_called",
    "propose",
]

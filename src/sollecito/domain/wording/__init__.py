"""The words of a reminder: from plain facts to the value of every placeholder."""

from sollecito.domain.wording.facts import (
    Account,
    Collection,
    Credit,
    Creditor,
    Debtor,
    Enclosures,
    Exclusion,
    InterestClaim,
    Item,
    MixedCurrenciesError,
    Occasion,
    PlanAgreed,
    PlanRate,
    PromiseMade,
    ReminderFacts,
    StatementTotals,
    TakingPart,
    Takings,
    Writer,
)
from sollecito.domain.wording.in_sms import say_in_sms
from sollecito.domain.wording.items import ItemTable, TableRow, make_item_table
from sollecito.domain.wording.notes import CONSEQUENCES
from sollecito.domain.wording.values import Wording, make_wording

__all__ = [
    "CONSEQUENCES",
    "Account",
    "Collection",
    "Credit",
    "Creditor",
    "Debtor",
    "Enclosures",
    "Exclusion",
    "InterestClaim",
    "Item",
    "ItemTable",
    "MixedCurrenciesError",
    "Occasion",
    "PlanAgreed",
    "PlanRate",
    "PromiseMade",
    "ReminderFacts",
    "StatementTotals",
    "TableRow",
    "TakingPart",
    "Takings",
    "Wording",
    "Writer",
    "make_item_table",
    "make_wording",
    "say_in_sms",
]

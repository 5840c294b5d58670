"""The scadenzario and what comes in: parties, documents, money, the bank."""

from sollecito.ledger.models.bank import (
    BankMovement,
    BankRule,
    BankStatement,
    MovementMatch,
)
from sollecito.ledger.models.columns import SheetMapping
from sollecito.ledger.models.contacts import ContactPoint, PaymentContact
from sollecito.ledger.models.interest import InterestTaken
from sollecito.ledger.models.payables import OffsetPart, Payable
from sollecito.ledger.models.scadenzario import (
    Agent,
    Allocation,
    BankAccount,
    Document,
    ImportBatch,
    ImportItem,
    Instalment,
    OtherFile,
    Party,
    Payment,
    SdiNotification,
    StoredFile,
    choices_of,
)

__all__ = [
    "Agent",
    "Allocation",
    "BankAccount",
    "BankMovement",
    "BankRule",
    "BankStatement",
    "ContactPoint",
    "Document",
    "ImportBatch",
    "ImportItem",
    "Instalment",
    "InterestTaken",
    "MovementMatch",
    "OffsetPart",
    "OtherFile",
    "Party",
    "Payable",
    "Payment",
    "PaymentContact",
    "SdiNotification",
    "SheetMapping",
    "StoredFile",
    "choices_of",
]

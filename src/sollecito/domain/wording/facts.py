"""What a reminder is made of: plain facts, before any word is chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from sollecito.domain.documents import Address, DocumentKind, Reference
from sollecito.domain.interest import InterestRow
from sollecito.domain.money import Language
from sollecito.domain.placeholders import Reader


@dataclass(frozen=True, slots=True)
class Creditor:
    """Creditore: the company that writes."""

    name: str
    short_name: str = ""
    vat_number: str = ""
    tax_code: str = ""
    address: Address = field(default_factory=Address)
    pec: str = ""
    representative: str = ""


@dataclass(frozen=True, slots=True)
class Writer:
    """Mittente: the person who signs and answers. ``email`` is where replies arrive."""

    email: str
    name: str = ""
    role: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Debtor:
    """Cliente, debitore. ``contact`` is the person greeted, as written: «dott.ssa Bianchi».

    ``is_consumer``: a private person or a condominium, outside D.Lgs. 231/2002.
    """

    name: str
    contact: str = ""
    vat_country: str = ""
    vat_number: str = ""
    tax_code: str = ""
    address: Address = field(default_factory=Address)
    is_foreign: bool = False
    reader: Reader = "business"
    is_consumer: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """Conto su cui pagare. ``is_assignee``: the credit was assigned, only the factor is paid."""

    iban: str
    holder: str
    bank: str = ""
    bic: str = ""
    is_assignee: bool = False


class Collection(Enum):
    """How the creditor itself will collect, where it does; said only before the due date."""

    NONE = ""
    RIBA = "riba"
    SDD = "sdd"
    SLIP = "mav"
    """MAV o bollettino, attached to the message."""


@dataclass(frozen=True, slots=True)
class Item:
    """Partita: one open instalment of a document, with what is to be paid.

    ``withheld`` and ``split_vat`` are what the document's total has and the customer does not
    owe (ritenuta, IVA in scissione dei pagamenti). ``account`` is the one to pay to.
    """

    kind: DocumentKind
    number: str
    document_date: date
    due_date: date
    amount: Decimal
    balance: Decimal
    paid: Decimal = Decimal(0)
    series: str = ""
    seq: int = 1
    of: int = 1
    currency: str = "EUR"
    references: tuple[Reference, ...] = ()
    account: Account | None = None
    collection: Collection = Collection.NONE
    collection_bank: str = ""
    withheld: Decimal = Decimal(0)
    split_vat: Decimal = Decimal(0)
    delivered_on: date | None = None
    """When the SdI delivered the original."""
    office_code: str = ""
    """Codice univoco ufficio, for a public body only."""
    sdi_id: str = ""
    customer: str = ""
    """Whose it is, in a message about several customers of one payment contact."""

    @property
    def document_key(self) -> tuple[DocumentKind, str, str, date]:
        """What two instalments of one document share."""
        return (self.kind, self.number, self.series, self.document_date)


@dataclass(frozen=True, slots=True)
class Credit:
    """Credito da abbinare: a credit note, or a payment without document (``kind`` ``None``)."""

    amount: Decimal
    date: date
    kind: DocumentKind | None = None
    number: str = ""
    series: str = ""
    customer: str = ""
    """As of an ``Item``."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Partita esclusa, or the part of it that is left out (``amount``), and why."""

    kind: DocumentKind
    number: str
    document_date: date
    series: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Enclosures:
    """Allegati: how many courtesy copies and own documents, and whether a statement."""

    courtesy_copies: int = 0
    own_documents: int = 0
    has_statement: bool = False


@dataclass(frozen=True, slots=True)
class StatementTotals:
    """Saldo del cliente: overdue and not yet due, and the credits to be taken off."""

    overdue: Decimal
    upcoming: Decimal
    credit: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """Promessa: for a day, and how much of it has not come."""

    date: date
    missing: Decimal


@dataclass(frozen=True, slots=True)
class PlanRate:
    """Rata di un piano: its number from 1, its day, its amount, what is left of it."""

    seq: int
    due_date: date
    amount: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class PlanAgreed:
    """Piano di rientro: its rates in order, at least one; ``speaks_of`` is a rate's number."""

    rates: tuple[PlanRate, ...]
    tolerance_days: int
    speaks_of: int = 0


@dataclass(frozen=True, slots=True)
class InterestClaim:
    """Interessi e indennizzo asked for beside the capital, with the rows that make them.

    ``interest`` is the sum of ``rows`` less ``collected``, what payments took of it already.
    """

    interest: Decimal
    flat: Decimal
    rows: tuple[InterestRow, ...] = ()
    unpublished_from: date | None = None
    collected: Decimal = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class TakingPart:
    """Ciò che un incasso ha pagato di una rata, and what is ``left`` of it.

    ``amount`` 0 is another instalment of the same document.
    """

    item: Item
    amount: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Takings:
    """Incasso di cui si ringrazia."""

    amount: Decimal
    date: date
    currency: str
    parts: tuple[TakingPart, ...]


@dataclass(frozen=True, slots=True)
class Occasion:
    """Ciò che un modello dice oltre alle partite; what a message has no use for stays ``None``."""

    totals: StatementTotals | None = None
    promise: PromiseMade | None = None
    plan: PlanAgreed | None = None
    means: str = ""
    """How a formal notice travels: the address, empty where it is no formal notice."""
    channel: str = ""
    """Of a formal notice: ``pec``, ``letter``, else ordinary mail."""
    bank_fee: Decimal = Decimal(0)
    takings: Takings | None = None
    effect: str = ""
    """Code of the effect that came back unpaid, empty where the instalment says it."""
    effect_date: date | None = None
    claim: InterestClaim | None = None
    """Of a formal notice, or of a reminder whose step asks for it: interest up to its day."""


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """All that a message to one customer says. Every item has the same currency.

    ``served`` are the customers, where there are several that one payment contact answers for:
    ``debtor`` is then who reads, and each item says whose it is.
    ``takings_until`` is the last day up to which takings are recorded; ``pay_by`` the day asked
    for; ``earlier_dates`` the days of earlier messages about the same items; ``consequence`` a
    code of the list of consequences, or empty.
    """

    creditor: Creditor
    writer: Writer
    debtor: Debtor
    items: tuple[Item, ...]
    today: date
    takings_until: date
    pay_by: date
    language: Language = "it"
    served: tuple[Debtor, ...] = ()
    upcoming: tuple[Item, ...] = ()
    credits: tuple[Credit, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    earlier_dates: tuple[date, ...] = ()
    enclosures: Enclosures = field(default_factory=Enclosures)
    consequence: str = ""
    link: str = ""
    agent_name: str = ""
    agent_phone: str = ""
    occasion: Occasion = field(default_factory=Occasion)

    @property
    def currency(self) -> str:
        """The one currency of the message."""
        return self.items[0].currency if self.items else "EUR"

    @property
    def is_overdue(self) -> bool:
        """Whether any of the items is past its due date as written."""
        return any(item.due_date < self.today for item in self.items)


class MixedCurrenciesError(ValueError):
    """A message with two currencies was asked for: different currencies are never added up."""

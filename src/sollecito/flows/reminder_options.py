"""What a person chose for a reminder, and what comes of it: the values of composing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.domain.money import Language
from sollecito.domain.wording import PlanAgreed, ReminderFacts, Wording
from sollecito.flows.choose_sender import SendingAccount
from sollecito.flows.offer_attachments import AttachmentChoice
from sollecito.formats.mime import Mailbox
from sollecito.ledger.models import Instalment, Party


class Copies(StrEnum):
    """What becomes of a document whose copy cannot be made.

    Asked for, it stops the message; left out, the message goes without; required, it waits.
    """

    ASKED = "asked"
    LEFT_OUT = "left_out"
    REQUIRED = "required"


SMS, PEC, LETTER, WHATSAPP, CALL = "sms", "pec", "letter", "whatsapp", "call"
TEXTS = frozenset({SMS, WHATSAPP})
"""Channels of a short text to a mobile number."""
LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class ReminderOptions:
    """Scelte. ``None`` leaves a field to its prefill.

    ``is_template``: subject and text still hold placeholders (the command line); what a person
    saw filled in is never read again. ``attachments``: keys, or ``invoices`` and ``statement``.
    """

    to: tuple[str, ...] | None = None
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str | None = None
    text: str | None = None
    is_template: bool = False
    iban: str = ""
    attachments: tuple[str, ...] | None = None
    language: Language | None = None
    model: str = ""
    consequence: str = ""
    with_interest: bool = False
    channel: str = ""
    sender_id: int | None = None
    """The account to write through, of the channel; ``None`` is the model's, else the usual one."""
    plan: PlanAgreed | None = None
    """Of a plan's own messages, which its hold does not stop."""
    copies: Copies = Copies.ASKED
    """What becomes of a document whose copy cannot be made."""
    announced: frozenset[int] = frozenset()
    """Instalments at the bank that a step before their due date may announce."""
    beside: frozenset[int] = frozenset()
    """Contents of the same communication on other channels: they are no earlier reminder."""


PREFILLED = ReminderOptions()
Ways = ReminderOptions | tuple[ReminderOptions, ...]
"""The choices of an order; several, where it leaves through several channels at once."""


@dataclass(frozen=True, slots=True)
class RefusedInstalment:
    """Rata che non si può sollecitare, and why."""

    instalment: int
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class ReminderDraft:
    """Bozza: one message in one currency, not yet bytes; ``party`` is the first of its customers.

    ``code`` is the model that it was made of, ``model`` the default that this one follows, which
    says what kind of message it is. ``problems`` (by field) stop it; ``warnings`` only speak.
    ``group`` tells it from the other messages of the same order.
    """

    company: Company
    user: User | None
    party: Party
    rows: tuple[Instalment, ...]
    group: str
    facts: ReminderFacts
    wording: Wording
    account: SendingAccount
    model: str
    code: str
    version: str
    subject: str
    text: str
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    bcc: tuple[Mailbox, ...]
    attachments: tuple[AttachmentChoice, ...]
    problems: tuple[tuple[str, Problem], ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def is_pec(self) -> bool:
        """Whether it leaves as certified mail."""
        return self.account.channel == PEC

    @property
    def is_sms(self) -> bool:
        """Whether it leaves as a text to mobile numbers."""
        return self.account.channel in TEXTS

    @property
    def is_letter(self) -> bool:
        """Whether a person prints and posts it."""
        return self.account.channel == LETTER

    @property
    def is_call(self) -> bool:
        """Whether a person rings and says it."""
        return self.account.channel == CALL

    @property
    def title(self) -> str:
        """What names it in a list: the subject, of an SMS its first words."""
        if not self.is_sms:
            return self.subject
        kind = "SMS" if self.account.channel == SMS else "WhatsApp"
        return f"{kind}: {self.text}"[:LONGEST_TITLE]

    @property
    def instalment_ids(self) -> tuple[int, ...]:
        """The instalments it asks for."""
        return tuple(row.pk for row in self.rows)


@dataclass(frozen=True, slots=True)
class Composition:
    """Drafts, and what cannot be reminded."""

    drafts: tuple[ReminderDraft, ...]
    refused: tuple[RefusedInstalment, ...]

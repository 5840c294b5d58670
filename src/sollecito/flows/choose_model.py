"""Which model a reminder is made of, and what the company chose for that model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sollecito.accounts.models import Company
from sollecito.domain.asking import SPLIT, part_upcoming
from sollecito.domain.wording import ReminderFacts
from sollecito.dunning.template_queries import OWN_MODEL, TemplateBook
from sollecito.flows.choose_sender import SendingAccount, choose_sender
from sollecito.flows.offer_attachments import INVOICES, STATEMENT
from sollecito.ledger.models import Party

CARRIES_A_COPY = "invio_documento"
"""Its text says that the copy is attached."""
BEFORE_DUE, FIRST, SECOND, PUBLIC = "promemoria", "sollecito_1", "sollecito_2", "ente_pubblico"


def choose_model(
    book: TemplateBook, facts: ReminderFacts, wanted: str, *, has_own_mail: bool
) -> str:
    """The model asked for, else the one that fits.

    Before the due date a promemoria; after it the company's own text where it has one and writes
    through its own mail account, a public body's, the first or the second reminder. The last
    one, with its consequence, only on order.
    """
    has_own = book.has_text(OWN_MODEL)
    if wanted and book.knows(wanted) and (wanted != OWN_MODEL or has_own):
        return wanted
    if not facts.is_overdue:
        return BEFORE_DUE
    if has_own_mail and has_own:
        return OWN_MODEL
    if any(item.office_code for item in facts.items):
        return PUBLIC
    oldest = min(item.due_date for item in facts.items)
    chased = any(day > oldest for day in facts.earlier_dates)
    return SECOND if chased else FIRST


def account_for(
    company: Company,
    book: TemplateBook,
    code: str,
    usual: SendingAccount,
    *,
    asked: int | None = None,
) -> SendingAccount:
    """The account that was asked for, else the company's choice for the model, else the usual."""
    if usual.sender and usual.sender.pk == asked:
        return usual
    chosen = book.options_of(code)
    if chosen is None or chosen.sender_id is None or usual.channel == "file":
        return usual
    return choose_sender(company, usual.channel, sender_id=chosen.sender_id)


def attachments_for(
    book: TemplateBook, code: str, parties: Sequence[Party], asked: tuple[str, ...] | None
) -> tuple[str, ...] | None:
    """The attachments asked for, else what the model adds to the customers' own setting."""
    chosen, carries = book.options_of(code), book.base_of(code) == CARRIES_A_COPY
    if asked is not None or (chosen is None and not carries):
        return asked
    auto = any(party.auto_copy for party in parties)
    has_invoices = carries or auto or bool(chosen and chosen.attach_invoices)
    has_statement = bool(chosen and chosen.attach_statement)
    keys = ((INVOICES, has_invoices), (STATEMENT, has_statement))
    return tuple(key for key, is_on in keys if is_on)


def fit_facts(book: TemplateBook, code: str, facts: ReminderFacts) -> ReminderFacts:
    """The facts as the model says them: in a language that it has, and what is not due yet apart.

    All of it stays in the amount where nothing is overdue.
    """
    facts = replace(facts, language=book.text(code, facts.language).language)
    if book.kind_of(code) not in SPLIT:
        return facts
    asked, later = part_upcoming(facts.items, facts.today)
    return replace(facts, items=asked, upcoming=later)

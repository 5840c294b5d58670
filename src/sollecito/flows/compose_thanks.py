"""A payment received → the draft of a thank-you, by mail or SMS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.domain.wording import (
    Item,
    Occasion,
    ReminderFacts,
    TakingPart,
    Takings,
    make_wording,
)
from sollecito.dunning.fact_queries import instalment_facts
from sollecito.dunning.queries import instalments_to_word
from sollecito.dunning.template_queries import TemplateBook, template_book
from sollecito.flows import clock
from sollecito.flows import gather_items as gather
from sollecito.flows.choose_model import account_for
from sollecito.flows.choose_numbers import choose_numbers
from sollecito.flows.choose_recipients import choose_recipients
from sollecito.flows.choose_sender import NoSenderError, SendingAccount, choose_sender
from sollecito.flows.fill_sms import choose_sms_text, fill_sms
from sollecito.flows.fill_text import fill_text
from sollecito.flows.gather_desk import gather_desk
from sollecito.flows.gather_reminder_facts import gather_facts, name_writer
from sollecito.flows.reminder_options import (
    PREFILLED,
    SMS,
    Composition,
    RefusedInstalment,
    ReminderDraft,
    ReminderOptions,
)
from sollecito.ledger.models import Allocation, Instalment, Payment
from sollecito.outbox.models import Content

MODEL = "ringraziamento"


def compose_thanks(
    payment: Payment, *, user: User | None = None, options: ReminderOptions = PREFILLED
) -> Composition:
    """One draft; nothing is stored. Refused: a payment taken back, or of no document."""
    company = payment.company
    parts = _allocated(payment)
    if payment.undone_at is not None or not parts:
        words = "Questo incasso non è abbinato a nessun documento: abbinalo, poi ringrazia."
        return Composition((), (RefusedInstalment(0, "no_document", words),))
    book = template_book(company)
    try:
        usual = choose_sender(company, SMS if options.channel == SMS else "email")
    except NoSenderError as error:
        return Composition((), (RefusedInstalment(0, "no_channel", str(error)),))
    account = account_for(company, book, MODEL, usual)
    return Composition((_compose(payment, parts, account, book, user, options),), ())


def _compose(  # noqa: PLR0917  what a draft is made of
    payment: Payment,
    parts: dict[int, Decimal],
    account: SendingAccount,
    book: TemplateBook,
    user: User | None,
    options: ReminderOptions,
) -> ReminderDraft:
    company, party, is_sms = payment.company, payment.party, options.channel == SMS
    rows = instalments_to_word(company, _of_their_documents(company, parts))
    facts = _gather(payment, rows, parts, account, user)
    wording = make_wording(facts)
    recipients = (choose_numbers if is_sms else choose_recipients)(party, options)
    if is_sms:
        chosen = choose_sms_text(book, MODEL, facts, party)
        filled = fill_sms(party, chosen, facts, wording, options)
    else:
        filled = fill_text(book, MODEL, facts, wording, replace(options, model=MODEL))
    empty = [] if filled.text.strip() else [("text", _empty())]
    return ReminderDraft(
        company=company,
        user=user,
        party=party,
        rows=tuple(rows),
        group=f"thanks-{payment.pk}",
        facts=facts,
        wording=wording,
        account=account,
        model=MODEL,
        code=MODEL,
        version=filled.version,
        subject=filled.subject,
        text=filled.text,
        to=recipients.to,
        cc=recipients.cc,
        bcc=recipients.bcc,
        attachments=(),
        problems=(*recipients.problems, *filled.problems, *empty),
        warnings=_warnings(payment),
    )


def _gather(
    payment: Payment,
    rows: Sequence[Instalment],
    parts: dict[int, Decimal],
    account: SendingAccount,
    user: User | None,
) -> ReminderFacts:
    company = payment.company
    today = clock.today(company.time_zone)
    known = instalment_facts([row.pk for row in rows], today)
    desk = gather_desk(company)
    items: list[Item] = [gather.make_item(row, known[row.pk], today, desk.accounts) for row in rows]
    facts = gather_facts(desk, rows, items, writer=name_writer(company, user, account))
    said = tuple(
        TakingPart(item, parts.get(row.pk, Decimal(0)), max(known[row.pk].balance, Decimal(0)))
        for row, item in zip(rows, items, strict=True)
    )
    takings = Takings(payment.amount, payment.date, payment.currency, said)
    return replace(facts, occasion=Occasion(takings=takings), earlier_dates=(), credits=())


def _allocated(payment: Payment) -> dict[int, Decimal]:
    """What the payment paid, by instalment."""
    rows = Allocation.objects.filter(payment=payment, undone_at__isnull=True)
    found: dict[int, Decimal] = {}
    for pk, amount in rows.order_by("pk").values_list("instalment", "amount"):
        found[pk] = found.get(pk, Decimal(0)) + amount
    return found


def _of_their_documents(company: Company, parts: dict[int, Decimal]) -> list[int]:
    rows = Instalment.objects.filter(company=company, document__instalments__in=parts)
    return list(rows.order_by("due_date", "pk").values_list("pk", flat=True).distinct())


def _empty() -> Problem:
    return Problem("empty", "Un ringraziamento vuoto non parte.", "Scrivi qualcosa qui.")


def _warnings(payment: Payment) -> tuple[Problem, ...]:
    sent = Content.objects.filter(company=payment.company, kind=MODEL)
    if not sent.filter(key__contains=f":thanks-{payment.pk}").exists():
        return ()
    words = "Hai già ringraziato per questo incasso."
    return (Problem("thanked", words, "", "warning"),)

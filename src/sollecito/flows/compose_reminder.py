"""Instalments and choices → drafts of reminders: recipients, words, attachments, warnings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sollecito.accounts.models import Company, User
from sollecito.domain.schedule import refuse_reminder
from sollecito.domain.wording import make_wording
from sollecito.domain.wording.items import TEXT_ROWS
from sollecito.dunning.queries import instalments_to_word
from sollecito.flows import clock
from sollecito.flows.ask_facts import facts_as_asked
from sollecito.flows.check_copies import find_missing_copies, leave_out_unmade
from sollecito.flows.choose_model import account_for, attachments_for, choose_model, fit_facts
from sollecito.flows.choose_sender import NoSenderError, choose_sender
from sollecito.flows.fill_call import fill_call
from sollecito.flows.fill_sms import choose_sms_text, fill_sms
from sollecito.flows.fill_text import fill_text
from sollecito.flows.find_recipients import CHOOSERS, find_recipients
from sollecito.flows.gather_desk import Desk, gather_desk
from sollecito.flows.gather_occasion import FORMAL, gather_occasion
from sollecito.flows.gather_order import Order, gather_for
from sollecito.flows.offer_attachments import (
    AttachmentChoice,
    count_enclosures,
    offer_attachments,
    offer_notice,
)
from sollecito.flows.part_rows import part_rows, parties_of, strictest_of
from sollecito.flows.reminder_options import (
    CALL,
    PEC,
    PREFILLED,
    TEXTS,
    Composition,
    Copies,
    RefusedInstalment,
    ReminderDraft,
    ReminderOptions,
)
from sollecito.flows.require_model import find_excluded
from sollecito.flows.warn_about_reminder import find_problems, find_warnings
from sollecito.ledger.models import Instalment

FILE = "file"


def compose_reminders(
    company: Company,
    instalment_ids: Iterable[int],
    *,
    user: User | None = None,
    options: ReminderOptions = PREFILLED,
    separate: bool = False,
    desk: Desk | None = None,
) -> Composition:
    """One draft a customer and currency (one an instalment when ``separate``), nothing stored.

    Customers of one payment contact share theirs, as ``flows.part_rows`` says.
    ``desk`` saves reading the company again.
    Refused: what is unknown here, and what rules 1 to 3 of the schedule refuse.
    """
    ids = list(dict.fromkeys(instalment_ids))
    today = clock.today(company.time_zone)
    rows = instalments_to_word(company, ids)
    desk = desk or gather_desk(company)
    facts = facts_as_asked(company, rows, options, desk)
    refused = [_unknown(pk) for pk in ids if pk not in facts]
    asked: list[Instalment] = []
    for row in rows:
        refusal = refuse_reminder(facts[row.pk], today)
        if refusal:
            refused.append(RefusedInstalment(row.pk, refusal.reason, refusal.message))
        else:
            asked.append(row)
    channel = options.channel if options.channel in CHOOSERS else "email"
    groups = part_rows(asked, options, desk.texts, channel=channel, separate=separate)
    try:
        account = choose_sender(
            company, channel, sender_id=options.sender_id, keep_here=options.channel == FILE
        )
    except NoSenderError as error:
        lost = [RefusedInstalment(row.pk, "no_channel", str(error)) for row in asked]
        return Composition((), (*refused, *lost))
    order = Order(company, user, options, facts, account, desk)
    drafts = tuple(_compose(order, group, members) for group, members in groups.items())
    return Composition(drafts, tuple(refused))


def _compose(order: Order, group: str, rows: Sequence[Instalment]) -> ReminderDraft:
    options, parties = order.options, parties_of(rows)
    party = strictest_of(parties)
    channel, texts = order.account.channel, order.desk.texts
    is_sms, is_call = channel in TEXTS, channel == CALL
    recipients = find_recipients(channel, party, options)
    facts = gather_for(order, rows)
    own_mail = order.account.sender is not None
    code = choose_model(texts, facts, options.model, has_own_mail=own_mail)
    model, facts = texts.base_of(code), fit_facts(texts, code, facts)
    choices: tuple[AttachmentChoice, ...] = ()
    if not (is_sms or is_call):
        wanted = attachments_for(texts, code, parties, options.attachments)
        choices = offer_attachments(rows, wanted=wanted, needs_list=len(rows) > TEXT_ROWS)
        if channel == PEC and model in FORMAL:
            choices = (offer_notice(rows[0], options.attachments), *choices)
    if options.copies is not Copies.ASKED:
        choices = leave_out_unmade(choices)
    to, says = recipients.to, options.with_interest
    occasion = gather_occasion(rows, model, facts, to, channel=channel, with_interest=says)
    facts = replace(facts, enclosures=count_enclosures(choices), occasion=occasion)
    wording = make_wording(facts)
    if is_sms:
        chosen = choose_sms_text(texts, code, facts, party)
        filled = fill_sms(party, chosen, facts, wording, options)
    elif is_call:
        filled = fill_call(texts, facts, wording, options)
    else:
        filled = fill_text(texts, code, facts, wording, options)
    draft = ReminderDraft(
        company=order.company,
        user=order.user,
        party=parties[0],
        rows=tuple(rows),
        group=group,
        facts=facts,
        wording=wording,
        account=account_for(order.company, texts, code, order.account, asked=options.sender_id),
        model=model,
        code=code,
        version=filled.version,
        subject=filled.subject,
        text=filled.text,
        to=recipients.to,
        cc=recipients.cc,
        bcc=recipients.bcc,
        attachments=choices,
    )
    excluded = find_excluded(order.company, texts, code)
    problems = (*recipients.problems, *filled.problems, *excluded, *find_problems(draft, options))
    if options.copies is Copies.REQUIRED:
        problems += tuple(find_missing_copies(rows, choices))
    return replace(draft, problems=problems, warnings=find_warnings(draft, options))


def _unknown(instalment: int) -> RefusedInstalment:
    words = f"La rata {instalment} non c'è in questa azienda."
    return RefusedInstalment(instalment, "not_found", words)

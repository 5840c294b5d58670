"""What the drawer says, as the flows want it; and a text that follows the choices made in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sollecito.accounts.models import Company, User
from sollecito.accounts.queries import has_module
from sollecito.domain.asking import STATEMENT
from sollecito.domain.identifiers import format_iban, parse_iban
from sollecito.domain.tiers import LETTERS
from sollecito.domain.wording.items import sum_balances
from sollecito.dunning.template_queries import template_book
from sollecito.flows.choose_postal import postal_lines
from sollecito.flows.choose_sender import usable_senders
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.freeze_mail import PreparedMail
from sollecito.flows.gather_items import own_account
from sollecito.flows.part_rows import addressee_of
from sollecito.flows.preview_reminders import Seen
from sollecito.flows.reminder_options import (
    LETTER,
    PEC,
    Composition,
    ReminderDraft,
    ReminderOptions,
)
from sollecito.ledger.contact_queries import pec_points
from sollecito.ledger.models import BankAccount, Instalment
from sollecito.ledger.queries import open_instalments
from sollecito.web.forms.controls import read_keys
from sollecito.web.said import said
from sollecito.web.template_view import choosable, name_of

MOST_ROWS = 2000
FOLLOWING = ("come_pagare", "nota.allegati")
OR_ELSE = {"it": "In alternativa: ", "en": "Alternatively: "}
FIELDS = {
    "to": "a",
    "cc": "cc",
    "bcc": "copia_a_me",
    "subject": "oggetto",
    "text": "testo",
    "iban": "conto",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the text depends on: accounts to pay to (empty: the documents' own), attachments.

    ``model`` empty is the one that fits.
    """

    iban: str = ""
    second_iban: str = ""
    attachments: tuple[str, ...] | None = None
    channel: str = ""
    """``pec`` or ``letter``; empty for mail."""
    model: str = ""
    sender: int = 0
    """The account to write through; 0 is the usual one."""


def read_ids(text: str) -> list[int]:
    """``12,7,12`` → ``[12, 7]``; what is no number is left out."""
    return read_keys(text)[:MOST_ROWS]


def read_choices(data: QueryDict, suffix: str = "") -> Choices:
    """The choices in the form; with ``_prima`` those that its text was written for."""
    attachments: tuple[str, ...] | None = tuple(data.getlist(f"allegati{suffix}"))
    if suffix and not data.get("allegati_noti"):
        attachments = None
    asked = data.get("canale", "")
    channel = asked if asked in {PEC, LETTER} else ""
    accounts = data.get(f"conto{suffix}", ""), data.get(f"conto_2{suffix}", "")
    sender = next(iter(read_ids(data.get(f"mittente{suffix}", ""))), 0)
    return Choices(*accounts, attachments, channel, data.get(f"modello{suffix}", ""), sender)


def widen(company: Company, ids: list[int], choices: Choices) -> list[int]:
    """A statement of account speaks of all that its customer owes, not of one row only."""
    if not choices.model or template_book(company).kind_of(choices.model) != STATEMENT:
        return ids
    parties = Instalment.objects.filter(company=company, pk__in=ids).values("party")
    rows = open_instalments(company).filter(party__in=parties).order_by("due_date", "pk")
    return list(rows.values_list("pk", flat=True)[:MOST_ROWS]) or ids


def start_with(data: QueryDict) -> Choices:
    """What the drawer opens with: a model, where the link names one."""
    return replace(read_choices(data, "_prima"), model=data.get("modello", ""))


Make = Callable[[ReminderOptions], Composition]
"""Composes for some choices; everything else about the message is known to it."""


def compose(company: Company, user: User, ids: Iterable[int], choices: Choices) -> Composition:
    """The drafts as prefilled for these choices."""
    return compose_as(partial(_by_hand, company, user, list(ids)), choices)


def _by_hand(company: Company, user: User, ids: list[int], options: ReminderOptions) -> Composition:
    return compose_reminders(company, ids, user=user, options=options)


def compose_as(make: Make, choices: Choices) -> Composition:
    """What ``make`` prefills for these choices; a second account is named under the first."""
    composition = make(
        ReminderOptions(
            iban=choices.iban,
            attachments=choices.attachments,
            channel=choices.channel,
            model=choices.model,
            sender_id=choices.sender or None,
        )
    )
    if not choices.second_iban:
        return composition
    seconds = compose_as(make, replace(choices, iban=choices.second_iban, second_iban="")).drafts
    drafts = zip(composition.drafts, seconds, strict=True)
    return replace(composition, drafts=tuple(add_account(*pair) for pair in drafts))


def add_account(draft: ReminderDraft, second: ReminderDraft) -> ReminderDraft:
    """Name a second account under the first."""
    first = draft.wording.values["come_pagare"]
    words = OR_ELSE[draft.facts.language] + second.wording.values["come_pagare"]
    both = f"{first}\n{words}"
    values = {**draft.wording.values, "come_pagare": both}
    wording = replace(draft.wording, values=values)
    return replace(draft, text=draft.text.replace(first, both, 1), wording=wording)


def follow(text: str, before: ReminderDraft, after: ReminderDraft) -> tuple[str, bool]:
    """The person's text with what the choices changed in it, and whether it could be done.

    An untouched text is the new one; in a touched one only the passages that changed are put in
    place of the old ones.
    """
    written = text.replace("\r\n", "\n").strip("\n")
    if written == before.text:
        return after.text, True
    if before.code != after.code:
        return written, False
    is_done = True
    for name in FOLLOWING:
        old, new = before.wording.values.get(name, ""), after.wording.values.get(name, "")
        if old == new:
            continue
        if old and old in written:
            written = written.replace(old, new, 1)
        elif new not in written:
            is_done = False
    return written, is_done


def account_choices(company: Company, draft: ReminderDraft) -> list[tuple[str, str]]:
    """First what the documents say, then the company's other accounts."""
    own = list(BankAccount.objects.filter(company=company).order_by("-is_default", "id"))
    named = prefilled_accounts(draft, next((row.iban for row in own if row.is_default), ""))
    words = ", ".join(format_iban(iban) for iban in named)
    first = ngettext("Del documento: %s", "Dei documenti: %s", len(draft.facts.items)) % words
    others = [
        (row.iban, f"{format_iban(row.iban)} {row.bank}".strip())
        for row in own
        if [parse_iban(row.iban)] != named
    ]
    return [("", first if named else _("Nessun conto")), *others]


def prefilled_accounts(draft: ReminderDraft, default: str = "") -> list[str]:
    """The accounts that the text names when nothing is chosen: the documents', else the default."""
    found = (own_account(row) or parse_iban(default) for row in draft.rows)
    return list(dict.fromkeys(filter(None, found)))


def seen_fields(prepared: Iterable[PreparedMail]) -> list[str]:
    """What the preview remembers of itself: key, Date and hash of the bytes."""
    return [f"{mail.key}|{mail.moment.isoformat()}|{mail.sha256}" for mail in prepared]


def read_seen(data: QueryDict | Mapping[str, Any]) -> dict[str, Seen] | None:
    """What was previewed; ``None`` when nothing was."""
    written = data.getlist("visto") if isinstance(data, QueryDict) else []
    seen = {}
    for line in written:
        key, moment, sha256 = [*line.split("|"), "", ""][:3]
        try:
            seen[key] = Seen(datetime.fromisoformat(moment), sha256)
        except ValueError:
            continue
    return seen or None


def kept_fields(
    data: QueryDict, options: ReminderOptions, choices: Choices, mails: Iterable[PreparedMail]
) -> list[tuple[str, str]]:
    """The drawer's fields, carried by the preview: as they are, with what it was seen as."""
    plain = (
        *("righe", "token", "canale", "a", "cc", "copia_a_me", "conto", "conto_2"),
        *("mittente", "anche_sms", "sms_a", "sms_testo", "sms_prima"),
    )
    kept = [(name, str(data[name])) for name in plain if name in data]
    kept += [("oggetto", options.subject or ""), ("testo", options.text or "")]
    kept += [("allegati", key) for key in choices.attachments or ()]
    kept += [("allegati_prima", key) for key in choices.attachments or ()]
    kept += [("modello", choices.model), ("modello_prima", choices.model)]
    kept += [("mittente_prima", str(choices.sender or ""))]
    kept += [
        ("conto_prima", choices.iban),
        ("conto_2_prima", choices.second_iban),
        ("allegati_noti", "1"),
    ]
    return kept + [("visto", line) for line in seen_fields(mails)]


def can_write_by_pec(draft: ReminderDraft) -> bool:
    """Whether the company has a PEC mailbox and the customer one to write to."""
    has_own = usable_senders(draft.company, PEC).exists() and not draft.company.is_sample
    return has_own and draft.party.pk in pec_points([draft.party.pk])


def can_write_letter(draft: ReminderDraft) -> bool:
    """Whether the company may write letters and the customer's address is complete."""
    is_one = len({row.party_id for row in draft.rows}) == 1
    return is_one and has_module(draft.company, LETTERS) and bool(postal_lines(draft.party))


def sender_choices(draft: ReminderDraft) -> list[tuple[int, str]]:
    """Accounts among which the person chooses, where there is more than one."""
    own = draft.account.sender
    if own is None:
        return []
    rows = usable_senders(draft.company, draft.account.channel)
    found = [(row.pk, f"{row.from_name or row} <{row.from_address}>") for row in rows]
    return found if len(found) > 1 else []


def describe(draft: ReminderDraft) -> dict[str, Any]:
    """What the drawer's head says."""
    return {
        "code": draft.code,
        "customer": addressee_of(draft),
        "amount": sum_balances(draft.facts.items),
        "currency": draft.facts.currency,
        "documents": draft.wording.values["documenti"],
        "sender": f"{draft.account.shown.name} <{draft.account.shown.address}>",
        "reply_to": draft.account.reply_to.address if draft.account.reply_to else "",
        "stays_here": draft.account.channel == "file",
        "sender_id": draft.account.sender.pk if draft.account.sender else 0,
        "senders": sender_choices(draft),
        "is_pec": draft.is_pec,
        "can_pec": can_write_by_pec(draft),
        "is_letter": draft.is_letter,
        "can_letter": can_write_letter(draft),
        "postal": postal_lines(draft.party),
    }


def model_choices(company: Company, draft: ReminderDraft) -> list[tuple[str, str]]:
    """The models that the message may be made of; its own first where it is no longer in use."""
    book = template_book(company)
    codes = list(dict.fromkeys([*choosable(book), draft.code]))
    return [(code, said(name_of(book, code))) for code in codes]

"""Lettere da stampare: one file for all of them; posted on a day, received or come back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.domain.money import format_date
from sollecito.domain.transitions import Receipt
from sollecito.flows import audit, clock
from sollecito.flows.field_problems import require_none
from sollecito.flows.resolve_unknown import learn_receipt
from sollecito.formats.pdf.joining import join_pdfs
from sollecito.outbox.models import Message
from sollecito.outbox.queries import letters_to_post

LONGEST_NUMBER = 40


class Post(StrEnum):
    """Come fu spedita."""

    ORDINARY = "ordinaria"
    REGISTERED = "raccomandata"
    WITH_RECEIPT = "raccomandata_ar"


WORDS = {
    Post.ORDINARY: "posta ordinaria",
    Post.REGISTERED: "raccomandata",
    Post.WITH_RECEIPT: "raccomandata con ricevuta di ritorno",
}


@dataclass(frozen=True, slots=True)
class Posted:
    """Spedizione: when, how, and the number on the slip."""

    day: date
    kind: Post = Post.ORDINARY
    number: str = ""


def print_letters(company: Company, messages: Collection[int]) -> bytes:
    """One PDF of the letters chosen, in the order of the list; empty where none of them waits."""
    chosen = [row for row in letters_to_post(company) if row.pk in set(messages)]
    if not chosen:
        return b""
    return join_pdfs(bytes(row.content.raw or b"") for row in chosen)


@transaction.atomic
def post_letters(
    company: Company, messages: Collection[int], posted: Posted, *, user: User | None
) -> int:
    """Mark letters as posted; how many. Raises FieldsRefusedError (``day``, ``number``).

    A number is that of one letter: several are posted with one only without it.
    """
    rows = [row for row in letters_to_post(company) if row.pk in set(messages)]
    require_none(_check(company, posted, len(rows)))
    words = f"Spedita il {format_date(posted.day)}, {WORDS[posted.kind]}"
    text = f"{words}, n. {posted.number}." if posted.number else f"{words}."
    for row in rows:
        learn_receipt(row, Receipt.ACCEPTED, text=text)
        Message.objects.filter(pk=row.pk).update(
            reference=posted.number, text=text, code=None, reason=""
        )
        audit.record(company, user, "letter_posted", target=f"message:{row.pk}", text=text)
    return len(rows)


@transaction.atomic
def note_return(message: Message, *, day: date, is_delivered: bool, user: User | None) -> Message:
    """The return receipt came back, or the letter did. Raises FieldsRefusedError (``day``)."""
    require_none(_check(message.company, Posted(day), 1))
    what = "Ricevuta di ritorno firmata" if is_delivered else "Lettera tornata al mittente"
    text = f"{what} il {format_date(day)}."
    receipt = Receipt.DELIVERED if is_delivered else Receipt.BOUNCED
    noon = datetime.combine(day, time(12), ZoneInfo(message.company.time_zone))
    learn_receipt(message, receipt, text=text, at=noon)
    audit.record(
        message.company, user, "letter_returned", target=f"message:{message.pk}", text=text
    )
    message.refresh_from_db()
    return message


def _check(company: Company, posted: Posted, count: int) -> dict[str, Problem]:
    problems = {}
    if posted.day > clock.today(company.time_zone):
        message = "La data è nel futuro."
        problems["day"] = Problem("future_day", message, "Scrivi il giorno della spedizione.")
    if posted.number and count > 1:
        message = "Il numero è di una lettera sola."
        hint = "Segna le raccomandate una alla volta, ognuna con il suo."
        problems["number"] = Problem("one_number", message, hint)
    if len(posted.number) > LONGEST_NUMBER:
        message = f"Il numero supera {LONGEST_NUMBER} caratteri."
        problems["number"] = Problem("long_number", message, "Controllalo sulla ricevuta.")
    return problems

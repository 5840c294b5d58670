"""How the pages of the office write codes and outcomes. No rules here."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sollecito.domain.identifiers import format_iban
from sollecito.dunning.models import Draft
from sollecito.dunning.work_list import WorkItem
from sollecito.ledger.models import ImportItem, Party
from sollecito.outbox.models import Content
from sollecito.web import customer_words, import_words, work_words
from sollecito.web.column_words import NOT_UNDERSTOOD
from sollecito.web.programme_words import CHANNELS
from sollecito.web.said import said_reasons
from sollecito.web.templatetags.sollecito import icon
from sollecito.web.words import State

register = template.Library()


@register.filter
def iban(code: str) -> str:
    """``{{ account.iban|iban }}`` → ``IT18 Z999 9099 …``."""
    return format_iban(code)


@register.filter
def because(reason: str) -> str:
    """Why a movement was matched, or may be."""
    return said_reasons(reason)


@register.filter
def plain_money(amount: Decimal) -> str:
    """An amount for a field, as the reader writes it; nothing for nothing."""
    if not amount:
        return ""
    return f"{amount:.2f}" if get_language() == "en" else f"{amount:.2f}".replace(".", ",")


@register.filter
def customer_kind(code: str) -> str:
    """The kind of a customer, in words."""
    return str(customer_words.KINDS.get(code, code))


@register.filter
def language_word(code: str) -> str:
    """A language, in words."""
    return str(customer_words.LANGUAGES.get(code, code))


@register.filter
def contact_kind(code: str) -> str:
    """The kind of a contact, in words."""
    return str(customer_words.CONTACTS.get(code, code))


@register.filter
def contact_purpose(code: str) -> str:
    """What a contact is for, in words."""
    return str(customer_words.PURPOSES.get(code, code))


@register.filter
def customers_in(content: Content) -> list[Party]:
    """Whom a communication is about: one customer, or several of one payment contact."""
    rows = (reminder.instalment for reminder in content.reminders.all())
    return list({row.party_id: row.party for row in rows}.values())


@register.simple_tag
def call_outcome(code: str) -> str:
    """The outcome of a call, in words."""
    return str(customer_words.CALLS.get(code, code))


@register.filter
def instalment_keys(content: Content) -> str:
    """``12,13``: the instalments of a communication, as addresses name them."""
    return ",".join(str(each.instalment_id) for each in content.reminders.all())


@register.filter
def attached_word(code: str) -> str:
    """What a file put in by hand is, in words."""
    return str(customer_words.ATTACHED.get(code, code))


@register.simple_tag
def import_badge(code: str, table: str = "outcome") -> SafeString:
    """The outcome of a file, or the state of an import, by word and icon."""
    known = import_words.STATES if table == "state" else import_words.OUTCOMES
    word, symbol, tone = known[code]
    return format_html('<span class="status status-{}">{}{}</span>', tone, icon(symbol), word)


@register.simple_tag
def sender_state(state: State) -> SafeString:
    """State of a sender by word and icon."""
    word, symbol, tone = state
    return format_html('<span class="status status-{}">{}{}</span>', tone, icon(symbol), word)


@register.filter
def asks_columns(item: ImportItem) -> bool:
    """Whether a person could say which column of this file is which."""
    codes = {problem.get("code") for problem in item.problems}
    return item.file_id is not None and bool(codes & NOT_UNDERSTOOD)


@register.simple_tag
def step_badge(code: str) -> SafeString:
    """A kind of step by word and icon."""
    word, symbol = work_words.step_kind(code)
    return format_html('<span class="step-kind">{}{}</span>', icon(symbol, small=True), word)


@register.filter
def step_word(code: str) -> str:
    """A kind of step, in words."""
    return str(work_words.step_kind(code)[0])


@register.filter
def review_word(code: str) -> str:
    """Why a person is asked."""
    return str(work_words.REVIEWS.get(code, code))


@register.filter
def obstacle_of(draft: Draft) -> work_words.Obstacle:
    """What stands in a draft's way, and its cure."""
    return work_words.obstacle(draft.obstacle, draft.content.channel)


@register.filter
def channel_word(draft: Draft) -> str:
    """The channel a draft goes by, in a word; nothing for mail, which most of them are."""
    channel = draft.content.channel
    return "" if channel in {"email", "file"} else str(CHANNELS.get(channel, channel))


@register.filter
def lack_of(item: WorkItem) -> work_words.Lack | None:
    """What contact a draft lacks; ``None`` where it lacks none."""
    return work_words.NO_RECIPIENT.get(item.lack)


@register.filter
def offset_words(days: int) -> str:
    """A step's day: ``10`` → ``10 giorni dopo la scadenza``."""
    if days == 0:
        return _("il giorno della scadenza")
    if days > 0:
        words = ngettext("%(n)d giorno dopo la scadenza", "%(n)d giorni dopo la scadenza", days)
        return words % {"n": days}
    words = ngettext(
        "%(n)d giorno prima della scadenza", "%(n)d giorni prima della scadenza", -days
    )
    return words % {"n": -days}

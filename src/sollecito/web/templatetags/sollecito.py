"""How the pages write money, days, states, icons and the bar of ages. No rules here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sollecito.domain.money import Language, format_date, format_money
from sollecito.domain.wording.naming import short_date_en
from sollecito.web import said as sayings
from sollecito.web import words

register = template.Library()
MEGABYTE = 1_000_000


def screen_language() -> Language:
    """The language of the page, as the domain names it."""
    return "en" if (get_language() or "it").startswith("en") else "it"


@register.filter
def money(amount: Decimal | None, currency: str = "EUR") -> str:
    """``{{ row.balance|money:row.currency }}`` → ``1.234,56 €``; a dash where there is none."""
    return "—" if amount is None else format_money(amount, currency or "EUR", screen_language())


def write_day(value: date) -> str:
    """``17/04/2026``; in English the month is short, so that a list of days stays narrow."""
    language = screen_language()
    return short_date_en(value) if language == "en" else format_date(value, language)


@register.filter
def day(value: date | datetime | None) -> str:
    """``{{ row.due_date|day }}`` → ``17/04/2026``."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(timezone.get_current_timezone()).date()
    return write_day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """``{{ row.at|moment }}`` → ``17/04/2026, 9:31`` in the company's time."""
    if value is None:
        return "—"
    local = value.astimezone(timezone.get_current_timezone())
    return f"{write_day(local.date())}, {local.hour}:{local.minute:02d}"


@register.filter
def days_late(days: int | None) -> str:
    """Days after the due date (negative: before it) as a number with a word."""
    if days is None:
        return "—"
    if days == 0:
        return _("oggi")
    if days < 0:
        return ngettext("fra %(n)d giorno", "fra %(n)d giorni", -days) % {"n": -days}
    return ngettext("%(n)d giorno", "%(n)d giorni", days) % {"n": days}


@register.filter
def cents(amount: Decimal) -> int:
    """An amount for a script: ``12.50`` → ``1250``."""
    return int(amount * 100)


@register.filter
def size(value: int) -> str:
    """A file's size: ``34 KB``, ``1,2 MB``."""
    if value < MEGABYTE:
        return f"{max(1, round(value / 1000))} KB"
    return decimal_words(f"{value / MEGABYTE:.1f} MB")


@register.filter
def decimal_words(number: object) -> str:
    """A number with all its places: ``0,065``, in English ``0.065``."""
    return str(number) if screen_language() == "en" else str(number).replace(".", ",")


@register.simple_tag
def icon(name: str, label: str = "", small: bool = False) -> SafeString:  # noqa: FBT001, FBT002  a template has no other way to say it
    """An icon of the sprite: silent for screen readers unless it has a label."""
    return _icon(name, str(label), is_small=small)


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, *, is_small: bool) -> SafeString:
    """The same few icons stand hundreds of times in a page."""
    return format_html(
        '<svg class="icon{}" {}><use href="{}#{}"></use></svg>',
        " icon-sm" if is_small else "",
        format_html('role="img" aria-label="{}"', label)
        if label
        else SafeString('aria-hidden="true"'),
        static("web/sprite.svg"),
        name,
    )


@register.simple_tag
def badge(state: str, family: str = "instalment") -> SafeString:
    """A state by word and icon; colour comes third. ``family`` names the table of words."""
    word, symbol, tone = words.state_words(family, state)
    return format_html('<span class="status status-{}">{}{}</span>', tone, icon(symbol), word)


@register.filter
def kind_word(kind: str) -> str:
    """The kind of a document, in words: ``fattura_elettronica`` → ``Fattura elettronica``."""
    return str(words.DOCUMENT_KINDS.get(kind, kind))


@register.filter
def closing_word(source: str | None) -> str:
    """How an entry without money closes: ``withheld`` → ``Ritenuta subita``; else nothing."""
    return str(words.CLOSINGS.get(source or "", ""))


@register.filter
def said(text: str | None) -> str:
    """A sentence of a flow, in the language of the page."""
    return sayings.said(text or "")


@register.filter
def numbered(document: words.Numbered) -> str:
    """The number of a document or of its row: ``124/A``, ``8 · R``."""
    return words.numbered(document)


@register.filter
def state_word(state: str, family: str = "instalment") -> str:
    """The word of a state alone."""
    return str(words.state_words(family, state)[0])


@register.inclusion_tag("web/parts/nav.html", takes_context=True)
def nav(context: dict[str, Any], *, as_menu: bool = False) -> dict[str, Any]:
    """The links of the top bar, or of the phone's menu, with the one that is open marked."""
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.url_name if match else ""
    return {
        "as_menu": as_menu,
        "links": [
            {
                "href": reverse(f"web:{name}"),
                "word": word,
                "icon": symbol,
                "is_here": here == name or (here or "").startswith(f"{area}_"),
            }
            for name, area, word, symbol in words.NAVIGATION
        ],
    }


@register.inclusion_tag("web/parts/ageing.html")
def ageing(parts: Iterable[Any], currency: str = "EUR", chosen: str = "") -> dict[str, Any]:
    """The bar of ages: parts are ``listing.AgePart``."""
    rows = [part for part in parts if part.amount > 0]
    total = sum((part.amount for part in rows), Decimal(0))
    left = Decimal(0)
    drawn = []
    for part in rows:
        width = part.amount * 100 / total
        drawn.append({"part": part, "x": f"{left:.3f}", "width": f"{width:.3f}"})
        left += width
    return {"drawn": drawn, "parts": list(parts), "currency": currency, "chosen": chosen}

"""Form controls with the product's classes."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

CONTROL = {"class": "form-control"}
WRITTEN = re.compile(r"-?[0-9.,]{1,20}")
WRITTEN_DAYS = ["%Y-%m-%d", "%d/%m/%Y"]
YEARS = range(1980, 2200)
MOST = Decimal("9999999999.99")
"""More than any instalment, less than what a column holds."""


def named(attributes: dict[str, str]) -> dict[str, str]:
    """``data_search`` of Python is ``data-search`` of HTML."""
    return {name.replace("_", "-"): value for name, value in attributes.items()}


def text_input(**attributes: str) -> forms.TextInput:
    """A line of text."""
    return forms.TextInput(attrs=CONTROL | named(attributes))


def text_area(rows: int, **attributes: str) -> forms.Textarea:
    """Several lines."""
    return forms.Textarea(attrs=CONTROL | {"rows": str(rows)} | named(attributes))


def select(**attributes: str) -> forms.Select:
    """A choice."""
    return forms.Select(attrs={"class": "form-select"} | named(attributes))


def check_box(**attributes: str) -> forms.CheckboxInput:
    """Yes or no."""
    return forms.CheckboxInput(attrs={"class": "form-check-input"} | named(attributes))


LARGEST_KEY = 2**63 - 1
"""What a key's column holds: a longer number in an address is nobody's."""


def key_field() -> forms.IntegerField:
    """The key of a row, kept in the address."""
    return forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput()
    )


def read_keys(text: str) -> list[int]:
    """``12,7,12`` → ``[12, 7]``; what is no key is left out."""
    numbers = (int(code) for code in text.split(",") if code.strip().isdecimal())
    return list(dict.fromkeys(number for number in numbers if number <= LARGEST_KEY))


class DayInput(forms.DateInput):
    """The browser's own calendar, which wants ISO."""

    input_type = "date"

    def __init__(self, **attributes: str) -> None:
        super().__init__(attrs=CONTROL | named(attributes), format="%Y-%m-%d")

    def format_value(self, value: Any) -> str | None:
        """A day written as people do is shown too; what is no day leaves the field empty."""
        if not isinstance(value, str):
            return super().format_value(value)
        for pattern in WRITTEN_DAYS:
            try:
                return f"{datetime.strptime(value.strip(), pattern):%Y-%m-%d}"  # noqa: DTZ007  a day has no zone
            except ValueError:
                continue
        return None


class DayField(forms.DateField):
    """A day: ISO from the calendar, ``gg/mm/aaaa`` where the browser has none."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", DayInput())
        options.setdefault("input_formats", WRITTEN_DAYS)
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        """Say what a day looks like."""
        try:
            day = super().to_python(value)
        except ValidationError as error:
            raise ValidationError(_("Scrivi la data come gg/mm/aaaa.")) from error
        if day and day.year not in YEARS:
            raise ValidationError(_("È una data fuori dal tempo: controlla l’anno."))
        return day


class MoneyField(forms.CharField):
    """An amount as people write it: ``1.234,56``, ``1234.56``, ``1234``."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", text_input(inputmode="decimal", autocomplete="off"))
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        """A Decimal with two places, ``None`` for nothing."""
        if isinstance(value, Decimal) or value is None:
            return value
        text = str(value).replace("€", "").replace(" ", "").replace("\u00a0", "")
        if not text:
            return None
        return parse_amount(text)

    def prepare_value(self, value: Any) -> Any:
        """As the reader writes it, without marks for the thousands."""
        if not isinstance(value, Decimal):
            return value
        is_english = (get_language() or "").startswith("en")
        return f"{value:.2f}" if is_english else f"{value:.2f}".replace(".", ",")


def parse_amount(text: str) -> Decimal:
    """The last of comma and point is the decimal mark, unless three digits follow a lone point."""
    if not WRITTEN.fullmatch(text):
        raise ValidationError(_("Scrivi l’importo come 1.234,56."))
    comma, point = text.rfind(","), text.rfind(".")
    if comma > point:
        text = text.replace(".", "").replace(",", ".")
    elif comma >= 0 or is_thousands(text):
        text = text.replace(",", "") if comma >= 0 else text.replace(".", "")
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise ValidationError(_("Scrivi l’importo come 1.234,56.")) from error
    if amount != amount.quantize(Decimal("0.01")):
        raise ValidationError(_("Al massimo due cifre dopo la virgola."))
    if abs(amount) > MOST:
        raise ValidationError(_("È un importo fuori misura: controlla le cifre."))
    return amount.quantize(Decimal("0.01"))


def is_thousands(text: str) -> bool:
    """``1.234`` and ``1.234.567``: points that part thousands, as Italians write them."""
    head, *groups = text.lstrip("-").split(".")
    return bool(groups) and 0 < len(head) <= 3 and all(len(group) == 3 for group in groups)  # noqa: PLR2004  thousands

"""Phone numbers: E.164, and which of them an SMS reaches (ITU-T E.164, numbering plans by library).

An SMS to a landline is lost or read aloud by a machine to whoever answers: it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

TAKES_SMS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


@dataclass(frozen=True, slots=True)
class NotMobile:
    """Perché un numero non riceve SMS; ``code`` is stable, ``hint`` says what to do."""

    code: str
    message: str
    hint: str = "Scrivi un cellulare sulla scheda del cliente."


def parse_mobile(text: str, country: str = "IT") -> str | NotMobile:
    """Return the number in E.164 (``+393331234567``), or why no SMS may go there.

    ``country`` (ISO 3166) is that of numbers written without a prefix.
    """
    shown = " ".join(text.split())[:40]
    number = _parse(text, country)
    if number is None or not phonenumbers.is_valid_number(number):
        return NotMobile("bad_phone", f"«{shown}» non è un numero di telefono valido.")
    if number.extension:
        return NotMobile("not_mobile", f"«{shown}» è un interno: non riceve SMS.")
    if phonenumbers.number_type(number) not in TAKES_SMS:
        return NotMobile("not_mobile", f"«{shown}» è un numero fisso: non riceve SMS.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_mobile(text: str, country: str = "IT") -> bool:
    """Whether an SMS may go there."""
    return isinstance(parse_mobile(text, country), str)


def _parse(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    region = country.upper() if country.upper() in phonenumbers.SUPPORTED_REGIONS else "IT"
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None

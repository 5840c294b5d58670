"""The values of a reminder as an SMS writes them: closed-up numbers, plain marks, short dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sollecito.domain.money import MONTHS_EN
from sollecito.domain.sms import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sollecito.domain.money import Language

CLOSED_UP = ("iban", "mittente.telefono")
DAYS = (
    *("oggi", "scadenza", "termine", "incassi.aggiornati_al", "promessa.data", "incasso.data"),
    *("piano.prima_data", "piano.ultima_data", "piano.rata_data", "effetto.scadenza"),
)
SHORT_RETURNED = {
    "bank collection (RiBa)": "RiBa",
    "direct debit (SDD)": "SDD",
    "payment slip (MAV)": "MAV",
}
LONG_MONTH = re.compile(rf"\b({'|'.join(MONTHS_EN)})\b")


def say_in_sms(values: Mapping[str, str], language: Language) -> dict[str, str]:
    """The same values, written for an SMS; none of them has two lines or a typographic mark."""
    said = {name: normalise(value) for name, value in values.items()}
    for name in CLOSED_UP:
        if name in said:
            said[name] = re.sub(r"\s", "", said[name])
    if language == "en":
        for name in DAYS:
            if name in said:
                said[name] = LONG_MONTH.sub(lambda month: month.group()[:3], said[name])
        kind = said.get("effetto.tipo", "")
        said["effetto.tipo"] = SHORT_RETURNED.get(kind, kind)
    return said

"""What is wrong with an SMS gateway as written in a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sollecito.domain.documents import Problem
from sollecito.domain.sms import MOST_PLACES, parse_price
from sollecito.flows.field_problems import check_present
from sollecito.flows.open_gateway import is_safe_address
from sollecito.flows.sender_fields import (
    GATEWAY_PLACE,
    Problems,
    check_rates,
    check_secret,
    is_elsewhere,
)
from sollecito.outbox.models import Sender

ALIAS = re.compile(r"[A-Za-z0-9 .&_-]{1,11}|\+?[0-9]{3,16}")
"""Letters: 11 at most (3GPP TS 23.040, 9.1.2.5); else a number."""
PRICE = re.compile(r"(\d{1,3})(?:[.,](\d{1,8}))?")
DEAREST = 10
"""Of one part, in any currency: more is a slip of the comma."""


def check_gateway_fields(
    values: Mapping[str, Any], sender: Sender, secrets: Mapping[str, str]
) -> Problems:
    """What is wrong, by field; ``sender`` is as it was until now."""
    gateway, url = str(values.get("gateway", "")), str(values.get("gateway_url", ""))
    alias = str(values.get("alias", "")).strip()
    moved = is_elsewhere(sender, values, GATEWAY_PLACE)
    return check_rates(values) | {
        "gateway": None
        if gateway in Sender.Gateway.values
        else Problem("missing", "Manca il gateway.", "Scegline uno dall'elenco."),
        "gateway_url": _check_url(url, needed=gateway == Sender.Gateway.GENERIC),
        "alias": None
        if ALIAS.fullmatch(alias)
        else Problem(
            "alias",
            "L'alias ha al massimo 11 lettere e cifre, oppure è un numero.",
            "Usa quello che hai registrato presso il gestore.",
        ),
        "price": _check_price(values.get("gateway_settings") or {}),
        "secret": check_secret(secrets, "secret", sender, moved=moved),
    }


def read_price(written: str) -> str:
    """A price as people write it (``0,065``) as it is kept (``0.065``); nonsense stays as it is."""
    found = PRICE.fullmatch(written.strip().removesuffix("€").strip())
    return f"{found[1]}.{found[2] or 0}" if found else written.strip()


def _check_price(kept: Mapping[str, Any]) -> Problem | None:
    if not (written := kept.get("price")):
        return None
    price = parse_price(written, kept.get("currency"))
    if price and price.amount < DEAREST and price.amount == round(price.amount, MOST_PLACES):
        return None
    return Problem(
        "price",
        f"«{written}» non è il prezzo di una parte di SMS.",
        f"Si scrive come 0,0650: più di zero, meno di {DEAREST}, "
        f"al massimo {MOST_PLACES} decimali.",
    )


def _check_url(url: str, *, needed: bool) -> Problem | None:
    if not url:
        return check_present("", "l'indirizzo del gateway") if needed else None
    if is_safe_address(url):
        return None
    return Problem(
        "url", "L'indirizzo del gateway deve cominciare con https://.", "Lo dà il gestore."
    )

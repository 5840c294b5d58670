"""What is wrong with an SMS gateway as written in a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sollecito.domain.documents import Problem
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
        "secret": check_secret(secrets, "secret", sender, moved=moved),
    }


def _check_url(url: str, *, needed: bool) -> Problem | None:
    if not url:
        return check_present("", "l'indirizzo del gateway") if needed else None
    if is_safe_address(url):
        return None
    return Problem(
        "url", "L'indirizzo del gateway deve cominciare con https://.", "Lo dà il gestore."
    )

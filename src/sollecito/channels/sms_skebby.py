"""Skebby and its kin (Aruba, Esendex Italia, Mobyt, SMSend): one REST dialect, other addresses.

``GET login`` gives ``user_key;session_key``, good for five minutes of silence; ``POST sms`` takes
our own ``order_id``; ``GET sms/{order_id}`` says what became of it. Source: the REST v1.0
documentation of those gateways.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from sollecito.channels.base import Phase, Refused, Reply, ReplyLost
from sollecito.channels.sms import Evidence, Sms, accepted, read_fault, refused
from sollecito.channels.sms_http import HttpAnswer, HttpLimits, HttpRequest, json_request
from sollecito.domain.sms import Alphabet, measure
from sollecito.domain.transitions import Receipt

UNAUTHORISED = frozenset({401, 404})
GOOD_SECONDS = 240
STATES = {
    "WAITING": Receipt.ACCEPTED,
    "SCHEDULED": Receipt.ACCEPTED,
    "SENT": Receipt.ACCEPTED,
    "WAIT4DLVR": Receipt.ACCEPTED,
    "DLVRD": Receipt.DELIVERED,
    "TIMEOUT": Receipt.BOUNCED,
    "ERROR": Receipt.BOUNCED,
    "TOOM4USER": Receipt.BOUNCED,
    "TOOM4NUM": Receipt.BOUNCED,
    "UNKNRCPT": Receipt.BOUNCED,
    "UNKNPFX": Receipt.BOUNCED,
    "INVALIDDST": Receipt.BOUNCED,
    "BLACKLISTED": Receipt.BOUNCED,
    "KO": Receipt.BOUNCED,
    "INVALIDCONTENTS": Receipt.BOUNCED,
}
"""``DEMO`` is none of them: nothing left."""


@dataclass(frozen=True, slots=True)
class SkebbySettings:
    """Conto Skebby o Aruba. ``url`` ends with ``REST/``; with ``token`` no log-in is needed.

    ``message_type`` is GP, TI, SI for Skebby, N, L, LL for the others.
    """

    url: str
    user: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    message_type: str = "GP"
    alias: str = ""
    limits: HttpLimits = field(default_factory=HttpLimits)


class SkebbyDialect:
    """One account."""

    def __init__(self, settings: SkebbySettings) -> None:
        """Remember the account."""
        self._settings = settings
        self._base = settings.url.rstrip("/") + "/"
        self._keys: tuple[tuple[str, str], ...] = ()
        self._used_at = 0.0

    @property
    def limits(self) -> HttpLimits:
        """See ``Dialect``."""
        return self._settings.limits

    def log_in(self, call: Callable[[HttpRequest], HttpAnswer]) -> None:
        """User and password become keys, which a silence makes stale; a token is a key."""
        account = self._settings
        if self._keys and time.monotonic() - self._used_at < GOOD_SECONDS:
            return
        self._used_at = time.monotonic()
        if account.token:
            self._keys = (("user_key", account.user), ("Access_token", account.token))
            return
        query = urlencode({"username": account.user, "password": account.password})
        answer = call(HttpRequest(f"{self._base}login?{query}", "GET"))
        user_key, separator, session_key = answer.body.decode("ascii", "replace").partition(";")
        if answer.is_success and separator and user_key and session_key.strip():
            self._keys = (("user_key", user_key), ("Session_key", session_key.strip()))
            return
        if answer.status in UNAUTHORISED:
            reason = "Il gateway SMS rifiuta l'accesso: controlla utente e password."
            raise Refused(reason, phase=Phase.LOGIN, code=535)
        reason = f"Il gateway SMS non fa entrare (HTTP {answer.status}: {answer.words})."
        raise Refused(reason[:500], phase=Phase.LOGIN)

    def write(self, sms: Sms) -> HttpRequest:
        """See ``Dialect``."""
        is_plain = measure(sms.text).alphabet is Alphabet.GSM7
        order = {
            "message_type": self._settings.message_type,
            "message": sms.text,
            "recipient": [sms.number],
            "sender": self._settings.alias,
            "order_id": sms.reference,
            "encoding": "gsm" if is_plain else "ucs2",
        }
        return json_request(f"{self._base}sms", order, headers=self._keys)

    def read(self, sms: Sms, answer: HttpAnswer) -> Reply:
        """201 with ``result`` OK; a total of none means that the number was not taken."""
        if not answer.is_success:
            self._keys = ()
            return read_fault(sms, answer)
        found = answer.read_json()
        if not isinstance(found, dict) or "result" not in found:
            raise ReplyLost(f"Risposta del gateway non compresa: {answer.words}"[:500])
        if found["result"] != "OK" or found.get("total_sent") == 0:
            return refused(sms, answer.words)
        return accepted(sms, answer, str(found.get("order_id") or sms.reference))

    def ask(self, sms: Sms) -> HttpRequest | None:
        """See ``Dialect``."""
        return HttpRequest(f"{self._base}sms/{quote(sms.reference)}", "GET", self._keys)

    def learn(self, sms: Sms, answer: HttpAnswer) -> Evidence | None:
        """An order not found is no proof: it may still be on its way in."""
        found = answer.read_json() if answer.is_success else None
        rows = found.get("recipients") if isinstance(found, dict) else None
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and _is_to(row, sms.number):
                state = str(row.get("status", ""))
                receipt = STATES.get(state)
                return Evidence(receipt, f"Stato: {state}", sms.reference) if receipt else None
        return None


def _is_to(row: dict[str, Any], number: str) -> bool:
    return str(row.get("destination", "")).lstrip("+") == number.lstrip("+")

"""Twilio Programmable Messaging: ``POST …/Accounts/{SID}/Messages.json``, form fields, Basic.

It takes no name of ours for a message, so that the address it reports to carries one; a lost
reply is looked for among the messages to that number. Source: Twilio's API reference, 2010-04-01.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode

from sollecito.channels.base import Reply, ReplyLost
from sollecito.channels.sms import (
    MISCONFIGURED,
    Evidence,
    Sms,
    accepted,
    account_fault,
    read_fault,
    refused,
)
from sollecito.channels.sms_http import HttpAnswer, HttpLimits, HttpRequest
from sollecito.domain.transitions import Receipt

SERVICE = "MG"
"""A messaging service's SID begins with it; anything else is a From."""
SENDER_FAULTS = frozenset({21212, 21603, 21606, 21659, 21660})
"""Error codes of the API that speak of From, not of To."""
TOLERANCE = timedelta(minutes=5)
"""Between our clock and theirs."""
STATES = {
    "accepted": Receipt.ACCEPTED,
    "scheduled": Receipt.ACCEPTED,
    "queued": Receipt.ACCEPTED,
    "sending": Receipt.ACCEPTED,
    "sent": Receipt.ACCEPTED,
    "delivered": Receipt.DELIVERED,
    "read": Receipt.DELIVERED,
    "undelivered": Receipt.BOUNCED,
    "failed": Receipt.BOUNCED,
    "canceled": Receipt.BOUNCED,
}


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """Conto Twilio. ``sender`` is a number, an alias or a messaging service.

    ``report_url`` is where deliveries are reported; our reference is added to it.
    """

    account: str
    token: str = field(repr=False)
    sender: str
    url: str = "https://api.twilio.com"
    report_url: str = ""
    limits: HttpLimits = field(default_factory=HttpLimits)


class TwilioDialect:
    """One account."""

    def __init__(self, settings: TwilioSettings) -> None:
        """Remember the account."""
        self._settings = settings
        base = settings.url.rstrip("/")
        self._messages = f"{base}/2010-04-01/Accounts/{quote(settings.account)}/Messages.json"
        pair = f"{settings.account}:{settings.token}".encode()
        self._keys = (("Authorization", f"Basic {b64encode(pair).decode()}"),)

    @property
    def limits(self) -> HttpLimits:
        """See ``Dialect``."""
        return self._settings.limits

    def log_in(self, call: Callable[[HttpRequest], HttpAnswer]) -> None:
        """Every request carries the keys."""

    def write(self, sms: Sms) -> HttpRequest:
        """See ``Dialect``."""
        sender = self._settings.sender
        form = {"To": sms.number, "Body": sms.text}
        form["MessagingServiceSid" if sender.startswith(SERVICE) else "From"] = sender
        if self._settings.report_url:
            reference = urlencode({"ref": sms.reference})
            form["StatusCallback"] = f"{self._settings.report_url}?{reference}"
        kind = ("Content-Type", "application/x-www-form-urlencoded")
        return HttpRequest(
            self._messages, headers=(*self._keys, kind), body=urlencode(form).encode()
        )

    def read(self, sms: Sms, answer: HttpAnswer) -> Reply:
        """201 with a ``sid``; a status of failure may come at once."""
        found = answer.read_json()
        if not answer.is_success:
            code = found.get("code") if isinstance(found, dict) else None
            if code in SENDER_FAULTS:
                return account_fault(sms, f"Il mittente non va bene: {answer.words}", MISCONFIGURED)
            return read_fault(sms, answer)
        if not isinstance(found, dict) or not found.get("sid"):
            raise ReplyLost(f"Risposta del gateway non compresa: {answer.words}"[:500])
        if STATES.get(str(found.get("status"))) is Receipt.BOUNCED:
            return refused(sms, str(found.get("error_message") or answer.words))
        return accepted(sms, answer, str(found["sid"]))

    def ask(self, sms: Sms) -> HttpRequest | None:
        """The messages to that number, newest first."""
        query = urlencode({"To": sms.number, "PageSize": 50})
        return HttpRequest(f"{self._messages}?{query}", "GET", self._keys)

    def learn(self, sms: Sms, answer: HttpAnswer) -> Evidence | None:
        """A message with our very text, to our number, made when ours may have left."""
        found = answer.read_json() if answer.is_success else None
        rows = found.get("messages") if isinstance(found, dict) else None
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and _is_ours(row, sms):
                state = str(row.get("status", ""))
                receipt = STATES.get(state)
                sid = str(row.get("sid", ""))
                return Evidence(receipt, f"Stato: {state}", sid) if receipt else None
        return None


def _is_ours(row: dict[str, Any], sms: Sms) -> bool:
    if row.get("body") != sms.text or row.get("to") != sms.number or sms.left_at is None:
        return False
    try:
        made_at = parsedate_to_datetime(str(row.get("date_created")))
    except ValueError:
        return False
    return made_at.tzinfo is not None and made_at >= sms.left_at - TOLERANCE

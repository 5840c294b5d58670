"""What a gateway reports about a text: is it really the gateway, and what does it say.

Twilio signs address and fields (HMAC-SHA1, its own scheme); others sign the body (HMAC-SHA256), or
are given an address that only they know.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

OUR_NAMES = ("ref", "reference", "order_id", "client_reference", "transactionid")
THEIR_NAMES = ("messagesid", "message_id", "message-id", "messageid", "id")
NUMBERS = ("to", "recipient", "destination", "number", "msisdn")
STATES = ("messagestatus", "status", "state", "stato")
REASONS = ("errorcode", "error_code", "error", "reason", "err-code")
MOST_FIELDS = 200


@dataclass(frozen=True, slots=True)
class SmsReport:
    """Ricevuta di un SMS: our reference or the gateway's, whatever it names of the two."""

    reference: str = ""
    name: str = ""
    number: str = ""
    state: str = ""
    reason: str = ""


def read_fields(query: str, body: bytes, media_type: str) -> dict[str, str]:
    """Every field of a report, of address and body together; nested JSON by dotted names.

    What cannot be read is left out: it is kept as it came all the same.
    """
    found = dict(parse_qsl(query, max_num_fields=MOST_FIELDS))
    text = body.decode("utf-8", "replace")
    try:
        if "json" in media_type or text.lstrip()[:1] in {"{", "["}:
            found |= _flatten(json.loads(text))
        else:
            found |= dict(parse_qsl(text, max_num_fields=MOST_FIELDS))
    except (ValueError, RecursionError):
        pass
    return found


def parse_report(fields: Mapping[str, str]) -> SmsReport:
    """What the fields say, by the names that gateways use for it."""
    known = {
        name.rpartition(".")[2].lower(): value for name, value in reversed(list(fields.items()))
    }

    def first(names: tuple[str, ...]) -> str:
        return next((known[name] for name in names if known.get(name)), "")[:200]

    return SmsReport(
        *(first(names) for names in (OUR_NAMES, THEIR_NAMES, NUMBERS, STATES, REASONS))
    )


def is_signed_by_twilio(url: str, form: Mapping[str, str], signature: str, token: str) -> bool:
    """Base 64 of HMAC-SHA1 over the address and the sorted fields, each with its value."""
    written = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    made = hmac.new(token.encode(), written.encode(), hashlib.sha1).digest()
    return bool(token) and hmac.compare_digest(base64.b64encode(made), signature.encode())


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """HMAC-SHA256 of the body in hexadecimal or base 64, perhaps after ``sha256=``."""
    made = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    given = signature.strip().removeprefix("sha256=").encode()
    shapes = (made.hex().encode(), base64.b64encode(made))
    return bool(secret) and any(hmac.compare_digest(each, given) for each in shapes)


def make_key(account: int, secret: str) -> str:
    """The word in the address that only this gateway was told."""
    return hmac.new(secret.encode(), f"sms:{account}".encode(), hashlib.sha256).hexdigest()[:32]


def is_key(account: int, given: str, secret: str) -> bool:
    """Whether it is that word."""
    return bool(secret) and hmac.compare_digest(make_key(account, secret).encode(), given.encode())


def _flatten(document: Any, prefix: str = "") -> dict[str, str]:
    if isinstance(document, dict):
        parts = [(str(name), value) for name, value in document.items()]
    elif isinstance(document, list):
        parts = [(str(place), value) for place, value in enumerate(document)]
    else:
        shown = document if isinstance(document, str) else json.dumps(document)
        return {prefix: shown} if document is not None else {}
    found: dict[str, str] = {}
    for name, value in parts[:MOST_FIELDS]:
        found |= _flatten(value, f"{prefix}.{name}" if prefix else name)
    return found

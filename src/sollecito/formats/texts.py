"""An SMS as bytes: its very text in UTF-8, and the name by which it is asked for."""

from __future__ import annotations

import base64
import hashlib
import hmac

from sollecito.domain.sms import normalise

ID_BYTES = 10
"""16 letters of base 32: enough that nobody guesses one, short enough for every gateway."""


def make_text(text: str) -> bytes:
    """The bytes that leave: plain marks, UTF-8. The same text gives the same bytes."""
    return normalise(text).encode()


def make_sms_id(key: str, secret: bytes) -> str:
    """Keyed hash of the content's key: lower-case letters and digits, 20 of them.

    A retry or a restored backup gets the same one; nobody without the secret can guess it.
    """
    digest = hmac.new(secret, b"sms:" + key.encode(), hashlib.sha256).digest()[:ID_BYTES]
    return "sms0" + base64.b32encode(digest).decode("ascii").lower()

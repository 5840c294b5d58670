"""What is wrong with where mail that cannot be delivered comes back to, as written in a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sollecito.domain.documents import Problem
from sollecito.domain.return_paths import example_of, is_too_long
from sollecito.flows.field_problems import check_email
from sollecito.flows.sender_fields import (
    IMAP_PLACE,
    Problems,
    check_account_fields,
    check_secret,
    is_elsewhere,
)
from sollecito.outbox.models import Sender

BOUNCE_PLACE = (*IMAP_PLACE[:3], "bounce_user")


def check_mail_fields(
    values: Mapping[str, Any], sender: Sender, secrets: Mapping[str, str]
) -> Problems:
    """What is wrong with a mail account and its returns, by field."""
    return check_account_fields(values, sender, secrets) | check_bounces(values, sender, secrets)


def check_bounces(
    values: Mapping[str, Any], sender: Sender, secrets: Mapping[str, str]
) -> Problems:
    """What is wrong with where mail that cannot be delivered comes back to."""
    pattern, user = str(values.get("bounce_address", "")), str(values.get("bounce_user", ""))
    found: Problems = {"bounce_address": _check_pattern(pattern)}
    if user and not values.get("imap_host"):
        words = "Per leggere i ritorni serve il server IMAP."
        found["bounce_user"] = Problem("missing", words, "È lo stesso della posta in arrivo.")
    if user:
        moved = is_elsewhere(sender, values, BOUNCE_PLACE)
        found["bounce_password"] = check_secret(secrets, "bounce_password", sender, moved=moved)
    return found


def _check_pattern(pattern: str) -> Problem | None:
    if wrong := check_email(example_of(pattern)):
        return replace(wrong, message=f"«{pattern}» non è un indirizzo e-mail.")
    if not is_too_long(pattern):
        return None
    hint = "Davanti a {id} bastano poche lettere: per esempio ritorni+{id}@dominio.it."
    return Problem("too_long", "L'indirizzo dei ritorni è troppo lungo.", hint)

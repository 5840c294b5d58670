"""Whether a password is good enough, in plain Italian."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from sollecito.accounts.models import User
from sollecito.domain.documents import Problem

PASSWORD_FAULTS = {
    "password_too_short": "La password è troppo corta.",
    "password_too_common": "La password è fra le più usate.",
    "password_entirely_numeric": "La password è fatta di sole cifre.",
    "password_too_similar": "La password somiglia troppo al nome o all'indirizzo.",
}
"""Django's own sentences are not all in Italian."""


def check_password(password: str, user: User) -> Problem | None:
    """What is wrong with a new password, or ``None``."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        said = (PASSWORD_FAULTS.get(each.code or "", each.messages[0]) for each in error.error_list)
        return Problem("password", " ".join(said), "Una frase di quattro parole va bene.")
    return None

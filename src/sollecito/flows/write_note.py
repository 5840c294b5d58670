"""A note in a customer's history."""

from __future__ import annotations

from sollecito.accounts.models import User
from sollecito.flows import audit
from sollecito.flows.field_problems import check_present, require_none
from sollecito.ledger.models import Instalment, Party

NOTE_LENGTH = 500


def write_note(target: Party | Instalment, text: str, *, user: User | None) -> None:
    """A note in the history of a customer or a rata. Raises FieldsRefusedError (``text``)."""
    require_none({"text": check_present(text, "la nota")})
    name = type(target).__name__.lower()
    words = text.strip()[:NOTE_LENGTH]
    audit.record(target.company, user, "note_written", target=f"{name}:{target.pk}", text=words)

"""Ask a person for the password again before what a thief would change first."""

from __future__ import annotations

from dataclasses import dataclass, field

from sollecito.accounts.models import User
from sollecito.domain.documents import Problem

FIELD = "own_password"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Conferma: who orders a change, and the password as just written."""

    user: User
    password: str = field(repr=False)


def check_confirmation(by: Confirmation | None) -> dict[str, Problem | None]:
    """What is wrong with it, by field; ``None`` is the command line, which asks nobody."""
    if by is None:
        return {}
    problem = None
    if not by.password:
        problem = Problem("missing", "Manca la tua password.", "È quella con cui entri qui.")
    elif not by.user.check_password(by.password):
        problem = Problem(
            "wrong_password", "La tua password non è questa.", "È quella con cui entri qui."
        )
    return {FIELD: problem}

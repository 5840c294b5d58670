"""What is wrong in a form, field by field: the one way flows hand it back."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from sollecito.domain.documents import PartyData, Problem
from sollecito.domain.identifiers import check_tax_code, check_vat_number
from sollecito.domain.interest import Regime


class FieldsRefusedError(Exception):
    """Nothing was saved. ``problems`` maps a field's name to what is wrong with it."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        """Keep the problems; as text they are their sentences."""
        super().__init__(
            " ".join(f"{each.message} {each.hint}".strip() for each in problems.values())
        )
        self.problems = dict(problems)


def require_none(problems: Mapping[str, Problem | None]) -> None:
    """Raise FieldsRefusedError if any field has a problem."""
    found = {name: problem for name, problem in problems.items() if problem is not None}
    if found:
        raise FieldsRefusedError(found)


def check_present(value: str, what: str) -> Problem | None:
    """What is wrong with a field that cannot stay empty; ``what`` is its name in Italian."""
    if value.strip():
        return None
    return Problem("missing", f"Manca {what}.", "Scrivi qualcosa qui.")


def check_email(value: str, *, needed: bool = False) -> Problem | None:
    """What is wrong with an e-mail address, or ``None``; empty is fine unless ``needed``."""
    if not value.strip():
        return check_present("", "l'indirizzo e-mail") if needed else None
    try:
        validate_email(value.strip())
    except ValidationError:
        return Problem(
            "email_form",
            f"«{value.strip()}» non è un indirizzo e-mail.",
            "Si scrive nome@dominio.it.",
        )
    return None


def check_codes(party: PartyData) -> dict[str, Problem | None]:
    """What is wrong with the codes of a person or firm; VAT numbers of abroad are not checked."""
    is_italian = party.vat_country in {"", "IT"}
    return {
        "vat_number": check_vat_number(party.vat_number)
        if party.vat_number and is_italian
        else None,
        "tax_code": check_tax_code(party.tax_code) if party.tax_code else None,
    }


def check_rate(wanted: Mapping[str, object]) -> Problem | None:
    """A rate agreed in the contract is written: ``interest_regime``, ``interest_percent``."""
    if wanted.get("interest_regime") != Regime.AGREED or wanted.get("interest_percent"):
        return None
    hint = "Scrivilo in per cento, come 6,5."
    return Problem("missing", "Manca il tasso del contratto.", hint)

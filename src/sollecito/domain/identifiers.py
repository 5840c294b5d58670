"""Codes that name a firm, a person or an account: parse and check.

``parse_…`` takes a code as people write it and returns it bare; ``check_…`` says in Italian what
is wrong with it, or ``None``. Nothing here asks a registry: a right check digit does not prove
that the code was ever assigned.
Sources: DM 23/12/1976 (P.IVA and codice fiscale, omocodia included), ISO 13616 and the Italian
BBAN with its CIN, ISO 9362 (BIC), ISO 11649 (RF).
"""

from __future__ import annotations

import re

from stdnum import bic as bic_numbers
from stdnum import iban as iban_numbers
from stdnum import iso11649, luhn
from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError
from stdnum.it import codicefiscale

from sollecito.domain.documents import Problem

VAT_LENGTH = 11
PERSON_LENGTH = 16
ITALIAN_IBAN_LENGTH = 27
COUNTRIES_WITH_CIN = frozenset({"IT", "SM"})
_ODD = (
    1,
    0,
    5,
    7,
    9,
    13,
    15,
    17,
    19,
    21,
    2,
    4,
    18,
    20,
    11,
    3,
    6,
    8,
    12,
    14,
    16,
    10,
    22,
    25,
    24,
    23,
)
_SEPARATORS = re.compile(r"[\s.\-/:_'’]+")


def parse_code(text: str) -> str:
    """Upper case, without blanks, points, dashes and the like: ``it 012-345`` → ``IT012345``."""
    return _SEPARATORS.sub("", text).upper()


def parse_vat_number(text: str) -> str:
    """P.IVA as written → bare: ``IT 0123 4567 890`` → ``01234567890``. Not checked."""
    code = parse_code(text)
    rest = code.removeprefix("IT")
    return rest if rest[:1].isdigit() else code


def check_vat_number(text: str) -> Problem | None:
    """What is wrong with an Italian P.IVA, or ``None``.

    The three digits of the office are not compared with a list: new offices appear.
    """
    code = parse_vat_number(text)
    if not (code.isascii() and code.isdigit()):
        return Problem(
            "vat_characters",
            "La partita IVA ha undici cifre e nessuna lettera.",
            "Controlla la partita IVA: per un cliente estero scrivi anche la nazione.",
        )
    if len(code) != VAT_LENGTH:
        return Problem(
            "vat_length",
            f"La partita IVA ha undici cifre, qui sono {len(code)}.",
            "Controlla se manca uno zero iniziale.",
        )
    if int(code[:7]) == 0 or not luhn.is_valid(code):
        return Problem(
            "vat_check_digit",
            f"La partita IVA {code} non è valida: la cifra di controllo non torna.",
            "Controlla di averla copiata senza errori.",
        )
    return None


def is_vat_number(text: str) -> bool:
    """Whether it is an Italian P.IVA with the right check digit."""
    return check_vat_number(text) is None


def parse_tax_code(text: str) -> str:
    """Codice fiscale as written → bare, upper case. Not checked."""
    code = parse_code(text)
    return parse_vat_number(code) if len(code) == VAT_LENGTH + 2 else code


def check_tax_code(text: str) -> Problem | None:
    """What is wrong with a codice fiscale of 16 (omocodia included) or 11 characters."""
    code = parse_tax_code(text)
    if len(code) == VAT_LENGTH:
        found = check_vat_number(code)
        return found and Problem(
            found.code.replace("vat_", "tax_code_"),
            f"Il codice fiscale {code} non è valido: la cifra di controllo non torna.",
            "Controlla di averlo copiato senza errori.",
        )
    if len(code) != PERSON_LENGTH:
        return Problem(
            "tax_code_length",
            f"Il codice fiscale ha 16 caratteri (11 per gli enti), qui sono {len(code)}.",
            "Controlla se manca un carattere.",
        )
    try:
        codicefiscale.validate(code)
    except (InvalidChecksum, InvalidComponent):
        return Problem(
            "tax_code_check_digit",
            f"Il codice fiscale {code} non è valido: il carattere di controllo non torna.",
            "Controlla di averlo copiato senza errori.",
        )
    except ValidationError:
        return Problem(
            "tax_code_characters",
            f"Il codice fiscale {code} non ha la forma giusta.",
            "Sei lettere, due cifre, una lettera, due cifre, una lettera, tre cifre, una lettera.",
        )
    return None


def is_tax_code(text: str) -> bool:
    """Whether it is a valid codice fiscale, of a person or of an entity."""
    return check_tax_code(text) is None


def parse_iban(text: str) -> str:
    """IBAN as written → bare, upper case; a leading ``IBAN`` is dropped. Not checked."""
    return parse_code(text).removeprefix("IBAN")


def format_iban(iban: str) -> str:
    """In groups of four, as printed on paper."""
    code = parse_iban(iban)
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def check_iban(text: str) -> Problem | None:
    """What is wrong with an IBAN of any country: length, check digits, Italian CIN."""
    code = parse_iban(text)
    if code.startswith("IT") and len(code) != ITALIAN_IBAN_LENGTH:
        return Problem(
            "iban_length",
            f"Un IBAN italiano ha 27 caratteri, qui sono {len(code)}.",
            "Controlla se manca uno zero.",
        )
    try:
        iban_numbers.validate(code)
    except InvalidChecksum:
        return _wrong_iban("iban_check_digits", "le cifre di controllo non tornano")
    except InvalidComponent:
        return _wrong_iban("iban_country", "la nazione non esiste o non usa IBAN")
    except ValidationError:
        return _wrong_iban("iban_format", "lunghezza o caratteri non sono quelli della nazione")
    if code[:2] in COUNTRIES_WITH_CIN and compute_cin(code[5:]) != code[4]:
        return _wrong_iban("iban_cin", "il CIN (la lettera dopo le prime due cifre) non torna")
    return None


def is_iban(text: str) -> bool:
    """Whether it is a valid IBAN."""
    return check_iban(text) is None


def compute_cin(bban: str) -> str:
    """The CIN of ABI, CAB and account number (22 characters), one letter.

    The table is the codice fiscale's: odd places by the list, even places by their value.
    """
    total = 0
    for place, character in enumerate(bban):
        value = int(character) if character.isdigit() else ord(character) - ord("A")
        total += _ODD[value] if place % 2 == 0 else value
    return chr(ord("A") + total % 26)


def parse_bic(text: str) -> str:
    """BIC as written → bare, upper case. Not checked."""
    return parse_code(text)


def check_bic(text: str) -> Problem | None:
    """What is wrong with a BIC (8 or 11 characters), or ``None``."""
    if bic_numbers.is_valid(parse_bic(text)):
        return None
    return Problem(
        "bic_format",
        "Il BIC non è valido: ha 8 o 11 caratteri, i primi sei sono lettere.",
        "Puoi lasciarlo vuoto: per i bonifici in euro basta l'IBAN.",
    )


def parse_rf_reference(text: str) -> str:
    """Structured creditor reference (RF…) as written → bare, upper case. Not checked."""
    return parse_code(text)


def check_rf_reference(text: str) -> Problem | None:
    """What is wrong with an RF reference of ISO 11649, or ``None``."""
    code = parse_rf_reference(text)
    if code.startswith("RF") and iso11649.is_valid(code):
        return None
    return Problem(
        "rf_check_digits",
        "Il riferimento RF non è valido: le cifre di controllo non tornano.",
        "Si scrive RF, due cifre di controllo e al massimo 21 lettere e cifre.",
    )


def _wrong_iban(code: str, why: str) -> Problem:
    return Problem(
        code,
        f"L'IBAN non è valido: {why}.",
        "Copialo dall'estratto conto o dal sito della banca.",
    )

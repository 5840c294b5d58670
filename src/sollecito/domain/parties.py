"""Who the customer is: one identity for one customer, never one for two strangers.

Sources: facts on FatturaPA (IdFiscaleIVA, CodiceFiscale), practice of placeholder codes for
foreign customers without a VAT number, artt. 1 and 2 D.Lgs. 231/2002 for the kinds.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeVar

from sollecito.domain import identifiers
from sollecito.domain.documents import CustomerKind, PartyData

PUBLIC_CODE_LENGTH = 6
SHORTEST_CODE = 4
REMEMBERED = 2048
"""Parties whose codes need not be checked again: the same few come again and again."""
NO_COUNTRIES = frozenset({"", "OO", "XX", "ZZ"})
ITALY = "IT"
_ENTITY_PREFIXES = ("8", "9")
_SAME_COUNTRY = {"EL": "GR", "XI": "GB", "UK": "GB"}
_LONGEST_KEY = 300
_SPACED_FORM = re.compile(
    r"\b(s r l(?: s)?|s p a|s n c|s a s|s a p a|s c a r l|s c r l|s c p a|s s)\b"
)
_FIRM_WORDS = frozenset(
    {
        *("srl", "srls", "spa", "snc", "sas", "sapa", "scarl", "scrl", "scpa", "coop", "ss"),
        *("cooperativa", "consorzio", "ditta", "impresa", "studio", "azienda", "officina"),
        *("gmbh", "ag", "ltd", "llc", "inc", "sarl", "sa", "sl", "bv", "nv", "oy", "ab", "plc"),
    }
)


def normalise_name(name: str) -> str:
    """``Rossi & C. S.r.l.`` → ``rossi e c srl``: what two spellings of one name share.

    Case, accents, punctuation and blanks go; the legal form stays: Rossi S.r.l. and Rossi S.p.A.
    may be two firms.
    """
    plain = unicodedata.normalize("NFKD", name.replace("&", " e "))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    plain = re.sub(r"(?<=\w)['’`´](?=\s|$)", "", plain)
    words = re.sub(r"[\W_]+", " ", plain).strip()
    return _SPACED_FORM.sub(lambda found: found[0].replace(" ", ""), words)


def party_name(name: str, given_name: str = "", family_name: str = "") -> str:
    """The name on screen: Denominazione, else Nome Cognome; blanks drawn together."""
    written = name.strip() or f"{given_name} {family_name}"
    return " ".join(written.split())[:200]


def is_placeholder(code: str, name: str = "") -> bool:
    """Whether a written code stands for "none": 99999999999, 0000000, XXXXXXX, the name itself.

    Anything without four letters and figures, or without a figure, is no code either.
    """
    bare = identifiers.parse_code(code)
    bare = bare[2:] if bare[:2] in {"OO", "XX"} else bare
    if len(bare) < SHORTEST_CODE or not any(sign.isdigit() for sign in bare):
        return True
    if name and normalise_name(code).replace(" ", "") == normalise_name(name).replace(" ", ""):
        return True
    return len(set(bare.replace("O", "0").strip("0"))) <= 1


@dataclass(frozen=True, slots=True)
class PartyCodes:
    """Codici that name a party, each with its country in front: ``IT:…``, ``DE:…``.

    ``vat`` is the P.IVA (or foreign VAT number), ``own`` a codice fiscale known as such: of a
    person, or beside a P.IVA that differs. Eleven figures given as codice fiscale alone may be
    either, and stand in ``all`` only.
    """

    all: frozenset[str] = frozenset()
    vat: str = ""
    own: str = ""

    @property
    def key(self) -> str:
        """The identity of a party with these codes; empty without any."""
        return "/".join(filter(None, (self.vat, self.own))) or min(self.all, default="")


class Known(Protocol):
    """A party that came before."""

    @property
    def codes(self) -> PartyCodes: ...
    @property
    def identity(self) -> str: ...


KnownT = TypeVar("KnownT", bound=Known)


@lru_cache(maxsize=REMEMBERED)
def party_codes(party: PartyData) -> PartyCodes:
    """The codes of a party that may be trusted: valid ones, and foreign VAT numbers.

    Placeholders, and codes that fail their check, are none.
    """
    country, number = split_vat_number(party)
    vat = ""
    if number and not is_placeholder(number, party.name):
        is_foreign = country not in {ITALY, *NO_COUNTRIES} and not _is_counting(number)
        if is_foreign or (country == ITALY and identifiers.is_vat_number(number)):
            vat = f"{country}:{number}"
    tax_code = identifiers.parse_tax_code(party.tax_code)
    tax = ""
    if not is_placeholder(tax_code, party.name) and identifiers.is_tax_code(tax_code):
        tax = f"{ITALY}:{tax_code}"
    is_own = len(tax_code) == identifiers.PERSON_LENGTH or vat not in {"", tax}
    return PartyCodes(frozenset({vat, tax} - {""}), vat, tax if is_own else "")


def is_one_party(parties: Iterable[PartyCodes]) -> bool:
    """Whether codes may all belong to one party: no two P.IVA and no two codici fiscali."""
    some = list(parties)
    vats, owns = ({getattr(each, name) for each in some} - {""} for name in ("vat", "own"))
    return len(vats) < 2 and len(owns) < 2  # noqa: PLR2004


def find_same(wanted: PartyCodes, known: Sequence[KnownT]) -> list[KnownT]:
    """Which known parties are the one that comes with these codes: all of them are one customer.

    One code in common is enough where it tells: not where those that bear it differ in the other
    one. Members of a VAT group (art. 70-bis D.P.R. 633/1972) share a P.IVA; a person's codice
    fiscale may have been written beside the P.IVA of two firms.
    """
    telling = {
        code
        for code in wanted.all
        if is_one_party([wanted, *(each.codes for each in known if code in each.codes.all)])
    }
    return [
        each
        for each in known
        if each.codes.all & telling or (wanted.key and each.identity == wanted.key)
    ]


@lru_cache(maxsize=REMEMBERED)
def identity_key(party: PartyData) -> str:
    """The key under which a customer is kept, as far as one file tells.

    In this order: P.IVA (or foreign VAT number with its country) and codice fiscale, or the one
    of them there is; a code that fails its check, together with the name (a slip of the pen may
    be another firm's code, so it never suffices alone); name and address. Placeholders are no
    codes. Empty when nothing at all is known: two such customers are never the same one. Two
    files of one customer may give different keys: ``find_same`` joins them.
    """
    if key := party_codes(party).key:
        return key
    name = normalise_name(party.name)
    country, number = split_vat_number(party)
    if number and not is_placeholder(number, party.name):
        return _fit(f"?{country}:{number}:{name}")
    tax_code = identifiers.parse_tax_code(party.tax_code)
    if tax_code and not is_placeholder(tax_code, party.name):
        return _fit(f"?CF:{tax_code}:{name}")
    return _by_name(party, name)


def is_strong_identity(key: str) -> bool:
    """Whether the key rests on a code alone, and neither on a name nor on nothing."""
    return bool(key) and not key.startswith(("?", "=", "!"))


def split_vat_number(party: PartyData) -> tuple[str, str]:
    """Country (ISO 3166, Greece as GR) and bare number, wherever the country was written.

    A number of eleven figures without country is Italian; letters in front may be the country.
    """
    number = identifiers.parse_code(party.vat_number)
    country = party.vat_country.strip().upper()
    prefix = number[:2]
    if not country and prefix.isalpha() and number[2:]:
        country = prefix
    if not country and number.isdigit():
        country = ITALY if party.address.country in {"", ITALY} else party.address.country
    if country and number.startswith(country) and any(sign.isdigit() for sign in number[2:]):
        number = number[len(country) :]
    return _SAME_COUNTRY.get(country, country), number


def propose_customer_kind(
    party: PartyData, recipient_code: str = "", transmission_format: str = ""
) -> tuple[CustomerKind, bool]:
    """The kind a file suggests, and whether that is sure enough to need no confirmation.

    Public body by its six-character code; foreign by country; P.IVA → firm; codice fiscale of 16
    alone → private person; of 11, starting with 8 or 9, alone → condominium, association or
    body, to be confirmed. In doubt the kind with fewer rights for us: a private person.
    """
    code = recipient_code.strip()
    if transmission_format.upper().startswith("FPA") or len(code) == PUBLIC_CODE_LENGTH:
        return CustomerKind.PUBLIC_BODY, True
    country, number = split_vat_number(party)
    if (party.address.country or country or ITALY) not in {ITALY, *NO_COUNTRIES}:
        return CustomerKind.FOREIGN, True
    if number and not is_placeholder(number, party.name):
        return CustomerKind.FIRM, country == ITALY and identifiers.is_vat_number(number)
    return _kind_without_vat(party)


KIND_RANKS = {
    kind: rank
    for rank, kind in enumerate(
        (
            CustomerKind.PRIVATE,
            CustomerKind.CONDOMINIUM,
            CustomerKind.FIRM,
            CustomerKind.FOREIGN,
            CustomerKind.PUBLIC_BODY,
        )
    )
}
"""Of two kinds that two files propose for one customer the higher is kept."""


def _kind_without_vat(party: PartyData) -> tuple[CustomerKind, bool]:
    tax_code = identifiers.parse_tax_code(party.tax_code)
    if len(tax_code) == identifiers.PERSON_LENGTH:
        return CustomerKind.PRIVATE, identifiers.is_tax_code(tax_code)
    words = set(normalise_name(party.name).split())
    if len(tax_code) == identifiers.VAT_LENGTH and not is_placeholder(tax_code):
        is_entity = tax_code.startswith(_ENTITY_PREFIXES)
        return (CustomerKind.CONDOMINIUM if is_entity else CustomerKind.FIRM), False
    if "condominio" in words:
        return CustomerKind.CONDOMINIUM, False
    return (CustomerKind.FIRM if words & _FIRM_WORDS else CustomerKind.PRIVATE), False


def _is_counting(number: str) -> bool:
    """1234567…, the other thing people type where a code is demanded."""
    return number.isdigit() and number.lstrip("0") in "12345678901234567890"


def _by_name(party: PartyData, name: str) -> str:
    address = party.address
    place = normalise_name(f"{address.street} {address.city}")
    if not name and not place:
        return ""
    country = (address.country or ITALY).upper()
    postcode = identifiers.parse_code(address.postcode)
    return _fit(f"={name}|{place}|{postcode}|{country}")


def _fit(key: str) -> str:
    """The column holds 300 characters; what is longer ends in a hash, so that none collide."""
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[:200]}#{hashlib.sha256(key.encode()).hexdigest()}"

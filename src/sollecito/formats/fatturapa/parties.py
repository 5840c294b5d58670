"""Seller and buyer of a FatturaPA file, ordinary or simplified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sollecito.domain.documents import Address, PartyData
from sollecito.formats.xml_source import local_name, text_of

if TYPE_CHECKING:
    from lxml import etree

_CONTAINERS = frozenset(
    {
        "DatiAnagrafici",
        "Anagrafica",
        "IdFiscaleIVA",
        "IdentificativiFiscali",
        "AltriDatiIdentificativi",
        "Contatti",
    }
)


def parse_party(element: etree._Element) -> PartyData:
    """Read CedentePrestatore or CessionarioCommittente as written.

    Codes keep their letters in capitals and lose their blanks; what is valid is for the caller
    to say. The PEC where invoices are delivered is not read: it is no address for reminders.
    """
    found: dict[str, str] = {}
    address = Address()
    pending = [element]
    while pending:
        for child in pending.pop():
            name = local_name(child)
            if name in _CONTAINERS:
                pending.append(child)
            elif name == "Sede":
                address = _parse_address(child)
            else:
                found.setdefault(name, text_of(child))
    given, family = found.get("Nome", ""), found.get("Cognome", "")
    name = found.get("Denominazione", "")
    return PartyData(
        name=name or f"{given} {family}".strip(),
        vat_country=_code(found.get("IdPaese", "")),
        vat_number=_code(found.get("IdCodice", "")),
        tax_code=_code(found.get("CodiceFiscale", "")),
        address=address,
        email=found.get("Email", ""),
        phone=found.get("Telefono", ""),
        is_person=not name and bool(given or family),
    )


def _parse_address(element: etree._Element) -> Address:
    found = {local_name(child): text_of(child) for child in element}
    street, house = found.get("Indirizzo", ""), found.get("NumeroCivico", "")
    return Address(
        street=f"{street} {house}".strip(),
        postcode=found.get("CAP", ""),
        city=found.get("Comune", ""),
        province=found.get("Provincia", "").upper(),
        country=found.get("Nazione", "").upper(),
    )


def _code(text: str) -> str:
    return "".join(text.split()).upper()

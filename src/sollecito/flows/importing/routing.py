"""Which company a document belongs to: its seller's; purchases and strangers are left aside."""

from __future__ import annotations

from collections.abc import Iterable

from sollecito.accounts.models import Company
from sollecito.domain import identifiers
from sollecito.domain.documents import ParsedDocument, PartyData, Problem
from sollecito.domain.parties import ITALY, split_vat_number


class CompanyBook:
    """Aziende di questa installazione, by their codes; ``only`` restricts to one of them."""

    def __init__(self, companies: Iterable[Company], only: Company | None = None) -> None:
        self.only = only
        self._by_code: dict[str, Company] = {}
        for company in companies:
            if only is None or company.pk == only.pk:
                for code in (company.vat_number, company.tax_code):
                    bare = identifiers.parse_vat_number(code)
                    if bare:
                        self._by_code.setdefault(bare, company)

    @property
    def companies(self) -> list[Company]:
        """Those that may be meant, each once."""
        known = [self.only] if self.only else list(self._by_code.values())
        return list({company.pk: company for company in known}.values())

    def find(self, party: PartyData) -> Company | None:
        """The company that a seller or buyer is, by P.IVA or codice fiscale."""
        country, number = split_vat_number(party)
        vat_number = number if country == ITALY else f"{country}{number}"
        codes = [vat_number, identifiers.parse_tax_code(party.tax_code)]
        return next((self._by_code[code] for code in codes if code in self._by_code), None)

    def route(self, document: ParsedDocument) -> Company | str:
        """The company of a document, or why it is left aside (Italian)."""
        seller = self.find(document.seller)
        if seller is not None:
            return seller
        buyer = self.find(document.buyer)
        if buyer is not None:
            return (
                f"acquisto: {buyer.name} è il cliente, chi ha emesso il documento è "
                f"{document.seller.name}"
            )
        code = document.seller.vat_number or document.seller.tax_code
        if self.only is not None:
            return f"emesso da {document.seller.name} ({code}), non da {self.only.name}"
        return f"nessuna azienda qui con la P. IVA {code} di {document.seller.name}"

    def keeping_buyer(self, document: ParsedDocument) -> Company | None:
        """The company that buys, where it wishes to know what it owes."""
        buyer = self.find(document.buyer)
        return buyer if buyer is not None and buyer.keeps_purchases else None

    def warn_of_own_purchase(self, document: ParsedDocument, company: Company) -> list[Problem]:
        """A warning where the buyer is ours too: imported as a sale, and told."""
        buyer = self.find(document.buyer)
        if buyer is None:
            return []
        message = "Anche il cliente è un'azienda di questa installazione: importato come vendita."
        if buyer.pk == company.pk:
            message = "Chi emette e il cliente sono la stessa azienda: importato come vendita."
        hint = "Se non è un credito da incassare, segna il documento come incassato."
        return [Problem("own_purchase", message, hint, "warning")]

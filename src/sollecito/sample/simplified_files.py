"""Simplified invoices (FSM10): no payment block, no total, amounts with VAT inside."""

from __future__ import annotations

from sollecito.sample.documents import SampleDocument
from sollecito.sample.fatturapa_files import money, names, recipient_code, seat, vat_identity
from sollecito.sample.firm import FIRM
from sollecito.sample.markup import Node, render_document

NAMESPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.0"


def render_simplified(document: SampleDocument) -> bytes:
    """Return the XML of a TD07."""
    attributes = f'versione="FSM10" xmlns:p="{NAMESPACE}"'
    nodes = [_header(document), _body(document)]
    return render_document("p:FatturaElettronicaSemplificata", attributes, nodes)


def _header(document: SampleDocument) -> Node:
    party = document.customer.party
    return (
        "FatturaElettronicaHeader",
        [
            (
                "DatiTrasmissione",
                [
                    ("IdTrasmittente", [("IdPaese", "IT"), ("IdCodice", FIRM.vat_number)]),
                    ("ProgressivoInvio", f"{document.progressive:05d}"),
                    ("FormatoTrasmissione", "FSM10"),
                    ("CodiceDestinatario", recipient_code(document)),
                ],
            ),
            (
                "CedentePrestatore",
                [
                    vat_identity(FIRM),
                    ("CodiceFiscale", FIRM.tax_code),
                    ("Denominazione", FIRM.name),
                    seat(FIRM.address),
                    ("RegimeFiscale", "RF01"),
                ],
            ),
            (
                "CessionarioCommittente",
                [
                    (
                        "IdentificativiFiscali",
                        [vat_identity(party), ("CodiceFiscale", party.tax_code)],
                    ),
                    ("AltriDatiIdentificativi", [*names(document), seat(party.address)]),
                ],
            ),
        ],
    )


def _body(document: SampleDocument) -> Node:
    amounts = document.amounts
    return (
        "FatturaElettronicaBody",
        [
            (
                "DatiGenerali",
                [
                    (
                        "DatiGeneraliDocumento",
                        [
                            ("TipoDocumento", document.type_code),
                            ("Divisa", document.currency),
                            ("Data", document.date.isoformat()),
                            ("Numero", document.number),
                        ],
                    )
                ],
            ),
            (
                "DatiBeniServizi",
                [
                    ("Descrizione", "Intervento e piccoli ricambi"),
                    ("Importo", money(amounts.total)),
                    (
                        "DatiIVA",
                        [
                            ("Imposta", money(amounts.vat)),
                            ("Aliquota", money(amounts.case.vat_rate)),
                        ],
                    ),
                ],
            ),
        ],
    )

"""Ordinary FatturaPA files, FPR12 and FPA12, as schema 1.2.3 wants them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from sollecito.domain.documents import Address, PartyData
from sollecito.sample.documents import SELF_DOCUMENT, SampleDocument
from sollecito.sample.firm import FACTOR, FIRM, account_of
from sollecito.sample.goods import Goods, goods_of
from sollecito.sample.markup import Node, render_document

NAMESPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
FUND = "TC04"
ORDER_DAYS = 12
ORDER_CUSTOMERS = frozenset({4, 5, 12})
CONTRACT_CUSTOMERS = frozenset({6, 7, 8, 19})
CUP_CUSTOMERS = frozenset({10})
BANK_METHODS = frozenset({"MP05"})
LAW = {
    "N1": "Escluso art. 15 DPR 633/72",
    "N3.1": "Non imponibile art. 8 DPR 633/72",
    "N3.2": "Non imponibile art. 41 DL 331/93",
}
SENTENCES = {
    "TD04": "Nota di credito per merce resa",
    "TD05": "Riaddebito spese per effetto insoluto",
}

Documents = Mapping[str, SampleDocument]


def render_invoice(
    document: SampleDocument,
    others: Documents,
    *,
    recipient: str = "",
    progressive: str = "",
    is_purchase: bool = False,
) -> bytes:
    """Return the XML of one document.

    ``others`` finds the linked one by its label; ``recipient`` and ``progressive`` replace the
    document's own (a first, refused try). ``is_purchase``: the customer sells and the firm buys.
    """
    form = "FPA12" if document.series == "PA" else "FPR12"
    attributes = f'versione="{form}" xmlns:p="{NAMESPACE}"'
    header = _header(
        document,
        _transmission(document, form, recipient, progressive),
        is_reversed=is_purchase or document.type_code == SELF_DOCUMENT,
    )
    return render_document("p:FatturaElettronica", attributes, [header, _body(document, others)])


def money(amount: Decimal) -> str:
    """Two places and a point."""
    return f"{amount:.2f}"


def seat(address: Address) -> Node:
    """Sede."""
    street, _, civic = address.street.rpartition(" ")
    if not civic.isdigit():
        street, civic = address.street, ""
    return (
        "Sede",
        [
            ("Indirizzo", street),
            ("NumeroCivico", civic),
            ("CAP", address.postcode),
            ("Comune", address.city),
            ("Provincia", address.province),
            ("Nazione", address.country),
        ],
    )


def vat_identity(party: PartyData) -> Node | None:
    """IdFiscaleIVA, where there is one."""
    if not party.vat_number:
        return None
    return ("IdFiscaleIVA", [("IdPaese", party.vat_country), ("IdCodice", party.vat_number)])


def names(document: SampleDocument) -> list[Node]:
    """Denominazione, or Nome and Cognome of a person."""
    customer = document.customer
    if customer.party.is_person:
        return [("Nome", customer.first_name), ("Cognome", customer.last_name)]
    return [("Denominazione", customer.party.name)]


def recipient_code(document: SampleDocument) -> str:
    """Codice destinatario; a public body with two offices has each in turn."""
    if document.type_code == SELF_DOCUMENT:
        return "ZZ90000"
    codes = document.customer.recipients
    return codes[document.counter % len(codes)]


def _transmission(document: SampleDocument, form: str, recipient: str, progressive: str) -> Node:
    return (
        "DatiTrasmissione",
        [
            ("IdTrasmittente", [("IdPaese", "IT"), ("IdCodice", FIRM.vat_number)]),
            ("ProgressivoInvio", progressive or f"{document.progressive:05d}"),
            ("FormatoTrasmissione", form),
            ("CodiceDestinatario", recipient or recipient_code(document)),
        ],
    )


def _header(document: SampleDocument, transmission: Node, *, is_reversed: bool) -> Node:
    is_self = document.type_code == SELF_DOCUMENT
    firm_data: list[Node | None] = [
        vat_identity(FIRM),
        ("CodiceFiscale", FIRM.tax_code),
        ("Anagrafica", [("Denominazione", FIRM.name)]),
    ]
    party = document.customer.party
    customer_data: list[Node | None] = [
        vat_identity(party),
        ("CodiceFiscale", party.tax_code),
        ("Anagrafica", names(document)),
    ]
    sides = [(firm_data, seat(FIRM.address)), (customer_data, seat(party.address))]
    (seller, seller_seat), (buyer, buyer_seat) = reversed(sides) if is_reversed else sides
    regime = ("RegimeFiscale", "RF18" if is_self else "RF01")
    contacts: Node = ("Contatti", [("Telefono", "05739990100"), ("Email", FIRM.email)])
    return (
        "FatturaElettronicaHeader",
        [
            transmission,
            (
                "CedentePrestatore",
                [
                    ("DatiAnagrafici", [*seller, regime]),
                    seller_seat,
                    None if is_reversed else contacts,
                ],
            ),
            ("CessionarioCommittente", [("DatiAnagrafici", buyer), buyer_seat]),
            ("SoggettoEmittente", "CC") if is_self else None,
        ],
    )


def _body(document: SampleDocument, others: Documents) -> Node:
    return (
        "FatturaElettronicaBody",
        [
            ("DatiGenerali", [_general(document, others), *_references(document, others)]),
            (
                "DatiBeniServizi",
                [
                    *(_line(document, place, one) for place, one in _numbered_goods(document)),
                    _summary(document),
                ],
            ),
            _payment(document),
        ],
    )


def _numbered_goods(document: SampleDocument) -> list[tuple[int, Goods]]:
    return list(enumerate(goods_of(document), start=1))


def _general(document: SampleDocument, others: Documents) -> Node:
    amounts = document.amounts
    case = amounts.case
    withholding: Node = (
        "DatiRitenuta",
        [
            ("TipoRitenuta", "RT02"),
            ("ImportoRitenuta", money(amounts.withheld)),
            ("AliquotaRitenuta", money(case.withholding_rate)),
            ("CausalePagamento", "W"),
        ],
    )
    fund: Node = (
        "DatiCassaPrevidenziale",
        [
            ("TipoCassa", FUND),
            ("AlCassa", money(case.fund_rate)),
            ("ImportoContributoCassa", money(amounts.fund)),
            ("ImponibileCassa", money(amounts.net)),
            ("AliquotaIVA", money(case.vat_rate)),
        ],
    )
    return (
        "DatiGeneraliDocumento",
        [
            ("TipoDocumento", document.type_code),
            ("Divisa", document.currency),
            ("Data", document.date.isoformat()),
            ("Numero", document.number),
            withholding if amounts.withheld else None,
            fund if amounts.fund else None,
            ("ImportoTotaleDocumento", money(amounts.total)),
            ("Causale", _reason(document, others)),
        ],
    )


def _reason(document: SampleDocument, others: Documents) -> str:
    linked = others.get(document.linked)
    if linked is not None and linked.type_code == "PF":
        return f"Rif. proforma n. {linked.number} del {linked.date:%d/%m/%Y}"
    return SENTENCES.get(document.type_code, "")


def _references(document: SampleDocument, others: Documents) -> list[Node | None]:
    linked = others.get(document.linked) if not document.is_linked_silently else None
    is_invoice = linked is not None and linked.is_file
    return [
        _order(document),
        _contract(document),
        _related("DatiFattureCollegate", linked.number, linked.date)
        if linked is not None and is_invoice
        else None,
        *_delivery_notes(document),
        _transport(document),
    ]


def _related(tag: str, number: str, day: date, *, cup: str = "", cig: str = "") -> Node:
    return (
        tag,
        [
            ("IdDocumento", number),
            ("Data", day.isoformat()),
            ("CodiceCUP", cup),
            ("CodiceCIG", cig),
        ],
    )


def _order(document: SampleDocument) -> Node | None:
    is_public = document.series == "PA"
    if not is_public and document.customer.code not in ORDER_CUSTOMERS:
        return None
    day = document.date - timedelta(days=ORDER_DAYS)
    cup = f"B99J{day:%y}{document.progressive:09d}"
    return _related(
        "DatiOrdineAcquisto",
        f"OA{4000 + document.progressive}",
        day,
        cup=cup if document.customer.code in CUP_CUSTOMERS else "",
        cig=f"ZB{document.progressive:08X}" if is_public else "",
    )


def _contract(document: SampleDocument) -> Node | None:
    if document.customer.code not in CONTRACT_CUSTOMERS:
        return None
    start = date(document.date.year - 1, 1, 15)
    return _related("DatiContratto", f"C{document.customer.code:02d}/{start:%Y}", start)


def _delivery_notes(document: SampleDocument) -> list[Node]:
    count = document.delivery_notes
    return [
        (
            "DatiDDT",
            [
                ("NumeroDDT", f"{document.progressive}{place}"),
                ("DataDDT", (document.date - timedelta(days=count - place + 1)).isoformat()),
            ],
        )
        for place in range(1, count + 1)
    ]


def _transport(document: SampleDocument) -> Node | None:
    if not document.is_transported:
        return None
    return (
        "DatiTrasporto",
        [
            ("MezzoTrasporto", "Furgone del mittente"),
            ("CausaleTrasporto", "Vendita"),
            ("NumeroColli", str(1 + document.progressive % 4)),
            ("Descrizione", "Cartoni"),
            ("DataInizioTrasporto", document.date.isoformat()),
        ],
    )


def _line(document: SampleDocument, place: int, goods: Goods) -> Node:
    case = document.amounts.case
    return (
        "DettaglioLinee",
        [
            ("NumeroLinea", str(place)),
            ("Descrizione", goods.description),
            ("Quantita", money(goods.quantity)),
            ("UnitaMisura", goods.unit),
            ("PrezzoUnitario", money(goods.price)),
            ("PrezzoTotale", money(goods.total)),
            ("AliquotaIVA", money(case.vat_rate)),
            ("Ritenuta", "SI" if case.withholding_rate else None),
            ("Natura", case.nature),
        ],
    )


def _summary(document: SampleDocument) -> Node:
    amounts = document.amounts
    case = amounts.case
    return (
        "DatiRiepilogo",
        [
            ("AliquotaIVA", money(case.vat_rate)),
            ("Natura", case.nature),
            ("ImponibileImporto", money(amounts.net + amounts.fund)),
            ("Imposta", money(amounts.vat)),
            ("EsigibilitaIVA", None if case.nature else "S" if case.is_split else "I"),
            ("RiferimentoNormativo", LAW.get(case.nature, "")),
        ],
    )


def _payment(document: SampleDocument) -> Node | None:
    if document.type_code == SELF_DOCUMENT or any(not one.due_date for one in document.rates):
        return None
    account = account_of(document.customer.code)
    by_bank = document.method in BANK_METHODS
    details: list[Node] = [
        (
            "DettaglioPagamento",
            [
                ("Beneficiario", account.holder if account is FACTOR else ""),
                ("ModalitaPagamento", document.method),
                ("DataScadenzaPagamento", rate.due_date.isoformat() if rate.due_date else ""),
                ("ImportoPagamento", money(rate.amount)),
                ("IstitutoFinanziario", account.bank if by_bank else ""),
                ("IBAN", account.iban if by_bank else ""),
            ],
        )
        for rate in document.rates
    ]
    condition = "TP01" if len(details) > 1 else "TP02"
    return ("DatiPagamento", [("CondizioniPagamento", condition), *details])

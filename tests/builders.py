"""Plain builders of test data: files as strangers would send them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

NAMESPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
SIMPLE_NAMESPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.0"
PA_MESSAGES = "http://www.fatturapa.gov.it/sdi/messaggi/v1.0"
B2B_MESSAGES = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fattura/messaggi/v1.0"
SELLER_VAT = "12345670157"
BUYER_VAT = "07654320584"


@dataclass(frozen=True)
class Row:
    """One DettaglioPagamento; ``extra`` is XML put before IBAN, as written."""

    amount: str = "122.00"
    due: str = "2026-03-31"
    method: str = "MP05"
    condition: str = "TP02"
    term_from: str = ""
    term_days: str = ""
    iban: str = ""
    beneficiary: str = ""
    extra: str = ""


@dataclass(frozen=True)
class Vat:
    """One DatiRiepilogo."""

    taxable: str = "100.00"
    tax: str = "22.00"
    rate: str = "22.00"
    due: str = "I"
    nature: str = ""


@dataclass(frozen=True)
class Body:
    """One FatturaElettronicaBody. An empty string leaves the element out."""

    number: str = "1"
    day: str = "2026-03-01"
    type_code: str = "TD01"
    currency: str = "EUR"
    total: str = "122.00"
    rounding: str = ""
    vat: tuple[Vat, ...] = (Vat(),)
    rows: tuple[Row, ...] = (Row(),)
    withheld: tuple[str, ...] = ()
    lines: int = 1
    description: str = "Servizio di prova"
    general_extra: str = ""
    references: str = ""
    attachments: str = ""


@dataclass(frozen=True)
class Invoice:
    """A FatturaPA file; every default is plain and valid."""

    bodies: tuple[Body, ...] = (Body(),)
    fmt: str = "FPR12"
    namespace: str = NAMESPACE
    declaration: str = '<?xml version="1.0" encoding="UTF-8"?>\n'
    seller_vat: str = SELLER_VAT
    seller_name: str = "Azienda di prova S.r.l."
    buyer_vat: str = BUYER_VAT
    buyer_country: str = "IT"
    buyer_tax_code: str = ""
    buyer_name: str = "Cliente di prova S.r.l."
    buyer_first_name: str = ""
    buyer_last_name: str = ""
    buyer_address: str = "Via Dante 2"
    buyer_city: str = "Roma"
    recipient_code: str = "ABCDEFG"
    header_extra: str = ""
    has_buyer: bool = True


_BODY_FIELDS = frozenset(Body.__dataclass_fields__)


def invoice_xml(spec: Invoice | None = None, **changes: Any) -> str:
    """Text of a FatturaPA file.

    Keywords are fields of ``Invoice``, or of ``Body`` for its only body:
    ``invoice_xml(number="7/A", total="244.00", rows=(Row("244.00"),), buyer_name="Rossi")``.
    """
    of_body = {name: changes.pop(name) for name in list(changes) if name in _BODY_FIELDS}
    invoice = replace(spec or Invoice(), **changes)
    if of_body:
        invoice = replace(
            invoice, bodies=tuple(replace(body, **of_body) for body in invoice.bodies)
        )
    if invoice.fmt == "FSM10":
        return _simplified(invoice)
    bodies = "".join(_body(body) for body in invoice.bodies)
    buyer = _buyer(invoice) if invoice.has_buyer else ""
    return (
        f'{invoice.declaration}<p:FatturaElettronica versione="{invoice.fmt}"'
        f' xmlns:p="{invoice.namespace}"><FatturaElettronicaHeader>{_transmission(invoice)}'
        f"{_seller(invoice)}{buyer}{invoice.header_extra}</FatturaElettronicaHeader>"
        f"{bodies}</p:FatturaElettronica>"
    )


def invoice_bytes(spec: Invoice | None = None, **changes: Any) -> bytes:
    """As ``invoice_xml``, in UTF-8."""
    return invoice_xml(spec, **changes).encode()


def element(name: str, text: str) -> str:
    """``<name>text</name>``, or nothing for an empty text."""
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _transmission(invoice: Invoice) -> str:
    return (
        "<DatiTrasmissione><IdTrasmittente><IdPaese>IT</IdPaese>"
        f"<IdCodice>{invoice.seller_vat}</IdCodice></IdTrasmittente>"
        "<ProgressivoInvio>00001</ProgressivoInvio>"
        f"<FormatoTrasmissione>{invoice.fmt}</FormatoTrasmissione>"
        f"<CodiceDestinatario>{invoice.recipient_code}</CodiceDestinatario></DatiTrasmissione>"
    )


def _seller(invoice: Invoice) -> str:
    return (
        "<CedentePrestatore><DatiAnagrafici><IdFiscaleIVA><IdPaese>IT</IdPaese>"
        f"<IdCodice>{invoice.seller_vat}</IdCodice></IdFiscaleIVA><Anagrafica>"
        f"{element('Denominazione', invoice.seller_name)}</Anagrafica>"
        "<RegimeFiscale>RF01</RegimeFiscale></DatiAnagrafici>"
        f"{_address('Via Roma 1', 'Milano', 'IT')}</CedentePrestatore>"
    )


def _buyer(invoice: Invoice) -> str:
    vat = ""
    if invoice.buyer_vat:
        vat = (
            f"<IdFiscaleIVA>{element('IdPaese', invoice.buyer_country)}"
            f"{element('IdCodice', invoice.buyer_vat)}</IdFiscaleIVA>"
        )
    name = (
        (element("Denominazione", invoice.buyer_name) if not invoice.buyer_last_name else "")
        + element("Nome", invoice.buyer_first_name)
        + element("Cognome", invoice.buyer_last_name)
    )
    return (
        f"<CessionarioCommittente><DatiAnagrafici>{vat}"
        f"{element('CodiceFiscale', invoice.buyer_tax_code)}<Anagrafica>{name}</Anagrafica>"
        f"</DatiAnagrafici>"
        f"{_address(invoice.buyer_address, invoice.buyer_city, invoice.buyer_country)}"
        "</CessionarioCommittente>"
    )


def _address(street: str, city: str, country: str) -> str:
    return (
        f"<Sede>{element('Indirizzo', street)}<CAP>00100</CAP>{element('Comune', city)}"
        f"{element('Nazione', country)}</Sede>"
    )


def _body(body: Body) -> str:
    withheld = "".join(
        f"<DatiRitenuta><TipoRitenuta>RT01</TipoRitenuta><ImportoRitenuta>{amount}"
        "</ImportoRitenuta><AliquotaRitenuta>20.00</AliquotaRitenuta>"
        "<CausalePagamento>A</CausalePagamento></DatiRitenuta>"
        for amount in body.withheld
    )
    general = (
        f"<DatiGenerali><DatiGeneraliDocumento>{element('TipoDocumento', body.type_code)}"
        f"{element('Divisa', body.currency)}{element('Data', body.day)}"
        f"{element('Numero', body.number)}{withheld}"
        f"{element('ImportoTotaleDocumento', body.total)}"
        f"{element('Arrotondamento', body.rounding)}{body.general_extra}"
        f"</DatiGeneraliDocumento>{body.references}</DatiGenerali>"
    )
    lines = "".join(
        f"<DettaglioLinee><NumeroLinea>{number}</NumeroLinea>"
        f"{element('Descrizione', body.description)}<Quantita>1.00</Quantita>"
        "<UnitaMisura>NR</UnitaMisura><PrezzoUnitario>100.00</PrezzoUnitario>"
        "<PrezzoTotale>100.00</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA></DettaglioLinee>"
        for number in range(1, body.lines + 1)
    )
    summary = "".join(
        f"<DatiRiepilogo><AliquotaIVA>{row.rate}</AliquotaIVA>{element('Natura', row.nature)}"
        f"<ImponibileImporto>{row.taxable}</ImponibileImporto><Imposta>{row.tax}</Imposta>"
        f"{element('EsigibilitaIVA', row.due)}</DatiRiepilogo>"
        for row in body.vat
    )
    return (
        f"<FatturaElettronicaBody>{general}<DatiBeniServizi>{lines}{summary}</DatiBeniServizi>"
        f"{payment_blocks(body.rows)}{body.attachments}</FatturaElettronicaBody>"
    )


def payment_blocks(rows: tuple[Row, ...]) -> str:
    """DatiPagamento: neighbours of one condition share a block."""
    blocks = ""
    before = ""
    for row in rows:
        if row.condition != before:
            blocks += "</DatiPagamento>" if before else ""
            blocks += f"<DatiPagamento><CondizioniPagamento>{row.condition}</CondizioniPagamento>"
            before = row.condition
        blocks += (
            f"<DettaglioPagamento>{element('Beneficiario', row.beneficiary)}"
            f"{element('ModalitaPagamento', row.method)}"
            f"{element('DataRiferimentoTerminiPagamento', row.term_from)}"
            f"{element('GiorniTerminiPagamento', row.term_days)}"
            f"{element('DataScadenzaPagamento', row.due)}"
            f"{element('ImportoPagamento', row.amount)}{row.extra}{element('IBAN', row.iban)}"
            "</DettaglioPagamento>"
        )
    return blocks + ("</DatiPagamento>" if before else "")


def _simplified(invoice: Invoice) -> str:
    bodies = "".join(
        f"<FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento>"
        f"{element('TipoDocumento', body.type_code)}{element('Divisa', body.currency)}"
        f"{element('Data', body.day)}{element('Numero', body.number)}</DatiGeneraliDocumento>"
        f"{body.references}</DatiGenerali>"
        + "".join(
            f"<DatiBeniServizi>{element('Descrizione', body.description)}"
            f"<Importo>{row.taxable}</Importo><DatiIVA>{element('Imposta', row.tax)}"
            f"{element('Aliquota', row.rate)}</DatiIVA></DatiBeniServizi>"
            for row in body.vat
        )
        + "</FatturaElettronicaBody>"
        for body in invoice.bodies
    )
    return (
        f'{invoice.declaration}<n:FatturaElettronicaSemplificata versione="FSM10"'
        f' xmlns:n="{SIMPLE_NAMESPACE}"><FatturaElettronicaHeader>{_transmission(invoice)}'
        f"<CedentePrestatore><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>{invoice.seller_vat}"
        f"</IdCodice></IdFiscaleIVA>{element('Denominazione', invoice.seller_name)}"
        f"{_address('Via Roma 1', 'Milano', 'IT')}<RegimeFiscale>RF01</RegimeFiscale>"
        "</CedentePrestatore><CessionarioCommittente><IdentificativiFiscali><IdFiscaleIVA>"
        f"<IdPaese>{invoice.buyer_country}</IdPaese><IdCodice>{invoice.buyer_vat}</IdCodice>"
        "</IdFiscaleIVA></IdentificativiFiscali><AltriDatiIdentificativi>"
        f"{element('Denominazione', invoice.buyer_name)}"
        f"{_address(invoice.buyer_address, invoice.buyer_city, invoice.buyer_country)}"
        "</AltriDatiIdentificativi></CessionarioCommittente></FatturaElettronicaHeader>"
        f"{bodies}</n:FatturaElettronicaSemplificata>"
    )


@dataclass(frozen=True)
class Message:
    """An SdI notification; ``root`` and ``namespace`` are found from ``code``."""

    code: str = "RC"
    file_name: str = "IT12345670157_00001.xml"
    is_public: bool = False
    sdi_id: str = "9800000001"
    message_id: str = "512340001"
    received: str = "2026-03-02T10:00:00.000+01:00"
    delivered: str = "2026-03-02T10:05:00.000+01:00"
    available: str = "2026-03-03"
    outcome: str = "EC01"
    number: str = ""
    year: str = ""
    position: str = ""
    errors: tuple[tuple[str, str], ...] = (("00404", "Fattura duplicata"),)


_ROOTS = {
    "RC": ("RicevutaConsegna", "RicevutaConsegna"),
    "NS": ("NotificaScarto", "RicevutaScarto"),
    "MC": ("NotificaMancataConsegna", "RicevutaImpossibilitaRecapito"),
    "NE": ("NotificaEsito", "NotificaEsito"),
    "DT": ("NotificaDecorrenzaTermini", "NotificaDecorrenzaTermini"),
    "AT": ("AttestazioneTrasmissioneFattura", "AttestazioneTrasmissioneFattura"),
    "MT": ("MetadatiInvioFile", "FileMetadati"),
    "EC": ("NotificaEsitoCommittente", "NotificaEsitoCommittente"),
    "SE": ("ScartoEsitoCommittente", "ScartoEsitoCommittente"),
}


def notification_xml(code: str = "RC", **changes: Any) -> str:
    """Text of an SdI notification; keywords are fields of ``Message``."""
    message = Message(code=code, **changes)
    is_public = message.is_public or code in {"NE", "DT", "AT", "EC", "SE"}
    root = _ROOTS[code][0 if is_public else 1]
    inner = ""
    if code in {"RC", "NS", "MC", "AT"}:
        inner += element("DataOraRicezione", message.received)
    if code == "RC":
        inner += element("DataOraConsegna", message.delivered)
    if code == "MC" and not is_public:
        inner += element("DataMessaADisposizione", message.available)
    if code == "NS":
        inner += (
            "<ListaErrori>"
            + "".join(
                f"<Errore>{element('Codice', number)}{element('Descrizione', text)}</Errore>"
                for number, text in message.errors
            )
            + "</ListaErrori>"
        )
    if code == "NE":
        inner += _outcome(message)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<ns3:{root} versione="1.0"'
        f' xmlns:ns3="{PA_MESSAGES if is_public else B2B_MESSAGES}">'
        f"{element('IdentificativoSdI', message.sdi_id)}{element('NomeFile', message.file_name)}"
        f"{inner}{element('MessageId', message.message_id)}</ns3:{root}>"
    )


def _outcome(message: Message) -> str:
    reference = ""
    if message.number:
        reference = (
            f"<RiferimentoFattura>{element('NumeroFattura', message.number)}"
            f"{element('AnnoFattura', message.year)}{element('PosizioneFattura', message.position)}"
            "</RiferimentoFattura>"
        )
    return (
        f"<EsitoCommittente>{element('IdentificativoSdI', message.sdi_id)}{reference}"
        f"{element('Esito', message.outcome)}</EsitoCommittente>"
    )

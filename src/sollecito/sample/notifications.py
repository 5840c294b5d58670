"""What the SdI answers to each file, as the messages that a programme downloads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sollecito.sample.documents import SampleDocument
from sollecito.sample.fatturapa_files import recipient_code
from sollecito.sample.markup import Node, render_document

ROME = ZoneInfo("Europe/Rome")
PUBLIC = "http://www.fatturapa.gov.it/sdi/messaggi/v1.0"
PRIVATE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fattura/messaggi/v1.0"
SENT_AT, DELIVERED_AT = time(9, 12, 33), time(9, 40, 5)
ROOTS = {
    ("RC", True): "RicevutaConsegna",
    ("RC", False): "RicevutaConsegna",
    ("MC", True): "NotificaMancataConsegna",
    ("MC", False): "RicevutaImpossibilitaRecapito",
    ("NS", False): "RicevutaScarto",
    ("NE", True): "NotificaEsito",
    ("DT", True): "NotificaDecorrenzaTermini",
    ("AT", True): "AttestazioneTrasmissioneFattura",
}
FIRST_SDI_ID = 9_800_000_000
FIRST_MESSAGE_ID = 512_000_000
REFUSED_DESCRIPTIONS = {
    "NS": ("00311", "1.1.4 CodiceDestinatario non valido", "Verificare il codice destinatario"),
}
OUTCOME_TEXTS = {"EC01": "Accettata", "EC02": "Importo non conforme all'ordine"}
RESENT_DAYS = 3


@dataclass(frozen=True, slots=True)
class Message:
    """Notifica: ``day`` is when it arrives; ``outcome`` EC01 or EC02 for a NE."""

    code: str
    day: date
    outcome: str = ""


SCHEDULES: dict[str, tuple[tuple[str, int, str], ...]] = {
    "RC": (("RC", 1, ""),),
    "MC": (("MC", 1, ""),),
    "NS": (("NS", 2, ""),),
    "NS_RESENT": (("RC", RESENT_DAYS + 1, ""),),
    "NONE": (),
    "": (),
    "EC01": (("RC", 1, ""), ("NE", 4, "EC01")),
    "EC02": (("RC", 1, ""), ("NE", 11, "EC02")),
    "DT": (("RC", 1, ""), ("DT", 16, "")),
    "AT": (("MC", 1, ""), ("AT", 11, "")),
    "PAMC": (("MC", 2, ""),),
}


def messages_of(document: SampleDocument) -> Iterator[Message]:
    """Yield what the SdI answers, in order."""
    for code, after, outcome in SCHEDULES[document.fate]:
        yield Message(code, document.date + timedelta(days=after), outcome)


def notification_name(file_name: str, code: str) -> str:
    """Name of a notification: that of its file, the code, and a counter of its own."""
    stem = file_name.split(".", maxsplit=1)[0]
    return f"{stem}_{code}_001.xml"


def render_notification(document: SampleDocument, file_name: str, message: Message) -> bytes:
    """Return the XML of a message about the file sent as ``file_name``."""
    is_public = document.series == "PA"
    sdi_id = str(FIRST_SDI_ID + document.progressive)
    namespace = PUBLIC if is_public else PRIVATE
    nodes: list[Node] = [
        ("IdentificativoSdI", sdi_id),
        ("NomeFile", file_name),
        *_times(message),
        *_details(document, sdi_id, message),
        ("MessageId", str(FIRST_MESSAGE_ID + document.progressive * 10 + len(message.code))),
    ]
    attributes = f'versione="1.0" xmlns:ns="{namespace}"'
    return render_document(f"ns:{ROOTS[message.code, is_public]}", attributes, nodes)


def _times(message: Message) -> list[Node]:
    if message.code in {"NE", "DT"}:
        return []
    received = datetime.combine(message.day, SENT_AT, tzinfo=ROME)
    delivered = datetime.combine(message.day, DELIVERED_AT, tzinfo=ROME)
    nodes: list[Node] = [("DataOraRicezione", received.isoformat(timespec="milliseconds"))]
    if message.code == "RC":
        nodes.append(("DataOraConsegna", delivered.isoformat(timespec="milliseconds")))
    return nodes


def _details(document: SampleDocument, sdi_id: str, message: Message) -> list[Node]:
    if message.code == "RC":
        channel = "Ufficio destinatario" if document.series == "PA" else "Canale di prova"
        place: Node = ("Codice", recipient_code(document))
        return [("Destinatario", [place, ("Descrizione", channel)])]
    if message.code == "NS":
        code, text, hint = REFUSED_DESCRIPTIONS["NS"]
        error: Node = (
            "Errore",
            [("Codice", code), ("Descrizione", text), ("Suggerimento", hint)],
        )
        return [("ListaErrori", [error])]
    if message.code == "NE":
        return [_outcome(document, sdi_id, message.outcome)]
    if message.code == "DT":
        text = "Decorsi 15 giorni dalla consegna senza esito del committente"
        return [("Descrizione", text)]
    if message.code == "AT":
        return [("Destinatario", [("Codice", recipient_code(document))])]
    return _undelivered(document, message)


def _undelivered(document: SampleDocument, message: Message) -> list[Node]:
    if document.series == "PA":
        return [("Descrizione", "Ufficio non raggiungibile: nuovi tentativi per dieci giorni")]
    return [
        ("DataMessaADisposizione", message.day.isoformat()),
        ("Descrizione", "Fattura a disposizione del cessionario nella sua area riservata"),
    ]


def _outcome(document: SampleDocument, sdi_id: str, outcome: str) -> Node:
    reference: Node = (
        "RiferimentoFattura",
        [
            ("NumeroFattura", document.number),
            ("AnnoFattura", str(document.date.year)),
            ("PosizioneFattura", "1"),
        ],
    )
    return (
        "EsitoCommittente",
        [
            ("IdentificativoSdI", sdi_id),
            reference,
            ("Esito", outcome),
            ("Descrizione", OUTCOME_TEXTS[outcome]),
        ],
    )

"""Cartella di prova of a communication: what left and every receipt, as they are, in one ZIP.

An index says what each file is, with its SHA-256, so that whoever receives the folder can check
that nothing was changed. Sources: DPR 68/2005 art. 3 and 6; CAD art. 48.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sollecito.domain.arrived import PEC_RECEIPTS, Kind
from sollecito.domain.signatures import SignatureState
from sollecito.formats.mime import clean_file_name
from sollecito.outbox.models import Content, ReceivedMail

FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""The dates are in the index: the same content always gives the same bytes."""
KEPT = frozenset({*PEC_RECEIPTS, Kind.BOUNCE, Kind.READ_RECEIPT})
NAMES = {
    Kind.ACCEPTANCE: "accettazione",
    Kind.DELIVERY: "consegna",
    Kind.NON_DELIVERY: "mancata-consegna",
    Kind.NON_ACCEPTANCE: "non-accettazione",
    Kind.WARNING: "preavviso-mancata-consegna",
    Kind.BOUNCE: "ritorno",
}


class NothingSentError(Exception):
    """The communication has no bytes yet."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Il messaggio non è ancora stato scritto: non c'è nulla da provare.")


@dataclass(frozen=True, slots=True)
class ProofFile:
    """One file of the folder, and what the index says of it."""

    name: str
    raw: bytes
    about: str
    moment: datetime | None = None
    signature: str = ""

    @property
    def sha256(self) -> str:
        """As the index gives it."""
        return hashlib.sha256(self.raw).hexdigest()


def make_proof_folder(content: Content) -> bytes:
    """The ZIP: our mail, acceptance, deliveries, the rest, and ``indice.txt``.

    Raises NothingSentError.
    """
    files = list(proof_files(content))
    zone = ZoneInfo(content.company.time_zone)
    index = "\r\n".join(_index(content, files, zone)).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, raw in [("indice.txt", index), *((each.name, each.raw) for each in files)]:
            folder.writestr(zipfile.ZipInfo(name, FIXED_DATE), raw, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def proof_files(content: Content) -> Iterator[ProofFile]:
    """What the folder holds, in order: what left, then what came back as it arrived."""
    if content.raw is None:
        raise NothingSentError
    yield ProofFile("messaggio.eml", bytes(content.raw), "Il messaggio inviato", content.queued_at)
    mails = content.received_mails.filter(kind__in=KEPT).order_by("arrived_at", "pk")
    for number, mail in enumerate(mails.prefetch_related("events__message"), start=1):
        yield ProofFile(
            _name(number, mail), bytes(mail.raw), _about(mail), mail.arrived_at, _signature(mail)
        )


def has_proof(content: Content) -> bool:
    """Whether something came back that belongs in the folder."""
    return content.received_mails.filter(kind__in=KEPT).exists()


def _addresses(mail: ReceivedMail) -> list[str]:
    return sorted({event.message.address for event in mail.events.all()})


def _name(number: int, mail: ReceivedMail) -> str:
    kind = NAMES.get(Kind(mail.kind), mail.kind)
    told = _addresses(mail)
    whom = f"-{told[0]}" if len(told) == 1 and mail.kind != Kind.ACCEPTANCE else ""
    return clean_file_name(f"{number:02}-{kind}{whom}.eml")


def _about(mail: ReceivedMail) -> str:
    words = {
        Kind.ACCEPTANCE: "Ricevuta di accettazione",
        Kind.DELIVERY: "Ricevuta di avvenuta consegna",
        Kind.NON_DELIVERY: "Avviso di mancata consegna",
        Kind.NON_ACCEPTANCE: "Avviso di non accettazione",
        Kind.WARNING: "Preavviso di mancata consegna",
        Kind.TAKEN_OVER: "Presa in carico",
        Kind.VIRUS: "Rilevazione di virus",
        Kind.BOUNCE: "Messaggio tornato indietro",
        Kind.READ_RECEIPT: "Conferma di lettura",
    }[Kind(mail.kind)]
    complete = ", completa: contiene il messaggio" if mail.is_complete else ""
    told = ", ".join(_addresses(mail))
    return f"{words}{complete} ({told})" if told else f"{words}{complete}"


def _signature(mail: ReceivedMail) -> str:
    """Whose signature holds, where one does."""
    if mail.signature != SignatureState.INTACT:
        return ""
    return f"{mail.signer_name} <{mail.signer_address}>".strip()


def _index(content: Content, files: list[ProofFile], zone: ZoneInfo) -> Iterator[str]:
    yield "Prova di invio e di consegna"
    yield ""
    yield f"Mittente: {content.company.name} <{content.envelope_from}>"
    yield f"Destinatari: {', '.join(content.messages.values_list('address', flat=True))}"
    yield f"Oggetto: {content.subject}"
    yield f"Message-ID: {content.message_id}"
    if content.provider_id:
        yield f"Identificativo del gestore: {content.provider_id}"
    yield ""
    for each in files:
        yield each.name
        yield f"  {each.about}"
        if each.moment:
            yield f"  {each.moment.astimezone(zone):%d/%m/%Y %H:%M:%S %z}"
        if each.signature:
            yield f"  Firma integra: {each.signature}"
        yield f"  {len(each.raw)} byte, SHA-256 {each.sha256}"
    yield ""

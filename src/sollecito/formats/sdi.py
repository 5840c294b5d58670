"""Notifications of the Sistema di Interscambio: bytes → ``Notification``.

Two namespaces (public bodies; businesses and consumers), any prefix; the type is told by the
root's local name first and by the file name second. Hostile XML is refused as for invoices.

Source: technical specifications of FatturaPA 1.9.1, annex on messages.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from sollecito.domain.documents import Problem
from sollecito.domain.sdi import ROME, Notification, NotificationCode, normalise_file_name
from sollecito.formats.fatturapa.scalars import parse_optional_day
from sollecito.formats.xml_source import (
    XmlSource,
    child_texts,
    find_local,
    local_name,
    read_xml,
    walk_local,
)

if TYPE_CHECKING:
    from datetime import date

    from lxml import etree

CODE_OF_ROOT = {
    "RicevutaConsegna": NotificationCode.RC,
    "NotificaScarto": NotificationCode.NS,
    "RicevutaScarto": NotificationCode.NS,
    "NotificaMancataConsegna": NotificationCode.MC,
    "RicevutaImpossibilitaRecapito": NotificationCode.MC,
    "NotificaEsito": NotificationCode.NE,
    "NotificaDecorrenzaTermini": NotificationCode.DT,
    "AttestazioneTrasmissioneFattura": NotificationCode.AT,
    "MetadatiInvioFile": NotificationCode.MT,
    "FileMetadati": NotificationCode.MT,
    "NotificaEsitoCommittente": NotificationCode.EC,
    "ScartoEsitoCommittente": NotificationCode.SE,
}
MESSAGE_NAME = re.compile(
    r"(?P<file>.+)_(?P<code>RC|NS|MC|NE|DT|AT|MT|EC|SE)_[A-Z0-9]{1,3}\.xml(\.p7m)?", re.IGNORECASE
)
MESSAGE_NAMESPACE = "messaggi/v"
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:?\d{2})?")
MOST_ERRORS = 50
MOST_TEXT = 500


def parse_notification(xml: bytes, name: str) -> Notification | Problem | None:
    """Read one message; ``None`` when the file is not a notification at all.

    Args:
        xml: the message, already without envelope.
        name: its file name; used where the root tells nothing, and for a missing NomeFile.
    """
    source = read_xml(xml)
    return source if isinstance(source, Problem) else parse_notification_tree(source, name)


def parse_notification_tree(source: XmlSource, name: str) -> Notification | Problem | None:
    """As ``parse_notification``, for a tree that was already read."""
    root = source.root
    code = find_code(root, name)
    if code is None:
        return None
    texts = child_texts(root)
    target = texts.get("NomeFile", "") or _file_of_name(name)
    if not target:
        return Problem(
            "notification_without_file",
            "La notifica SdI non dice a quale file di fattura si riferisce (manca NomeFile).",
            "Scarica di nuovo la notifica dal programma di fatturazione o dal portale.",
        )
    outcome = find_local(root, "EsitoCommittente")
    named = child_texts(outcome) if outcome is not None else {}
    reference = _reference(outcome)
    errors = tuple(_errors(root))
    return Notification(
        code=code,
        target=normalise_file_name(target),
        sdi_id=texts.get("IdentificativoSdI", "")[:60],
        message_id=texts.get("MessageId", "")[:60],
        received_at=_moment(texts.get("DataOraConsegna", "") or texts.get("DataOraRicezione", "")),
        number=reference.get("NumeroFattura", ""),
        year=_count(reference.get("AnnoFattura", "")),
        position=_count(reference.get("PosizioneFattura", "")),
        outcome=named.get("Esito", "").upper(),
        text=_describe(texts, named, errors),
        errors=errors,
        available_date=_day(texts.get("DataMessaADisposizione", "")),
    )


def find_code(root: etree._Element, name: str) -> NotificationCode | None:
    """Sigla of a message: by its root, else by its namespace and file name together."""
    known = CODE_OF_ROOT.get(local_name(root))
    if known is not None:
        return known
    match = MESSAGE_NAME.fullmatch(name.replace("\\", "/").rpartition("/")[2])
    if match and MESSAGE_NAMESPACE in root.tag:
        return NotificationCode(match["code"].upper())
    return None


def _file_of_name(name: str) -> str:
    match = MESSAGE_NAME.fullmatch(name.replace("\\", "/").rpartition("/")[2])
    return match["file"] if match else ""


def _reference(outcome: etree._Element | None) -> dict[str, str]:
    found = find_local(outcome, "RiferimentoFattura") if outcome is not None else None
    return child_texts(found) if found is not None else {}


def _errors(root: etree._Element) -> list[tuple[str, str]]:
    found = []
    for error in walk_local(root, "Errore"):
        texts = child_texts(error)
        words = [texts.get("Descrizione", ""), texts.get("Suggerimento", "")]
        found.append(
            (texts.get("Codice", "")[:10], ". ".join(word for word in words if word)[:MOST_TEXT])
        )
    return found[:MOST_ERRORS]


def _describe(
    texts: dict[str, str], named: dict[str, str], errors: tuple[tuple[str, str], ...]
) -> str:
    written = named.get("Descrizione") or texts.get("Descrizione") or texts.get("Note") or ""
    return (written or "; ".join(f"{code} {words}".strip() for code, words in errors))[:MOST_TEXT]


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None  # noqa: PLR2004  a year, a place


def _moment(text: str) -> datetime | None:
    """An ``xs:dateTime``; without a zone it is Italian time. Always returned in Italian time."""
    bare = text.strip()
    if not MOMENT.fullmatch(bare):
        return None
    try:
        moment = datetime.fromisoformat(bare)
    except ValueError:
        return None
    return moment.replace(tzinfo=ROME) if moment.tzinfo is None else moment.astimezone(ROME)


def _day(text: str) -> date | None:
    return parse_optional_day(text, "DataMessaADisposizione", [])

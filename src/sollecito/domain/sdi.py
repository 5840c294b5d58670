"""Notifications of the Sistema di Interscambio, and what they make of a document.

Source: technical specifications of FatturaPA 1.9.1, annex on messages; the table of states is a
synthesis (docs/decisions).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class NotificationCode(StrEnum):
    """Sigla of the message in its file name."""

    RC = "RC"
    NS = "NS"
    MC = "MC"
    NE = "NE"
    DT = "DT"
    AT = "AT"
    MT = "MT"
    EC = "EC"
    SE = "SE"


@dataclass(frozen=True, slots=True)
class Notification:
    """One message of the SdI. ``target`` is NomeFile normalised by ``normalise_file_name``.

    ``number``, ``year`` and ``position`` are set only where the message names one document of
    the file (RiferimentoFattura of NE); ``outcome`` is EC01 or EC02. ``received_at`` is the
    message's own moment where it has one.
    """

    code: NotificationCode
    target: str
    sdi_id: str = ""
    message_id: str = ""
    received_at: datetime | None = None
    number: str = ""
    year: int | None = None
    position: int | None = None
    outcome: str = ""
    text: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    available_date: date | None = None


def normalise_file_name(name: str) -> str:
    """Return the name by which a notification finds its file.

    Without folder, ``.p7m`` (repeated), ``.xml`` and case: ``A/IT01_1.XML.p7m`` → ``it01_1``.
    """
    bare = name.replace("\\", "/").rsplit("/", 1)[-1].strip().lower()
    while bare.endswith(".p7m"):
        bare = bare.removesuffix(".p7m")
    return bare.removesuffix(".xml")

"""The dossier of a customer, for a lawyer: one PDF, and every original beside it, in a zip.

Originals are the bytes as they came or left: invoices (XML or p7m), SdI receipts, messages, what
the world answered, files attached by hand. ``indice.csv`` names each with its sha256.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from django.db.models import Q

from sollecito.accounts.models import User
from sollecito.dunning.models import AttachedFile
from sollecito.dunning.time_line import communications_of, notifications_of
from sollecito.flows import audit, clock
from sollecito.flows.gather_dossier import gather_dossier
from sollecito.flows.gather_statement import make_statements
from sollecito.flows.keep_file import open_file
from sollecito.formats.mime import clean_file_name
from sollecito.formats.pdf.dossier import make_dossier_pdf
from sollecito.formats.sheets import write_csv
from sollecito.ledger.models import Document, OtherFile, Party
from sollecito.outbox.models import DeliveryEvent, ReceivedMail

IN_MEMORY = 8 * 2**20
CHUNK = 50
ENDINGS = {"letter": "pdf", "sms": "txt", "whatsapp": "txt", "call": "txt"}
"""Of what left on a channel that is no mail."""
HEADERS = ("file", "che cosa", "byte", "sha256")


@dataclass(slots=True)
class _Folder:
    """The zip under construction: no two files of one name."""

    archive: zipfile.ZipFile
    index: list[list[str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def put(self, folder: str, name: str, content: bytes, what: str) -> None:
        clean = clean_file_name(name)
        path, number = f"{folder}{clean}", 1
        while path.lower() in self.names:
            number += 1
            path = f"{folder}{number}-{clean}"
        self.names.add(path.lower())
        self.archive.writestr(path, content)
        digest = hashlib.sha256(content).hexdigest()
        self.index.append([path, what, str(len(content)), digest])


def make_dossier(party: Party, *, user: User | None) -> IO[bytes]:
    """A zip, open at its start; it is gone when closed. Writes who took it into the history."""
    today = clock.today(party.company.time_zone)
    # Closed by who reads it: the answer of a request goes out after this returns.
    made = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        folder = _Folder(archive)
        folder.put("", "fascicolo.pdf", make_dossier_pdf(gather_dossier(party, today)), "fascicolo")
        for name, content in make_statements(party, today):
            folder.put("", name, content, "estratto conto")
        for where, name, content, what in _originals(party):
            folder.put(where, name, content, what)
        archive.writestr("indice.csv", write_csv(HEADERS, folder.index))
    made.seek(0)
    audit.record(
        party.company,
        user,
        "dossier_made",
        target=f"party:{party.pk}",
        text=f"Fascicolo scaricato: {len(folder.index)} file.",
    )
    return made


def dossier_name(party: Party) -> str:
    """``fascicolo-rossi-srl-2026-04-17.zip``."""
    plain = re.sub(r"[^a-z0-9]+", "-", party.name.lower()).strip("-")[:60] or str(party.pk)
    return f"fascicolo-{plain}-{clock.today(party.company.time_zone).isoformat()}.zip"


def _originals(party: Party) -> Iterator[tuple[str, str, bytes, str]]:
    documents = Document.objects.filter(party=party).select_related("file", "own_pdf")
    for row in documents.order_by("date", "pk").iterator(CHUNK):
        for file in filter(None, (row.file, row.own_pdf)):
            yield "documenti/", _base(file.name), open_file(file), f"documento {row.number}"
    others = OtherFile.objects.filter(document__party=party, file__isnull=False)
    for other in others.select_related("file", "document").order_by("pk").iterator(CHUNK):
        if other.file:
            name = _base(other.file.name)
            yield "documenti/", name, open_file(other.file), f"documento {other.document.number}"
    for notice in notifications_of(party).select_related("file").order_by("pk").iterator(CHUNK):
        yield "sdi/", _base(notice.file.name), open_file(notice.file), f"ricevuta {notice.code}"
    yield from _mail(party)
    attached = AttachedFile.objects.filter(party=party).select_related("file")
    for each in attached.order_by("pk").iterator(CHUNK):
        yield "allegati/", each.name, open_file(each.file), each.get_kind_display()


def _mail(party: Party) -> Iterator[tuple[str, str, bytes, str]]:
    sent = communications_of(party).filter(raw__isnull=False).order_by("queued_at", "pk")
    for row in sent.iterator(CHUNK):
        when = f"{row.queued_at:%Y-%m-%d}" if row.queued_at else ""
        ending = ENDINGS.get(row.channel, "eml")
        yield "comunicazioni/", f"{when}-{row.pk}.{ending}", bytes(row.raw or b""), row.subject
    answers = DeliveryEvent.objects.filter(
        message__content__in=communications_of(party), raw__isnull=False
    )
    for event in answers.select_related("message").order_by("at", "pk").iterator(CHUNK):
        name = f"{event.message.content_id}-{event.kind}-{event.pk}.eml"
        what = f"{event.kind} {event.message.address}"
        yield "comunicazioni/ricevute/", name, bytes(event.raw or b""), what

    arrived = ReceivedMail.objects.filter(
        Q(content__in=communications_of(party)) | Q(replies__party=party), company=party.company
    )
    each_once = ReceivedMail.objects.filter(pk__in=arrived.values("pk"))
    for mail in each_once.order_by("arrived_at", "pk").iterator(CHUNK):
        name = f"{mail.arrived_at:%Y-%m-%d}-{mail.kind}-{mail.pk}.eml"
        yield "comunicazioni/ricevute/", name, bytes(mail.raw), f"{mail.kind} {mail.subject}"


def _base(name: str) -> str:
    return name.rsplit("/", 1)[-1]

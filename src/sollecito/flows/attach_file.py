"""Files that a person puts in a customer's folder: orders, delivery notes, contracts."""

from __future__ import annotations

import mimetypes

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.documents import Problem
from sollecito.dunning.models import AttachedFile
from sollecito.flows import audit, clock
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.keep_file import keep_file
from sollecito.formats.mime import clean_file_name
from sollecito.ledger.models import Document, Party

MAX_BYTES = 20 * 2**20
UNKNOWN = "application/octet-stream"


def attach_file(
    party: Party,
    *,
    user: User | None,
    name: str,
    content: bytes,
    kind: str = AttachedFile.Kind.OTHER,
    document: Document | None = None,
    note: str = "",
) -> AttachedFile:
    """Keep ``content`` in a customer's folder, or with one of its documents.

    Raises FieldsRefusedError (field ``file``) where it is empty or over 20 MB.
    """
    if problem := _check(content):
        raise FieldsRefusedError({"file": problem})
    clean = clean_file_name(name)
    with transaction.atomic():
        stored = keep_file(
            party.company,
            name=clean,
            media_type=mimetypes.guess_type(clean)[0] or UNKNOWN,
            content=content,
        )
        row = AttachedFile.objects.create(
            company=party.company,
            party=party,
            document=document,
            file=stored,
            name=clean,
            kind=kind,
            note=note[:300],
            user=user,
            created_at=clock.now(),
        )
        _write_history(row, user, "file_attached", f"File allegato: {clean}.")
    return row


def remove_file(row: AttachedFile, *, user: User | None) -> None:
    """Take it out of the folder; the history keeps its name."""
    with transaction.atomic():
        if AttachedFile.objects.filter(pk=row.pk).delete()[0]:
            _write_history(row, user, "file_removed", f"File tolto: {row.name}.")


def _write_history(row: AttachedFile, user: User | None, action: str, text: str) -> None:
    target = f"document:{row.document_id}" if row.document_id else f"party:{row.party_id}"
    details = {"sha256": row.file.sha256}
    audit.record(row.company, user, action, target=target, text=text, details=details)


def _check(content: bytes) -> Problem | None:
    if not content:
        return Problem("empty_file", "Il file è vuoto.", "Controlla il file e caricalo di nuovo.")
    if len(content) > MAX_BYTES:
        return Problem("file_too_big", "Il file supera 20 MB.", "Dividilo, oppure riducilo.")
    return None

"""Files of arriving documents: the original, and the firm's own PDF inside it."""

from __future__ import annotations

from collections.abc import Sequence

from sollecito.domain.arrivals import Arrival
from sollecito.flows.importing.incoming import Incoming
from sollecito.flows.importing.originals import Original, keep_originals
from sollecito.formats.fatturapa.parse import parse_fattura

PDF_MARK = b"%PDF-"


def keep_files(arrivals: Sequence[Incoming]) -> None:
    """Store the original of all that is not a plain duplicate; sets ``file`` and ``own_pdf``."""
    wanted = [one for one in arrivals if one.original is not None and _is_kept(one)]
    pdfs = {id(one): extract_own_pdf(one) for one in wanted if one.document.has_pdf}
    kept = keep_originals(
        (one.company.pk, original)
        for one in wanted
        for original in (one.original, pdfs.get(id(one)))
        if original is not None
    )
    for one in wanted:
        pdf = pdfs.get(id(one))
        if one.original is not None:
            one.file = kept[one.company.pk, one.original.sha256]
        if pdf is not None:
            one.own_pdf = kept[one.company.pk, pdf.sha256]


def _is_kept(one: Incoming) -> bool:
    is_first_file = one.row is not None and one.row.file_id is None
    return one.arrival is not Arrival.DUPLICATE or is_first_file


def extract_own_pdf(one: Incoming) -> Original | None:
    """The first attachment of a document that is really a PDF."""
    for document in parse_fattura(one.xml, full=True).documents:
        if document.position == one.document.position:
            for attachment in document.attachments:
                if attachment.content.startswith(PDF_MARK):
                    return Original(attachment.name, attachment.content, "application/pdf")
    return None

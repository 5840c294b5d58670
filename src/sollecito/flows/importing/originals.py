"""Original files, kept compressed and each content once."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from sollecito.ledger.models import StoredFile

LEVEL = 3
MEDIA_TYPES = {
    "xml": "application/xml",
    "p7m": "application/pkcs7-mime",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(slots=True)
class Original:
    """A file to be kept for a company; ``name`` without folders."""

    name: str
    content: bytes
    media_type: str = ""
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        self.name = self.name.replace("\\", "/").rpartition("/")[2][-255:]
        ending = self.name.rpartition(".")[2].lower()
        self.media_type = self.media_type or MEDIA_TYPES.get(ending, "application/octet-stream")


def keep_originals(
    originals: Iterable[tuple[int | None, Original]],
) -> dict[tuple[int | None, str], StoredFile]:
    """Store files for their companies where they are not yet; give the row of each.

    Args:
        originals: pairs of company id and file.

    Returns:
        Rows by company id and hash; their ``data`` is loaded only for those just stored.
    """
    wanted = {(company, original.sha256): original for company, original in originals}
    if not wanted:
        return {}
    known = StoredFile.objects.filter(sha256__in={sha for _, sha in wanted}).defer("data")
    found = {(row.company_id, row.sha256): row for row in known}
    fresh = [
        StoredFile(
            company_id=company,
            sha256=sha,
            name=original.name,
            media_type=original.media_type,
            size=len(original.content),
            data=zlib.compress(original.content, LEVEL),
        )
        for (company, sha), original in wanted.items()
        if (company, sha) not in found
    ]
    for row in StoredFile.objects.bulk_create(fresh):
        found[row.company_id, row.sha256] = row
    return {key: found[key] for key in wanted}

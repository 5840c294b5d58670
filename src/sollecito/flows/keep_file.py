"""Keep bytes as a StoredFile, once per company and content, and open them again."""

from __future__ import annotations

import hashlib
import zlib

from sollecito.accounts.models import Company
from sollecito.ledger.models import StoredFile

NAME_LENGTH = 255


def keep_file(company: Company, *, name: str, media_type: str, content: bytes) -> StoredFile:
    """The stored row of these bytes; the first name it came with stays."""
    row, _ = StoredFile.objects.get_or_create(
        company=company,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={
            "name": name[-NAME_LENGTH:],
            "media_type": media_type,
            "size": len(content),
            "data": zlib.compress(content, 6),
        },
    )
    return row


def open_file(stored: StoredFile) -> bytes:
    """The bytes as they came."""
    return zlib.decompress(bytes(stored.data))

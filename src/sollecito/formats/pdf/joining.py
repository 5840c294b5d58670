"""Several PDFs one after the other as one file."""

from __future__ import annotations

import io
from collections.abc import Iterable

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError


class PdfNotJoinedError(Exception):
    """A file is no PDF, is damaged, or is locked with a password."""

    def __init__(self, position: int) -> None:
        """Say which one, from 0."""
        super().__init__(str(position))
        self.position = position


def join_pdfs(parts: Iterable[bytes]) -> bytes:
    """One file of all their pages, in order; the same parts give the same bytes.

    Raises PdfNotJoinedError.
    """
    writer, made = PdfWriter(), io.BytesIO()
    for position, part in enumerate(parts):
        try:
            reader = PdfReader(io.BytesIO(part))
            if reader.is_encrypted:
                raise PdfNotJoinedError(position)
            writer.append(reader)
        except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise PdfNotJoinedError(position) from error
    writer.write(made)
    return made.getvalue()

"""Files that were read, in sets of which each is stored in one transaction."""

from __future__ import annotations

from collections.abc import Iterator

from sollecito.flows.importing.reading import ReadFile
from sollecito.formats.fatturapa.envelope import ContentKind

CHUNK_FILES = 200
CHUNK_BYTES = 20_000_000


def sets_of(files: Iterator[ReadFile]) -> Iterator[list[ReadFile]]:
    """At most 200 files and 20 MB together; a sheet or a statement always alone."""
    chunk: list[ReadFile] = []
    size = 0
    for file in files:
        if chunk and (_is_alone(file) or len(chunk) == CHUNK_FILES or size > CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        if _is_alone(file):
            yield [file]
            continue
        chunk.append(file)
        size += len(file.content) + len(file.original)
    if chunk:
        yield chunk


def _is_alone(file: ReadFile) -> bool:
    return file.bank is not None or is_sheet(file)


def is_sheet(file: ReadFile) -> bool:
    """Whether a file goes to the reader of sheets."""
    return (
        file.problem is None
        and file.bank is None
        and file.kind in {ContentKind.SHEET, ContentKind.TEXT}
    )

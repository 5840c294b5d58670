"""Where files come from: paths given on the command line, or bytes that were uploaded."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from sollecito.formats.fatturapa.archive import is_ignored


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file to import: on disk (``path``) or in memory (``content``).

    ``item_id`` is the row of the report that already waits for it.
    """

    name: str
    path: Path | None = None
    content: bytes = b""
    item_id: int | None = None

    def open(self) -> AbstractContextManager[IO[bytes]]:
        """A seekable stream of its bytes."""
        return self.path.open("rb") if self.path else BytesIO(self.content)


def files_in(paths: Iterable[str | Path]) -> list[NamedFile]:
    """Files of the paths given: files, folders with all below them, patterns like ``*.xml``.

    In the order of their names, so that the order of the arguments does not matter.

    Raises:
        FileNotFoundError: a path that names nothing.
    """
    found: dict[Path, NamedFile] = {}
    for each in paths:
        path = Path(each)
        matches = [path] if path.exists() else _matching(str(each))
        if not matches:
            raise FileNotFoundError(str(each))
        for match in matches:
            for file in _below(match):
                found.setdefault(file.resolve(), NamedFile(file.name, file))
    return sorted(found.values(), key=lambda file: (file.name, str(file.path)))


def _matching(pattern: str) -> list[Path]:
    return [Path(name) for name in glob.glob(pattern, recursive=True)]  # noqa: PTH207  absolute ones too


def _below(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return [
        file
        for file in path.rglob("*")
        if file.is_file() and not is_ignored(str(file.relative_to(path)))
    ]

"""Where files come from: paths given on the command line, or bytes that were uploaded."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
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
    path: str | Path = ""
    content: bytes = b""
    item_id: int | None = None

    def open(self) -> AbstractContextManager[IO[bytes]]:
        """A seekable stream of its bytes."""
        return Path(self.path).open("rb") if self.path else BytesIO(self.content)


def files_in(paths: Iterable[str | Path]) -> list[NamedFile]:
    """Files of the paths given: files, folders with all below them, patterns like ``*.xml``.

    In the order of their names, so that the order of the arguments does not matter.

    Raises:
        FileNotFoundError: a path that names nothing.
    """
    found: list[NamedFile] = []
    seen: set[str] = set()
    for each in paths:
        path = Path(each)
        matches = [path] if path.exists() else _matching(str(each))
        if not matches:
            raise FileNotFoundError(str(each))
        for match in matches:
            for file in _below(match):
                place = os.path.abspath(file)  # noqa: PTH100  a text is a third of a Path
                if place not in seen:
                    seen.add(place)
                    found.append(NamedFile(Path(place).name, place))
    return sorted(found, key=lambda file: (file.name, str(file.path)))


def _matching(pattern: str) -> list[Path]:
    return [Path(name) for name in glob.glob(pattern, recursive=True)]  # noqa: PTH207  absolute ones too


def _below(path: Path) -> Iterator[str]:
    """Files of a folder and of all folders in it, as texts; dotfiles and the like left out."""
    if not path.is_dir():
        yield str(path)
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not is_ignored(name)]
        for name in names:
            if not is_ignored(name):
                yield os.path.join(folder, name)  # noqa: PTH118  as above

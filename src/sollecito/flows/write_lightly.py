"""Write without waiting for the disk, for what may be made again at any time."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

LIGHT, FULL = "NORMAL", "FULL"


@contextmanager
def write_lightly() -> Iterator[None]:
    """SQLite commits without a sync of the disk, and nothing is looked for to be thrown away.

    After a power failure the last commits may be missing, the database is whole. PostgreSQL is
    left as it is. Call it outside a transaction.
    """
    _sync(LIGHT)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        _sync(FULL)


def _sync(level: str) -> None:
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA synchronous = {level}")

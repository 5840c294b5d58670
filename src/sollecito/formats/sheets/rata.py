"""``2/3``, ``rata 2 di 3``, ``2``: which instalment of how many."""

from __future__ import annotations

import re

_RATA = re.compile(r"\D*?(\d{1,3})(?:\s*(?:/|di|of|su|-)\s*(\d{1,3}))?\D*", re.IGNORECASE)


def parse_rata(text: str) -> tuple[int | None, int | None]:
    """(instalment, of how many), ``None`` where not written or not sensible."""
    found = _RATA.fullmatch(text.strip())
    if not found or int(found[1]) == 0:
        return None, None
    seq, of = int(found[1]), int(found[2]) if found[2] else None
    return seq, of if of is not None and of >= seq else None

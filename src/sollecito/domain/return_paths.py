"""Indirizzo dei ritorni: where what cannot be delivered comes back, one for all mails or one each.

A pattern with ``{id}`` gives each mail a return path of its own that holds the name of its
Message-ID (VERP), for servers that send back nothing of ours: ``ritorni+{id}@azienda.it``. That
name is a keyed hash, so nobody makes one up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

PLACE = "{id}"
TOKEN = re.compile(r"(?<![a-z0-9])[a-z2-7]{32}(?![a-z0-9])")
"""What our own Message-IDs begin with (``formats.mime.make_message_id``)."""
TOKEN_LENGTH = 32
LONGEST_LOCAL_PART = 64
"""RFC 5321 4.5.3.1.1."""


def make_return_path(pattern: str, message_id: str) -> str:
    """The envelope's sender for one mail; ``message_id`` with its brackets."""
    return pattern.replace(PLACE, message_id.strip("<>").partition("@")[0])


def example_of(pattern: str) -> str:
    """An address as the pattern gives it, to be checked like any other."""
    return pattern.replace(PLACE, "a" * TOKEN_LENGTH)


def is_too_long(pattern: str) -> bool:
    """Whether the addresses it gives have a part before the @ that servers need not take."""
    return len(example_of(pattern).rpartition("@")[0]) > LONGEST_LOCAL_PART


def find_tokens(addresses: Iterable[str]) -> tuple[str, ...]:
    """Names of Message-IDs in addresses that a mail came back to, each once."""
    locals_ = (address.rpartition("@")[0].lower() for address in addresses)
    return tuple(dict.fromkeys(token for local in locals_ for token in TOKEN.findall(local)))

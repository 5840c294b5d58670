"""Folders of a mailbox: the lines of LIST, and their names in modified UTF-7 (RFC 3501)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

SENT_NAMES = ("sent", "inviata", "posta inviata", "inviati", "sent items", "elementi inviati")


@dataclass(frozen=True, slots=True)
class Folder:
    """Cartella: its name as a person reads it, and the server's flags in lower case."""

    name: str
    flags: frozenset[str] = frozenset()

    @property
    def is_sent(self) -> bool:
        """Where sent mail lies: by RFC 6154, else by one of its usual names."""
        return "\\sent" in self.flags or re.split(r"[./]", self.name)[-1].lower() in SENT_NAMES


def parse_folder(line: Any) -> Folder | None:
    """A line of LIST; ``None`` for one that cannot be opened or is no folder.

    A name with odd characters arrives as a literal: a pair of the line and the name.
    """
    literal = b""
    if isinstance(line, tuple):
        line, literal = line[0], bytes(line[1])
    if not isinstance(line, bytes):
        return None
    found = re.match(rb'\((?P<flags>[^)]*)\) (?:NIL|"(?:\\.|[^"])*") (?P<name>.+)$', line)
    if found is None:
        return None
    flags = frozenset(found["flags"].decode("ascii", "replace").lower().split())
    name = literal or re.sub(
        rb"\\(.)", rb"\1", found["name"].strip().removeprefix(b'"').removesuffix(b'"')
    )
    return None if "\\noselect" in flags else Folder(decode_name(name), flags)


def decode_name(raw: bytes) -> str:
    """A folder's name from the modified UTF-7 of RFC 3501 5.1.3."""

    def widen(found: re.Match[str]) -> str:
        if not found[1]:
            return "&"
        text = found[1].replace(",", "/")
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-16-be", "replace")

    return re.sub(r"&([^-]*)-", widen, raw.decode("utf-8", "replace"))


def encode_name(name: str) -> str:
    """The inverse of ``decode_name``."""

    def narrow(found: re.Match[str]) -> str:
        packed = base64.b64encode(found[0].encode("utf-16-be")).decode("ascii").rstrip("=")
        return f"&{packed.replace('/', ',')}-"

    return re.sub(r"[^\x20-\x7e]+", narrow, name.replace("&", "&-"))


def quoted_name(folder: str) -> str:
    """A folder's name as an argument of a command."""
    return quoted_text(encode_name(folder))


def quoted_text(text: str) -> str:
    """A quoted string; line ends would begin another command."""
    safe = re.sub(r"[\r\n\0]", "", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'

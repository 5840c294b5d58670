"""Check that every Italian message of the screens has its English one, and compile the catalogue.

Needs no gettext: Django's own extraction wants xgettext, which a machine may lack. This reads the
msgids of templates and Python sources, compares them with the English catalogue, and writes
``django.mo`` (``--compile``). With ``--missing`` it prints the entries that are to be added.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "src" / "sollecito"
CATALOGUE = ROOT / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
TRANS = re.compile(r"""\{%\s*(?:trans|translate)\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
UNDERSCORE = re.compile(r"""_\(("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")
BLOCK = re.compile(
    r"\{%\s*(?:blocktrans|blocktranslate)\b([^%]*)%\}(.*?)\{%\s*end(?:blocktrans|blocktranslate)\s*%\}",
    re.DOTALL,
)
PLURAL = re.compile(r"\{%\s*plural\s*%\}")
VARIABLE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext"}


def block_parts(options: str, body: str) -> list[str]:
    """The msgids of a blocktrans: one, or two with a plural."""
    parts = []
    for part in PLURAL.split(body):
        text = VARIABLE.sub(r"%(\1)s", part.replace("%", "%%"))
        if "trimmed" in options:
            text = " ".join(line.strip() for line in text.strip().splitlines())
        parts.append(text)
    return parts


def template_messages() -> set[str]:
    """Every msgid of the templates."""
    found: set[str] = set()
    for file in ROOT.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        found |= {ast.literal_eval(match) for match in TRANS.findall(text)}
        found |= {ast.literal_eval(match) for match in UNDERSCORE.findall(text)}
        for options, body in BLOCK.findall(text):
            found.update(block_parts(options, body))
    return found


def python_messages() -> set[str]:
    """Every literal handed to a gettext function in the Python sources."""
    found: set[str] = set()
    for file in ROOT.rglob("*.py"):
        if "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in FUNCTIONS:
                continue
            found |= {
                argument.value
                for argument in node.args
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            }
    return found


def read_catalogue() -> dict[str, str]:
    """Entries of the English catalogue; a plural entry counts once for each of its msgids."""
    entries: dict[str, str] = {}
    for block in CATALOGUE.read_text(encoding="utf-8").split("\n\n"):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            match = re.match(r'(msgid|msgid_plural|msgstr(?:\[\d\])?)\s+(".*")$', line)
            if match:
                name = match[1]
                fields[name] = ast.literal_eval(match[2])
            elif line.startswith('"') and name:
                fields[name] += ast.literal_eval(line)
        if "msgid_plural" in fields:
            singular, plural = fields.get("msgstr[0]", ""), fields.get("msgstr[1]", "")
            entries[f"{fields['msgid']}\0{fields['msgid_plural']}"] = f"{singular}\0{plural}"
        elif "msgid" in fields:
            entries[fields["msgid"]] = fields.get("msgstr", "")
    return entries


def compile_catalogue(entries: dict[str, str]) -> bytes:
    """The GNU .mo file of the entries (gettext manual, section 10.3)."""
    pairs = sorted((k.encode(), v.encode()) for k, v in entries.items() if v)
    keys = b"".join(key + b"\0" for key, _ in pairs)
    values = b"".join(value + b"\0" for _, value in pairs)
    key_at = 28 + 16 * len(pairs)
    value_at = key_at + len(keys)
    key_table, value_table = b"", b""
    for key, value in pairs:
        key_table += struct.pack("<II", len(key), key_at)
        value_table += struct.pack("<II", len(value), value_at)
        key_at += len(key) + 1
        value_at += len(value) + 1
    head = struct.pack(
        "<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 28 + 16 * len(pairs)
    )
    return head + key_table + value_table + keys + values


def main() -> int:
    """Report what is missing; 1 if anything is."""
    entries = read_catalogue()
    known = {part for key, text in entries.items() if text.strip("\0") for part in key.split("\0")}
    missing = sorted((template_messages() | python_messages()) - known - {""})
    if "--missing" in sys.argv:
        for message in missing:
            escaped = message.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            print(f'msgid "{escaped}"\nmsgstr ""\n')
        return 0
    compiled = compile_catalogue(entries)
    target = CATALOGUE.with_suffix(".mo")
    if "--compile" in sys.argv:
        target.write_bytes(compiled)
    stale = not target.exists() or target.read_bytes() != compiled
    if stale:
        print("messages: django.mo is older than django.po: python tools/messages.py --compile")
    for message in missing:
        print(f"messages: no English for {message!r}")
    print(f"messages: {len(entries)} entries, {len(missing)} missing")
    return 1 if missing or stale else 0


if __name__ == "__main__":
    sys.exit(main())

"""Check that every Italian message of the screens has its English one, and compile the catalogue.

Needs no gettext: Django's own extraction wants xgettext, which a machine may lack. This reads the
msgids of templates and Python sources the way Django looks them up at run time, compares them
with the English catalogue, and writes the ``.mo`` files (``--compile``). With ``--missing`` it
prints the entries that are to be added, with the places that use them.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace

SOURCES = Path(__file__).resolve().parent.parent / "src" / "sollecito"
CATALOGUE = SOURCES / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
COMMAND_LINE = SOURCES / "cli" / "locale" / "it" / "LC_MESSAGES" / "click.po"
TRANS = {"trans", "translate"}
BLOCK = {"blocktrans", "blocktranslate"}
END_OF_BLOCK = {f"end{name}" for name in BLOCK}
QUOTED = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
UNDERSCORE = re.compile(rf"""(?<![\w."'])_\(({QUOTED})\)""")
# How many words each gettext function takes before the number, and whether a context leads them.
FUNCTIONS = {
    "_": (1, False),
    "gettext": (1, False),
    "gettext_lazy": (1, False),
    "gettext_noop": (1, False),
    "ngettext": (2, False),
    "ngettext_lazy": (2, False),
    "pgettext": (1, True),
    "pgettext_lazy": (1, True),
    "npgettext": (2, True),
    "npgettext_lazy": (2, True),
}


@dataclass(frozen=True, order=True)
class Message:
    """What gettext is asked for."""

    singular: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        """The key of the .mo file: the context before EOT, the plural after NUL."""
        context = f"{self.context}\x04" if self.context else ""
        return context + self.singular + (f"\0{self.plural}" if self.plural else "")


Uses = dict[Message, list[str]]


def template_string(quoted: str) -> str:
    """A string literal of a template tag as gettext is asked for it: percent signs doubled."""
    quote = quoted[0]
    return quoted[1:-1].replace(f"\\{quote}", quote).replace("\\\\", "\\").replace("%", "%%")


def option_after(words: list[str], name: str) -> str:
    """The literal after the option ``name`` of a tag, or nothing."""
    return words[words.index(name) + 1][1:-1] if name in words else ""


def block_text(tokens: list[Token], *, trimmed: bool) -> str:
    """One part of a blocktrans as Django builds its msgid."""
    parts = [
        f"%({token.contents})s"
        if token.token_type is TokenType.VAR
        else token.contents.replace("%", "%%")
        for token in tokens
        if token.token_type in {TokenType.VAR, TokenType.TEXT}
    ]
    text = "".join(parts)
    return trim_whitespace(text) if trimmed else text


def block_message(words: list[str], body: list[Token]) -> Message:
    """The message of a blocktrans, from the words of its tag and the tokens up to its end."""
    trimmed = "trimmed" in words
    context = option_after(words, "context")
    for at, token in enumerate(body):
        if token.token_type is TokenType.BLOCK and token.contents.strip() == "plural":
            singular = block_text(body[:at], trimmed=trimmed)
            return Message(singular, block_text(body[at + 1 :], trimmed=trimmed), context)
    return Message(block_text(body, trimmed=trimmed), context=context)


def tag_messages(token: Token, following: Iterator[Token]) -> Iterator[Message]:
    """The messages of one token of a template; a blocktrans takes the tokens of its body."""
    words = token.split_contents() if token.token_type is TokenType.BLOCK else [""]
    if words[0] in BLOCK:
        body: list[Token] = []
        for inner in following:
            if inner.token_type is TokenType.BLOCK and inner.contents.strip() in END_OF_BLOCK:
                break
            body.append(inner)
        yield block_message(words, body)
    elif words[0] in TRANS and words[1][0] in "\"'":
        literal = re.match(QUOTED, words[1])
        if literal:
            yield Message(template_string(literal[0]), context=option_after(words, "context"))
    if token.token_type in {TokenType.BLOCK, TokenType.VAR}:
        for quoted in UNDERSCORE.findall(token.contents):
            yield Message(template_string(quoted))


def text_messages(text: str) -> Iterator[tuple[Message, int]]:
    """Every message of a template's text, with its line; comments hold none."""
    tokens = iter(Lexer(text).tokenize())
    for token in tokens:
        if token.token_type is TokenType.BLOCK and token.contents.strip() == "comment":
            for inner in tokens:
                if inner.contents.strip() == "endcomment":
                    break
            continue
        for message in tag_messages(token, tokens):
            yield message, token.lineno or 1


def call_message(call: ast.Call) -> Message | None:
    """The message of a call of gettext with literal words, or nothing."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in FUNCTIONS:
        return None
    words, contextual = FUNCTIONS[name]
    literals = [
        argument.value
        for argument in call.args[: words + contextual]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    if len(literals) < words + contextual:
        return None
    context = literals.pop(0) if contextual else ""
    return Message(literals[0], literals[1] if words > 1 else "", context)


def source_messages(text: str) -> Iterator[tuple[Message, int]]:
    """Every message of a Python source, with its line."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and (message := call_message(node)):
            yield message, node.lineno


def find_uses() -> Uses:
    """Every message of the product and the places that use it."""
    uses: Uses = {}
    for pattern, read in (("*.html", text_messages), ("*.py", source_messages)):
        for file in sorted(SOURCES.rglob(pattern)):
            if "migrations" in file.parts:
                continue
            place = str(file.relative_to(SOURCES))
            for message, line in read(file.read_text(encoding="utf-8")):
                if message.singular:
                    uses.setdefault(message, []).append(f"{place}:{line}")
    return uses


def read_catalogue(file: Path = CATALOGUE) -> dict[str, str]:
    """The entries of a catalogue, keyed as in the .mo file; forms joined by NUL."""
    entries: dict[str, str] = {}
    for block in file.read_text(encoding="utf-8").split("\n\n"):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            match = re.match(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+(".*")$', line)
            if match:
                name = match[1]
                fields[name] = ast.literal_eval(match[2])
            elif line.startswith('"') and name:
                fields[name] += ast.literal_eval(line)
        if "msgid" not in fields:
            continue
        plural = fields.get("msgid_plural", "")
        key = Message(fields["msgid"], plural, fields.get("msgctxt", "")).key
        forms = ["msgstr[0]", "msgstr[1]"] if plural else ["msgstr"]
        words = [fields.get(form, "") for form in forms]
        entries[key] = "\0".join(words) if all(words) else ""
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


def quote(text: str) -> str:
    """A string of a .po file."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def empty_entry(message: Message, places: list[str]) -> str:
    """An entry of a .po file that is still to be filled."""
    lines = [f"#: {' '.join(sorted(set(places)))}"]
    if message.context:
        lines.append(f"msgctxt {quote(message.context)}")
    lines.append(f"msgid {quote(message.singular)}")
    if message.plural:
        lines += [f"msgid_plural {quote(message.plural)}", 'msgstr[0] ""', 'msgstr[1] ""']
    else:
        lines.append('msgstr ""')
    return "\n".join(lines) + "\n"


def is_stale(file: Path) -> bool:
    """Whether the .mo file is not what the .po file gives; ``--compile`` writes it."""
    compiled, target = compile_catalogue(read_catalogue(file)), file.with_suffix(".mo")
    if "--compile" in sys.argv:
        target.write_bytes(compiled)
    return not target.exists() or target.read_bytes() != compiled


def main() -> int:
    """Report what is missing, unused or not compiled; 1 if anything is."""
    entries = read_catalogue()
    uses = find_uses()
    missing = sorted(message for message in uses if not entries.get(message.key))
    if "--missing" in sys.argv:
        for message in missing:
            print(empty_entry(message, uses[message]))
        return 0
    stale = [file for file in (CATALOGUE, COMMAND_LINE) if is_stale(file)]
    for file in stale:
        print(f"messages: {file.stem}.mo is not {file.name}: python tools/messages.py --compile")
    for message in missing:
        print(f"messages: no English for {message.singular!r} ({uses[message][0]})")
    unused = sorted(entries.keys() - {message.key for message in uses} - {""})
    for key in unused:
        print(f"messages: nobody asks for {key!r} any more")
    print(f"messages: {len(entries)} entries, {len(missing)} missing, {len(unused)} unused")
    return 1 if missing or stale or unused else 0


if __name__ == "__main__":
    sys.exit(main())

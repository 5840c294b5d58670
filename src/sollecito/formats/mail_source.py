"""Mail from strangers: read with everything bounded, never raising for what it contains.

RFC 5322, 2045–2047, 2231. What lies inside an attached message is no part of the outer one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from lxml import etree

from sollecito.domain.placeholders import clean_value

MOST_BYTES = 60_000_000
MOST_BOUNDARIES = 200
"""More than this many parts within parts is an attack on the reader: headers only."""
MOST_PARTS = 500
MOST_TEXT = 100_000
MESSAGE_ID = re.compile(r"<[^<>\s]{3,500}>")
ADDRESS = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[\w.-]{0,250}[\w])"
)
_SILENT = {"script", "style", "head", "title"}
_BLOCKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote"}

Mail = Message


def read_mail(raw: bytes) -> Mail:
    """Parse bytes; what is too large or too deep is read as headers without a body."""
    data = raw[:MOST_BYTES]
    if data.lower().count(b"boundary") > MOST_BOUNDARIES:
        return BytesHeaderParser().parsebytes(data)
    try:
        return message_from_bytes(data)
    except (RecursionError, ValueError, LookupError, AssertionError, TypeError):
        return BytesHeaderParser().parsebytes(data)


def identify(raw: bytes, mail: Mail) -> str:
    """The same for the same mail wherever it lies: who, when, what, under which Message-ID.

    A server may add lines of its own when a mailbox moves, so the bytes decide only where the
    mail has no Message-ID.
    """
    if message_id := header(mail, "Message-ID"):
        words = [message_id, *(header(mail, name) for name in ("From", "Date", "Subject"))]
        return hashlib.sha256("\n".join(words).encode(errors="replace")).hexdigest()
    return hashlib.sha256(raw).hexdigest()


def headers(mail: Mail, name: str) -> tuple[str, ...]:
    """Every value of a header, decoded, on one line each."""
    return tuple(_decode(value) for value in mail.get_all(name, []))


def header(mail: Mail, name: str) -> str:
    """The first value of a header, decoded; empty without it."""
    return next(iter(headers(mail, name)), "")


def _decode(value: object) -> str:
    text = str(value)[:MOST_TEXT]
    try:
        pieces = decode_header(text)
    except (ValueError, LookupError):
        pieces = [(text, None)]
    words = []
    for piece, charset in pieces:
        if isinstance(piece, bytes):
            words.append(_to_text(piece, charset or "utf-8"))
        else:
            words.append(piece)
    return clean_value("".join(words))


def _to_text(data: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("windows-1252", "replace")


def addresses(mail: Mail, name: str) -> tuple[str, ...]:
    """Addresses of a header, without their names."""
    try:
        found = getaddresses(list(headers(mail, name)))
    except (ValueError, IndexError):
        found = []
    return tuple(dict.fromkeys(address for _, address in found if "@" in address))


def message_ids(text: str) -> tuple[str, ...]:
    """Message-IDs in a text, with brackets, in order, each once."""
    return tuple(dict.fromkeys(MESSAGE_ID.findall(text)))


def outer_parts(mail: Mail) -> Iterator[Mail]:
    """The parts of a mail in order, without going into attached messages."""
    waiting, count = [mail], 0
    while waiting and count < MOST_PARTS:
        part = waiting.pop(0)
        count += 1
        yield part
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            waiting[:0] = [each for each in part.get_payload() if isinstance(each, Message)]


def part_bytes(part: Mail) -> bytes:
    """What a part carries, decoded; empty where it cannot be."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, AssertionError, LookupError):
        return b""
    return data if isinstance(data, bytes) else b""


def part_text(part: Mail) -> str:
    """The text of a text part, whatever it declares."""
    charset = part.get_param("charset", "utf-8")
    if isinstance(charset, tuple):
        charset = charset[2]
    text = _to_text(part_bytes(part)[: MOST_TEXT * 4], str(charset or "utf-8"))
    return text.replace("\r\n", "\n").replace("\r", "\n")[:MOST_TEXT]


def attached_message(part: Mail) -> Mail | None:
    """The message inside a message/rfc822 part, or ``None``."""
    inside = part.get_payload()
    if isinstance(inside, list) and inside and isinstance(inside[0], Message):
        return inside[0]
    data = part_bytes(part)
    return read_mail(data) if data else None


def is_attachment(part: Mail) -> bool:
    """Whether a part is a file rather than words."""
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def visible_text(mail: Mail) -> str:
    """What a person reads: the plain text, else the HTML without its tags."""
    page = ""
    for part in outer_parts(mail):
        if is_attachment(part):
            continue
        if part.get_content_type() == "text/plain":
            if text := part_text(part).strip():
                return text
        elif part.get_content_type() == "text/html" and not page:
            page = part_text(part)
    return strip_tags(page)


def strip_tags(page: str) -> str:
    """HTML as lines of text."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(page.encode(errors="replace"), parser) if page.strip() else None
    except (etree.XMLSyntaxError, ValueError):
        return ""
    words: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")) if root is not None else ():
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            words.append("" if name in _SILENT else element.text or "")
        else:
            words.append(("\n" if name in _BLOCKS else "") + (element.tail or ""))
    lines = (" ".join(line.split()) for line in "".join(words).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

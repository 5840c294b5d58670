"""XML from strangers: read with nothing expanded, nothing fetched and everything bounded.

Shared by invoices, notifications and bank statements. Elements are matched by local name only:
real files carry wrong namespaces, none at all, or any prefix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from sollecito.domain.documents import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_XML_BYTES = 15_000_000
MAX_MARKUP = 450_000
"""Most ``<`` in a file: 10,000 lines of an invoice need about 300,000."""
MAX_ATTRIBUTES = 50_000
MAX_REFERENCES = 200_000
"""Most ``&``: each that is no entity costs the mending parser a message."""
BOM = b"\xef\xbb\xbf"
DECLARED_UTF8 = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*['\"]\s*utf-?8", re.IGNORECASE)
SMALL = 200_000
"""Below this size no file can pass the limits on elements and attributes."""
DOCTYPES = (b"!DOCTYPE", b"!ENTITY", b"!doctype")
WIDE_DOCTYPES = tuple(
    mark.decode().encode(encoding) for mark in DOCTYPES for encoding in ("utf-16-le", "utf-16-be")
)


@dataclass(frozen=True, slots=True)
class XmlSource:
    """A tree that may be trusted to be small; ``problems`` are warnings on how it was read."""

    root: etree._Element
    problems: tuple[Problem, ...] = ()


def _make_parser(*, encoding: str | None = None, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def local_name(element: etree._Element) -> str:
    """``{urn:x}Numero`` and ``p:Numero`` (prefix never declared) → ``Numero``."""
    tag: str = element.tag
    return tag[max(tag.rfind("}"), tag.rfind(":")) + 1 :]


def text_of(element: etree._Element) -> str:
    """Text before the first child, without blanks around it."""
    text = element.text
    return text.strip() if text else ""


def child_texts(element: etree._Element) -> dict[str, str]:
    """Local name → text, of the children; the first wins where a name comes twice."""
    found: dict[str, str] = {}
    for child in element:
        found.setdefault(local_name(child), text_of(child))
    return found


def find_local(element: etree._Element, *path: str) -> etree._Element | None:
    """First descendant along a path of local names, or ``None``."""
    here = element
    for name in path:
        for child in here:
            if local_name(child) == name:
                here = child
                break
        else:
            return None
    return here


def walk_local(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """All descendants with this local name, in document order."""
    return (found for found in element.iter(etree.Element) if local_name(found) == name)


def read_xml(data: bytes) -> XmlSource | Problem:
    """Parse bytes strictly, then by a guessed encoding, then mending what can be mended.

    DTDs and entities are refused, and so is what is too large, too deep or cut off. What could
    only be read by the second or third try carries a warning.
    """
    refused = _refuse_hostile(data)
    if refused is not None:
        return refused
    trimmed = _trim(data)
    try:
        root = etree.fromstring(trimmed, _make_parser())
    except etree.XMLSyntaxError as error:
        return _second_try(trimmed, error)
    except ValueError:
        return _not_xml("")
    return _accept(root, ())


def _refuse_hostile(data: bytes) -> Problem | None:
    if len(data) > MAX_XML_BYTES:
        return Problem(
            "too_large",
            f"Il file è troppo grande ({len(data) // 1_000_000} MB; al massimo "
            f"{MAX_XML_BYTES // 1_000_000} MB).",
            "Lo SdI accetta file fino a 5 MB: controlla che sia davvero una fattura.",
        )
    marks = DOCTYPES + WIDE_DOCTYPES if b"\0" in data else DOCTYPES
    if any(mark in data for mark in marks):
        return _doctype()
    if len(data) > SMALL and _is_too_complex(data):
        return Problem(
            "too_complex",
            "Il file XML ha troppi elementi per essere una fattura: non è stato letto.",
            "Chiedi a chi lo ha prodotto un file corretto.",
        )
    return None


def _is_too_complex(data: bytes) -> bool:
    return (
        data.count(b"<") > MAX_MARKUP
        or data.count(b"&") > MAX_REFERENCES
        or data.count(b'="') + data.count(b"='") > MAX_ATTRIBUTES
    )


def _doctype() -> Problem:
    return Problem(
        "dtd_refused",
        "Il file XML contiene una DTD o delle entità: per sicurezza non è stato letto.",
        "Una fattura elettronica non ne contiene mai: chiedi il file originale.",
    )


def _not_xml(detail: str) -> Problem:
    return Problem(
        "not_xml",
        f"Il file non è un XML leggibile{f' ({detail})' if detail else ''}.",
        "Scarica di nuovo il file originale dal programma di fatturazione o dallo SdI.",
    )


def _trim(data: bytes) -> bytes:
    """Drop what stands before the first ``<``: byte order marks (also twice), blanks, NULs."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data
    return data.removeprefix(BOM).lstrip(b"\xef\xbb\xbf \t\r\n\0").rstrip(b"\0\x1a \t\r\n")


def _second_try(data: bytes, error: etree.XMLSyntaxError) -> XmlSource | Problem:
    if "depth" in str(error).lower():
        return Problem(
            "too_deep",
            "Il file XML ha troppi elementi annidati: non è stato letto.",
            "Non è una fattura elettronica: chiedi il file originale.",
        )
    encoding = _guess_encoding(data)
    problems: tuple[Problem, ...] = ()
    if encoding != "utf-8":
        problems = (
            Problem(
                "encoding_guessed",
                "La codifica dei caratteri dichiarata non è quella del file: "
                "letto come windows-1252.",
                "Controlla che le lettere accentate siano giuste.",
                "warning",
            ),
        )
    try:
        parser = _make_parser(encoding=encoding)
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return _mend(data, encoding, problems)
    return _accept(root, problems)


def _guess_encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "windows-1252"
    return "utf-8"


def _mend(data: bytes, encoding: str, problems: tuple[Problem, ...]) -> XmlSource | Problem:
    start = data.find(b"<?xml", 0, 4096)
    parser = _make_parser(encoding=encoding, recover=True)
    try:
        root = etree.fromstring(data[start:] if start > 0 else data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return _not_xml("")
    log = parser.error_log
    if root is None:
        return _not_xml("")
    if encoding != "utf-16" and not _is_closed(data, root):
        return Problem(
            "truncated",
            "Il file XML è interrotto a metà: non è stato importato.",
            "Scarica di nuovo il file: il trasferimento non è arrivato alla fine.",
            line=log[0].line if len(log) else 0,
        )
    if all(entry.domain == etree.ErrorDomains.NAMESPACE for entry in log):
        return _accept(root, (*problems, _odd_namespace()))
    mended = Problem(
        "mended",
        "Il file XML contiene errori di scrittura: letto saltando le parti illeggibili.",
        "Controlla importi e scadenze con il documento.",
        "warning",
        line=log[0].line if len(log) else 0,
    )
    return _accept(root, (*problems, mended))


def _is_closed(data: bytes, root: etree._Element) -> bool:
    """Whether the root's end tag is there: a mended tree would hide that the rest is missing."""
    name = re.escape(local_name(root).encode())
    return re.search(rb"</\s*(?:[\w.-]+:)?" + name + rb"\s*>", data) is not None


def _odd_namespace() -> Problem:
    return Problem(
        "odd_namespace",
        "Il file dichiara un namespace scritto male: letto lo stesso.",
        "Non serve fare nulla; se puoi, avvisa chi produce il file.",
        "warning",
    )


def _accept(root: etree._Element, problems: tuple[Problem, ...]) -> XmlSource | Problem:
    if root.getroottree().docinfo.internalDTD is not None:
        return _doctype()
    return XmlSource(root, problems)

"""The content of a CAdES envelope (.p7m), by a small BER reader.

Only what is needed is read: ContentInfo → SignedData → eContent, and the digest that each signer
wrote for it. DER and BER, indefinite lengths, content split over several OCTET STRINGs. The
pieces are put together by the grammar, never by searching for ``<?xml``: a byte scan would leave
chunk headers inside the text. Certificates are stepped over, so that their oddities
(UniversalString, wrong tags) do not matter. The signature's trust is not verified: the SdI did;
the digest is, so that a file altered after signing is refused.

Source: RFC 5652 (CMS), X.690 (BER), ETSI EN 319 122 (CAdES).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNED_DATA = bytes.fromhex("2A864886F70D010702")
MESSAGE_DIGEST = bytes.fromhex("2A864886F70D010904")
DIGESTS = {
    bytes.fromhex("2B0E03021A"): "sha1",
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
SEQUENCE, SET, OBJECT_ID = 0x30, 0x31, 0x06
OCTETS, SPLIT_OCTETS, CONTEXT_0 = 0x04, 0x24, 0xA0
INDEFINITE = 0x80
LONG_TAG = 0x1F
MOST_STEPS = 100_000
MOST_DEPTH = 32


class DamagedEnvelope(ValueError):  # noqa: N818  a fact about the file
    """The bytes do not follow the grammar, or not what was signed; the text says which."""


class DetachedContent(ValueError):  # noqa: N818  a fact about the file
    """A well-formed signature without the signed content inside."""


class Node(NamedTuple):
    """One element: identifier byte, where its content starts and ends, where the next begins."""

    tag: int
    start: int
    end: int
    after: int


class _Reader:
    """Steps through elements; counts them, so that hostile nesting ends soon."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.steps = 0

    def node(self, at: int, limit: int) -> Node:
        tag, start, length = self._header(at, limit)
        if length is None:
            end = self._find_end(start, limit)
            return Node(tag, start, end, end + 2)
        return Node(tag, start, start + length, start + length)

    def children(self, parent: Node) -> Iterator[Node]:
        at = parent.start
        while at < parent.end:
            child = self.node(at, parent.end)
            yield child
            at = child.after

    def content(self, node: Node) -> bytes:
        return self.data[node.start : node.end]

    def octets(self, node: Node) -> bytes:
        """Bytes of an OCTET STRING, primitive or put together from its parts."""
        return b"".join(self._pieces(node, 0))

    def _pieces(self, node: Node, depth: int) -> Iterator[bytes]:
        if node.tag == OCTETS:
            yield self.content(node)
        elif node.tag == SPLIT_OCTETS and depth < MOST_DEPTH:
            for child in self.children(node):
                yield from self._pieces(child, depth + 1)
        else:
            raise DamagedEnvelope("il contenuto firmato non è scritto come dovrebbe")

    def _header(self, at: int, limit: int) -> tuple[int, int, int | None]:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise DamagedEnvelope("troppi elementi")
        try:
            tag = self.data[at]
            at += 1
            if tag & LONG_TAG == LONG_TAG:
                while self.data[at] & INDEFINITE:
                    at += 1
                at += 1
            first = self.data[at]
        except IndexError:
            raise DamagedEnvelope("finisce a metà") from None
        at += 1
        if first < INDEFINITE:
            length: int | None = first
        elif first == INDEFINITE:
            length = None
        else:
            size = first & 0x7F
            if size > 4:  # noqa: PLR2004  nobody signs 4 GB
                raise DamagedEnvelope("dichiara una lunghezza impossibile")
            length = int.from_bytes(self.data[at : at + size], "big")
            at += size
        if at + (length or 0) > limit:
            raise DamagedEnvelope("dichiara più dati di quanti ne contiene")
        return tag, at, length

    def _find_end(self, at: int, limit: int) -> int:
        """Where the end-of-contents of an indefinite element stands."""
        depth = 1
        while True:
            if self.data[at : at + 2] == b"\0\0":
                depth -= 1
                if depth == 0:
                    return at
                at += 2
                continue
            _, start, length = self._header(at, limit)
            if length is None:
                depth += 1
                if depth > MOST_DEPTH:
                    raise DamagedEnvelope("troppi livelli annidati")
            at = start + (length or 0)


def unwrap_signed(data: bytes) -> bytes:
    """Return the signed content of one CMS SignedData in DER or BER.

    Raises:
        DamagedEnvelope: broken, cut off, hostile, or altered after signing.
        DetachedContent: signature without content.
    """
    reader = _Reader(data)
    outer = reader.node(0, len(data))
    info = list(_take(reader.children(outer), 2)) if outer.tag == SEQUENCE else []
    if len(info) < 2 or info[0].tag != OBJECT_ID or reader.content(info[0]) != SIGNED_DATA:  # noqa: PLR2004
        raise DamagedEnvelope("non è una firma CAdES")
    signed = next(reader.children(info[1]), None)
    if info[1].tag != CONTEXT_0 or signed is None or signed.tag != SEQUENCE:
        raise DamagedEnvelope("non è una firma CAdES")
    parts = list(reader.children(signed))
    encapsulated = next((part for part in parts if part.tag == SEQUENCE), None)
    if encapsulated is None:
        raise DamagedEnvelope("manca il contenuto firmato")
    content = _read_content(reader, encapsulated)
    if parts[-1].tag == SET and parts[-1].start > encapsulated.start:
        _check_digests(reader, parts[-1], content)
    return content


def _take(nodes: Iterator[Node], count: int) -> Iterator[Node]:
    for _, node in zip(range(count), nodes, strict=False):
        yield node


def _read_content(reader: _Reader, encapsulated: Node) -> bytes:
    for child in reader.children(encapsulated):
        if child.tag == CONTEXT_0:
            inner = next(reader.children(child), None)
            if inner is None:
                break
            return reader.octets(inner)
    raise DetachedContent


def _check_digests(reader: _Reader, signers: Node, content: bytes) -> None:
    for signer in reader.children(signers):
        algorithm, written = _read_digest(reader, signer)
        if not algorithm or written is None:
            continue
        if hashlib.new(algorithm, content, usedforsecurity=False).digest() != written:
            raise DamagedEnvelope("il contenuto è stato cambiato dopo la firma")


def _read_digest(reader: _Reader, signer: Node) -> tuple[str, bytes | None]:
    """Algorithm's name and the digest among the signed attributes, where there are any."""
    algorithm = ""
    for position, part in enumerate(reader.children(signer)):
        if part.tag == SEQUENCE and position > 1:
            name = next(reader.children(part), None)
            algorithm = algorithm or DIGESTS.get(reader.content(name) if name else b"", "")
        elif part.tag == CONTEXT_0 and position > 1:
            return algorithm, _find_digest(reader, part)
    return algorithm, None


def _find_digest(reader: _Reader, attributes: Node) -> bytes | None:
    for attribute in reader.children(attributes):
        pair = list(_take(reader.children(attribute), 2))
        if len(pair) == 2 and reader.content(pair[0]) == MESSAGE_DIGEST:  # noqa: PLR2004
            value = next(reader.children(pair[1]), None)
            return reader.octets(value) if value else None
    return None

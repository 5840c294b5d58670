from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from sollecito.formats.fatturapa.envelope import ContentKind, Envelope, Refused, open_envelope
from tests.builders import invoice_bytes
from tests.signed_files import (
    base64_crlf,
    base64_line,
    pem,
    sign_ber,
    sign_der,
    sign_detached,
)

if TYPE_CHECKING:
    from collections.abc import Callable

XML = invoice_bytes(number="7/A", lines=20)


def open_all(name: str, data: bytes) -> list[Envelope | Refused]:
    return list(open_envelope(name, data))


def only(name: str, data: bytes) -> Envelope:
    (found,) = open_all(name, data)
    assert isinstance(found, Envelope), found
    return found


def refusal(name: str, data: bytes) -> Refused:
    (found,) = open_all(name, data)
    assert isinstance(found, Refused), found
    return found


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda xml: xml,
    "DER": sign_der,
    "BER split": sign_ber,
    "BER in tiny pieces": lambda xml: sign_ber(xml, 7),
    "base64 of DER on one line": lambda xml: base64_line(sign_der(xml)),
    "base64 of DER on CRLF lines": lambda xml: base64_crlf(sign_der(xml)),
    "base64 of BER on one line": lambda xml: base64_line(sign_ber(xml)),
    "base64 of BER on CRLF lines": lambda xml: base64_crlf(sign_ber(xml)),
    "PEM of DER": lambda xml: pem(sign_der(xml)),
    "PEM of BER": lambda xml: pem(sign_ber(xml)),
    "signed twice": lambda xml: sign_der(sign_der(xml)),
    "signed twice, BER in DER": lambda xml: sign_der(sign_ber(xml)),
    "signed twice, base64 inside": lambda xml: sign_der(base64_crlf(sign_der(xml))),
    "base64 of the XML": base64_line,
}


@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS)
@pytest.mark.parametrize("name", ["IT01_1.xml.p7m", "fattura.xml", "senza_estensione"])
def test_every_wrapping_gives_the_same_xml_whatever_the_name(
    wrap: Callable[[bytes], bytes], name: str
) -> None:
    wrapped = wrap(XML)
    found = only(name, wrapped)
    assert found.kind is ContentKind.XML
    assert found.content == XML
    assert found.original == wrapped


def test_signed_files_say_so() -> None:
    assert only("a.xml.p7m", sign_der(XML)).is_signed
    assert not only("a.xml", XML).is_signed


@pytest.mark.parametrize("byte", [b"<Numero>7/A", b"122.00", b"Servizio"])
def test_content_altered_after_signing_is_refused(byte: bytes) -> None:
    signed = sign_der(XML)
    assert byte in signed
    altered = signed.replace(byte, byte[:-1] + b"9")
    assert "alterato" in refusal("a.xml.p7m", altered).problem.message


@pytest.mark.parametrize("wrap", [sign_der, sign_ber])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9, 0.999])
def test_signed_files_cut_off_are_refused(wrap: Callable[[bytes], bytes], share: float) -> None:
    signed = wrap(XML)
    found = refusal("a.p7m", signed[: int(len(signed) * share)])
    assert found.problem.code == "signature_damaged"


def test_wrong_chunk_lengths_are_refused_and_never_yield_chunk_headers() -> None:
    signed = bytearray(sign_ber(XML, 1000))
    header = bytes([0x04, 0x82, 0x03, 0xE8])
    at = signed.find(header, signed.find(header) + 1)
    signed[at : at + 4] = bytes([0x04, 0x82, 0x03, 0xF0])
    assert refusal("a.p7m", bytes(signed)).problem.code == "signature_damaged"


def test_signature_without_content_says_what_to_import() -> None:
    found = refusal("a.p7m", sign_detached(XML))
    assert found.problem.code == "signature_detached"
    assert "XML" in found.problem.hint


def test_folders_and_archives_in_archives_are_opened() -> None:
    inner = zipped({"2026/b.xml.p7m": sign_ber(XML)})
    found = open_all("lotto.zip", zipped({"2026/03/a.xml": XML, "altro.zip": inner}))
    assert [each.name for each in found] == [
        "lotto.zip/2026/03/a.xml",
        "lotto.zip/altro.zip/2026/b.xml.p7m",
    ]
    assert all(isinstance(each, Envelope) and each.content == XML for each in found)


def test_what_systems_leave_about_is_ignored() -> None:
    leftovers = {
        "__MACOSX/._a.xml": b"junk",
        ".DS_Store": b"junk",
        "fatture/.hidden/b.xml": XML,
        "Thumbs.db": b"junk",
        "fatture/": b"",
        "fatture/a.xml": XML,
    }
    assert [each.name for each in open_all("l.zip", zipped(leftovers))] == ["l.zip/fatture/a.xml"]


def test_kind_is_found_by_content() -> None:
    sheet = zipped({"_rels/.rels": b"<a/>", "[Content_Types].xml": b"<a/>"})
    assert only("scadenze.zip", sheet).kind is ContentKind.SHEET
    assert only("fattura.xml", b"tipo;numero\nfattura;1\n").kind is ContentKind.TEXT
    assert only("fattura.xml", b"%PDF-1.7 ...").kind is ContentKind.PDF
    assert only("a.p7m", b"").kind is ContentKind.EMPTY
    assert only("a.xml", bytes(range(256)) * 3).kind is ContentKind.OTHER
    assert only("a.csv", b"0;1\n").kind is ContentKind.TEXT
    assert only("a.dat", b"\xef\xbb\xbf\n  " + XML).kind is ContentKind.XML


def test_a_damaged_entry_does_not_stop_the_others() -> None:
    data = bytearray(zipped({"a.xml": XML, "b.xml": XML}, zipfile.ZIP_STORED))
    data[data.find(b"Denominazione")] ^= 0xFF
    first, second = open_all("l.zip", bytes(data))
    assert isinstance(first, Refused)
    assert "danneggiato" in first.problem.message
    assert isinstance(second, Envelope)


def test_an_encrypted_archive_says_so() -> None:
    data = bytearray(zipped({"a.xml": XML}))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    assert "password" in refusal("l.zip", bytes(data)).problem.message


def test_a_cut_archive_says_so() -> None:
    data = zipped({"a.xml": XML})
    assert refusal("l.zip", data[:-30]).problem.code == "archive_damaged"

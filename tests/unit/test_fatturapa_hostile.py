"""Files made to hurt: each refused in under a second, with bounded memory and a clear line."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pytest

from sollecito.domain.sdi import Notification
from sollecito.formats.fatturapa.envelope import Envelope, Refused, open_envelope
from sollecito.formats.fatturapa.parse import parse_fattura
from sollecito.formats.sdi import parse_notification
from tests.builders import invoice_bytes
from tests.signed_files import indefinite, sign_der, tlv

if TYPE_CHECKING:
    from sollecito.domain.documents import Problem

XML = invoice_bytes()
ROOT = b'<FatturaElettronica versione="FPR12">'
LAUGHS = b"".join(
    b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 12)
)
HOSTILE_XML = {
    "billion laughs": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">'
    + LAUGHS
    + b"]>"
    + ROOT
    + b"&a11;</FatturaElettronica>",
    "quadratic blowup": b'<!DOCTYPE x [<!ENTITY a "'
    + b"a" * 100_000
    + b'">]>'
    + ROOT
    + b"&a;" * 30_000
    + b"</FatturaElettronica>",
    "external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + ROOT
    + b"&a;</FatturaElettronica>",
    "external DTD": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + XML,
    "parameter entity": b'<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]>' + XML,
    "entities in UTF-16": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]>'
    "<FatturaElettronica>&a;</FatturaElettronica>".encode("utf-16"),
    "entities in UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>'
    b"+ADwAIQ-DOCTYPE x +AFsAPAAh-ENTITY a +ACI-b+ACIAPgBdAD4-"
    b"+ADw-FatturaElettronica+AD4AJg-a+ADsAPA-/FatturaElettronica+AD4-",
    "200,000 nested tags": b"<a>" * 200_000 + b"</a>" * 200_000,
    "200,000 nested tags in an invoice": XML.replace(
        b"Servizio di prova", b"<a>" * 200_000 + b"</a>" * 200_000
    ),
    "200,000 tags never closed": ROOT + b"<a>" * 200_000,
    "million siblings": ROOT + b"<a/>" * 1_000_000 + b"</FatturaElettronica>",
    "million attributes": ROOT[:-1]
    + b"".join(b' a%d=""' % number for number in range(1_000_000))
    + b"/>",
    "100,000 namespaces": ROOT[:-1]
    + b"".join(b' xmlns:a%d="u"' % number for number in range(100_000))
    + b"/>",
    "40 MB of blanks": b"<a>" + b" " * 40_000_000 + b"</a>",
    "14 MB of one text": ROOT + b"a" * 14_000_000 + b"</FatturaElettronica>",
    "unclosed comment": ROOT + b"<!--" + b"-" * 5_000_000,
    "many bodies": ROOT + b"<FatturaElettronicaBody/>" * 200_000 + b"</FatturaElettronica>",
}


@pytest.mark.parametrize("data", HOSTILE_XML.values(), ids=HOSTILE_XML)
def test_hostile_xml_is_refused_soon_and_said(data: bytes) -> None:
    started = time.process_time()
    parsed = parse_fattura(data)
    assert time.process_time() - started < 1
    assert not parsed.documents
    (problem,) = parsed.problems
    assert problem.severity == "error"
    assert problem.message
    assert problem.hint
    assert not isinstance(parse_notification(data, "IT01_1_RC_001.xml"), Notification)


def test_entities_leave_nothing_of_the_system_behind() -> None:
    parsed = parse_fattura(HOSTILE_XML["external entity"])
    assert "root:" not in repr(parsed)
    assert parsed.problems[0].code == "dtd_refused"


def bomb(size: int = 3_000_000_000) -> bytes:
    """A zip whose one entry would expand to ``size`` zeros, made of a small deflated stream."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.xml", b"\0" * 50_000_000)
    data = bytearray(stream.getvalue())
    central = data.find(b"PK\x01\x02")
    struct.pack_into("<L", data, central + 24, min(size, 0xFFFFFFFE))
    return bytes(data)


def lying_zip() -> bytes:
    """Declares 100 bytes, holds 50 MB."""
    data = bytearray(bomb())
    struct.pack_into("<L", data, data.find(b"PK\x01\x02") + 24, 100)
    struct.pack_into("<L", data, 22, 100)
    return bytes(data)


def nested_zips(levels: int, width: int) -> bytes:
    data = XML
    for level in range(levels):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(width):
                archive.writestr(f"{level}_{number}.zip", data)
        data = stream.getvalue()
    return data


def crowded_zip() -> bytes:
    """An end record that claims 65,000 entries in a directory of 100 MB."""
    return (
        b"PK\x03\x04"
        + b"\0" * 100
        + b"PK\x05\x06"
        + struct.pack("<HHHHLLH", 0, 0, 65_000, 65_000, 100_000_000, 0, 0)
    )


def deep_ber() -> bytes:
    return b"\x30\x80" * 200_000 + b"\0\0" * 200_000


def deep_octets() -> bytes:
    head = bytes.fromhex("06092A864886F70D010702")
    inner = b"\x24\x80" * 100_000 + b"\0\0" * 100_000
    content = indefinite(0x30, bytes.fromhex("06092A864886F70D010701") + indefinite(0xA0, inner))
    return indefinite(0x30, head + indefinite(0xA0, indefinite(0x30, b"\x02\x01\x01" + content)))


def many_pieces() -> bytes:
    head = bytes.fromhex("06092A864886F70D010702")
    inner = indefinite(0x24, b"\x04\x01a" * 5_000_000)
    content = indefinite(0x30, bytes.fromhex("06092A864886F70D010701") + indefinite(0xA0, inner))
    return indefinite(0x30, head + indefinite(0xA0, indefinite(0x30, b"\x02\x01\x01" + content)))


def signed_many_times() -> bytes:
    data = XML
    for _ in range(30):
        data = sign_der(data)
    return data


def one_byte_short() -> bytes:
    return sign_der(XML)[:-1]


HOSTILE_FILES = {
    "zip bomb": bomb(),
    "zip that lies about its length": lying_zip(),
    "zips in zips in zips": nested_zips(8, 3),
    "zips in zips, many": nested_zips(5, 12),
    "zip with a directory of 100 MB": crowded_zip(),
    "p7m that claims 2 GB": b"\x30\x84\x7f\xff\xff\xff" + XML,
    "p7m that claims more than 4 GB": b"\x30\x84\xff\xff\xff\xff" + XML,
    "p7m that claims more than it has": one_byte_short(),
    "p7m with a length of 8 bytes": tlv(0x30, b"\x06\x88" + b"\xff" * 8),
    "p7m nested 200,000 deep": deep_ber(),
    "p7m with octets 100,000 deep": deep_octets(),
    "p7m in five million pieces": many_pieces(),
    "p7m signed thirty times": signed_many_times(),
    "p7m of nothing": b"\x30\x80\0\0",
    "25 MB of base64": b"MIIB" * 6_500_000,
    "base64 with a desert of blanks": b"MIIB" * 10 + b" \n" * 5_000_000 + b"!",
}


@pytest.mark.parametrize("data", HOSTILE_FILES.values(), ids=HOSTILE_FILES)
def test_hostile_files_are_refused_soon_and_said(data: bytes) -> None:
    started = time.process_time()
    problems: list[Problem] = []
    for found in open_envelope("file.zip", data):
        if isinstance(found, Refused):
            problems.append(found.problem)
        else:
            problems += parse_fattura(found.content).problems
    assert time.process_time() - started < 1
    assert problems
    assert all(problem.message and problem.hint for problem in problems)


@pytest.mark.parametrize("name", ["zip bomb", "zip that lies about its length"])
def test_bombs_do_not_fill_the_memory(name: str) -> None:
    tracemalloc.start()
    try:
        list(open_envelope("file.zip", HOSTILE_FILES[name]))
        assert tracemalloc.get_traced_memory()[1] < 70_000_000
    finally:
        tracemalloc.stop()


def test_the_rest_of_an_archive_goes_on() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.xml", XML)
        archive.writestr("bomb.xml", b"\0" * 50_000_000)
        archive.writestr("2.xml", HOSTILE_XML["billion laughs"])
        archive.writestr("3.p7m", sign_der(XML)[:-400])
        archive.writestr("4.xml", XML)
    found = list(open_envelope("l.zip", stream.getvalue()))
    good = [
        each.name
        for each in found
        if isinstance(each, Envelope) and parse_fattura(each.content).documents
    ]
    assert good == ["l.zip/1.xml", "l.zip/4.xml"]
    assert len(found) == 5

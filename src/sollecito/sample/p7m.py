"""Wrap a file as CAdES (``.p7m``): SignedData in DER with a certificate made up for the sample.

The key follows from a fixed number and signatures are deterministic, so that the same file gives
the same bytes. Nobody should trust this signature, and nothing in the product does.
Source: RFC 5652 (CMS), RFC 5035 (signing certificate), ETSI EN 319 122-1 (CAdES-BES).
"""

from __future__ import annotations

import hashlib
from base64 import encodebytes
from datetime import UTC, date, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KEY_NUMBER = int.from_bytes(hashlib.sha256(b"Ventofresco Impianti").digest()) % 2**255
SERIAL = 9_990_001
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2049, 12, 31, tzinfo=UTC)
SIGNED_AT = "083000Z"

SEQUENCE, SET, OCTETS, INTEGER, UTC_TIME, INSIDE = 0x30, 0x31, 0x04, 0x02, 0x17, 0xA0
SHORT_LENGTH = 0x80
SIGNED_DATA = bytes.fromhex("06092A864886F70D010702")
DATA = bytes.fromhex("06092A864886F70D010701")
SHA256 = bytes.fromhex("300D06096086480165030402010500")
ECDSA_SHA256 = bytes.fromhex("300A06082A8648CE3D040302")
CONTENT_TYPE = bytes.fromhex("06092A864886F70D010903")
MESSAGE_DIGEST = bytes.fromhex("06092A864886F70D010904")
SIGNING_TIME = bytes.fromhex("06092A864886F70D010905")
SIGNING_CERTIFICATE = bytes.fromhex("060B2A864886F70D010910022F")


def sign(content: bytes, day: date) -> bytes:
    """Return SignedData with ``content`` inside, signed on ``day`` at 8:30 UTC."""
    attributes = _attributes(content, day)
    signature = _key().sign(
        encode(SET, attributes), ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    )
    signer = encode(
        SEQUENCE,
        encode(INTEGER, b"\x01"),
        encode(SEQUENCE, _name().public_bytes(), _serial()),
        SHA256,
        encode(INSIDE, attributes),
        ECDSA_SHA256,
        encode(OCTETS, signature),
    )
    signed = encode(
        SEQUENCE,
        encode(INTEGER, b"\x01"),
        encode(SET, SHA256),
        encode(SEQUENCE, DATA, encode(INSIDE, encode(OCTETS, content))),
        encode(INSIDE, _certificate()),
        encode(SET, signer),
    )
    return encode(SEQUENCE, SIGNED_DATA, encode(INSIDE, signed))


def as_base64(wrapped: bytes) -> bytes:
    """Return a ``.p7m`` as some programmes hand it over: base64 in lines."""
    return encodebytes(wrapped)


def encode(tag: int, *parts: bytes) -> bytes:
    """Return one DER element: tag, length, the parts one after the other."""
    body = b"".join(parts)
    if len(body) < SHORT_LENGTH:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    return bytes([tag, SHORT_LENGTH | len(length)]) + length + body


def _attributes(content: bytes, day: date) -> bytes:
    """Return the signed attributes, in the order of their encoding as a DER set wants."""
    reference = encode(OCTETS, hashlib.sha256(_certificate()).digest())
    values = {
        CONTENT_TYPE: DATA,
        SIGNING_TIME: encode(UTC_TIME, f"{day:%y%m%d}{SIGNED_AT}".encode()),
        MESSAGE_DIGEST: encode(OCTETS, hashlib.sha256(content).digest()),
        SIGNING_CERTIFICATE: encode(SEQUENCE, encode(SEQUENCE, encode(SEQUENCE, reference))),
    }
    encoded = (encode(SEQUENCE, oid, encode(SET, value)) for oid, value in values.items())
    return b"".join(sorted(encoded))


def _serial() -> bytes:
    return encode(INTEGER, SERIAL.to_bytes(4))


@cache
def _name() -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "IT"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Certificatore di Prova"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Paola Ventura (firma di prova)"),
        ]
    )


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(KEY_NUMBER, ec.SECP256R1())


@cache
def _certificate() -> bytes:
    made = (
        x509.CertificateBuilder()
        .subject_name(_name())
        .issuer_name(_name())
        .public_key(_key().public_key())
        .serial_number(SERIAL)
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .sign(_key(), hashes.SHA256(), ecdsa_deterministic=True)
    )
    return made.public_bytes(serialization.Encoding.DER)

"""Signed files of every wrapping, made with a certificate of our own."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from functools import cache

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

END = b"\0\0"


@cache
def signer() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Firma di prova")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def sign_der(content: bytes) -> bytes:
    """CAdES-like SignedData with the content inside, DER."""
    certificate, key = signer()
    return (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(content)
        .add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )


def sign_detached(content: bytes) -> bytes:
    certificate, key = signer()
    options = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature]
    return (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(content)
        .add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, options)
    )


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def indefinite(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x80]) + content + END


def sign_ber(content: bytes, chunk: int = 1000) -> bytes:
    """Indefinite lengths, content split in OCTET STRINGs of ``chunk`` bytes."""
    signed = cms.ContentInfo.load(sign_der(content))["content"]
    pieces = b"".join(tlv(0x04, content[at : at + chunk]) for at in range(0, len(content), chunk))
    encapsulated = indefinite(
        0x30,
        cms.ContentType("data").dump() + indefinite(0xA0, indefinite(0x24, pieces)),
    )
    certificates = tlv(0xA0, signed["certificates"].contents)
    inner = (
        signed["version"].dump()
        + signed["digest_algorithms"].dump()
        + encapsulated
        + certificates
        + signed["signer_infos"].dump()
    )
    return indefinite(
        0x30,
        cms.ContentType("signed_data").dump() + indefinite(0xA0, indefinite(0x30, inner)),
    )


def base64_line(data: bytes) -> bytes:
    return base64.b64encode(data)


def base64_crlf(data: bytes) -> bytes:
    text = base64.b64encode(data)
    return b"\r\n".join(text[at : at + 76] for at in range(0, len(text), 76)) + b"\r\n"


def pem(data: bytes) -> bytes:
    return b"-----BEGIN PKCS7-----\n" + base64.encodebytes(data) + b"-----END PKCS7-----\n"

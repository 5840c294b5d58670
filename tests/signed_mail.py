"""Signed mail (S/MIME) as a PEC provider makes it, with certificates of the tests' own."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PSS
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

PROVIDER = "posta-certificata@gestore.example.test"
BINARY = (pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary)


@dataclass(frozen=True)
class Signer:
    """A key and the certificate that names its owner."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


@cache
def provider_signer(address: str = PROVIDER, *, is_rsa: bool = True) -> Signer:
    """A certificate for an address, of its own authority."""
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if is_rsa
        else ec.generate_private_key(ec.SECP256R1())
    )
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Gestore di Prova S.p.A.")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Signer(key, made)


def detached(
    part: bytes,
    signer: Signer,
    *,
    digest: hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None = None,
    options: tuple[pkcs7.PKCS7Options, ...] = BINARY,
    padding: PSS | None = None,
) -> bytes:
    """The detached signature of a part, DER."""
    return (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(part)
        .add_signer(signer.certificate, signer.key, digest or hashes.SHA256(), rsa_padding=padding)
        .sign(serialization.Encoding.DER, list(options))
    )


def sign(part: bytes, signer: Signer, *, signature: bytes | None = None) -> bytes:
    """From ``Content-Type`` on: a part and its signature, as one multipart/signed."""
    made = detached(part, signer) if signature is None else signature
    box = base64.encodebytes(made).decode().replace("\n", "\r\n").encode()
    return (
        b'Content-Type: multipart/signed; protocol="application/x-pkcs7-signature";\r\n'
        b' micalg=sha-256; boundary="signed"\r\n\r\n--signed\r\n' + part + b"\r\n--signed\r\n"
        b'Content-Type: application/x-pkcs7-signature; name="smime.p7s"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + box + b"--signed--\r\n"
    )

"""Wrap a file as CAdES (``.p7m``): SignedData in DER with a certificate made up for the sample.

The key follows from a fixed number and signatures are deterministic, so that the same file gives
the same bytes. Nobody should trust this signature, and nothing in the product does.
Source: RFC 5652 (CMS), RFC 5035 (signing certificate), ETSI EN 319 122-1 (CAdES-BES).
"""

from __future__ import annotations

import hashlib
from base64 import encodebytes
from datetime import UTC, date, datetime, time
from functools import cache

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KEY_NUMBER = int.from_bytes(hashlib.sha256(b"Ventofresco Impianti").digest())
SERIAL = 9_990_001
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2049, 12, 31, tzinfo=UTC)
SIGNING_TIME = time(8, 30, tzinfo=UTC)
SIGNER = "Paola Ventura (firma di prova)"


def sign(content: bytes, day: date) -> bytes:
    """Return SignedData with ``content`` inside, signed on ``day`` at 8:30 UTC."""
    attributes = _signed_attributes(content, day)
    signature = _key().sign(
        attributes.dump(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    )
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                name="issuer_and_serial_number",
                value=cms.IssuerAndSerialNumber(
                    {"issuer": _certificate().issuer, "serial_number": SERIAL}
                ),
            ),
            "digest_algorithm": _digest_algorithm(),
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": signature,
        }
    )
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [_digest_algorithm()],
            "encap_content_info": {
                "content_type": "data",
                "content": content,
            },
            "certificates": [cms.CertificateChoices(name="certificate", value=_certificate())],
            "signer_infos": [signer],
        }
    )
    wrapped: bytes = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    return wrapped


def as_base64(wrapped: bytes) -> bytes:
    """Return a ``.p7m`` as some programmes hand it over: base64 in lines."""
    return encodebytes(wrapped)


def _signed_attributes(content: bytes, day: date) -> cms.CMSAttributes:
    reference = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(_certificate().dump()).digest()})
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute(
                {
                    "type": "signing_time",
                    "values": [
                        cms.Time(
                            name="utc_time",
                            value=core.UTCTime(datetime.combine(day, SIGNING_TIME)),
                        )
                    ],
                }
            ),
            cms.CMSAttribute(
                {"type": "message_digest", "values": [hashlib.sha256(content).digest()]}
            ),
            cms.CMSAttribute(
                {
                    "type": "signing_certificate_v2",
                    "values": [tsp.SigningCertificateV2({"certs": [reference]})],
                }
            ),
        ]
    )


def _digest_algorithm() -> algos.DigestAlgorithm:
    return algos.DigestAlgorithm({"algorithm": "sha256"})


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(KEY_NUMBER % 2**255, ec.SECP256R1())


@cache
def _certificate() -> asn1_x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "IT"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Certificatore di Prova"),
            x509.NameAttribute(NameOID.COMMON_NAME, SIGNER),
        ]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_key().public_key())
        .serial_number(SERIAL)
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .sign(_key(), hashes.SHA256(), ecdsa_deterministic=True)
    )
    return asn1_x509.Certificate.load(made.public_bytes(serialization.Encoding.DER))

"""The signature of a signed mail (S/MIME): is what arrived what was signed, and by whom.

Integrity only: digest and signature are checked with the certificate that came along. Who issued
it is not asked, as a machine without the lists of the authorities cannot know. Sources: RFC 1847
(multipart/signed), RFC 8551 (S/MIME), RFC 5652 (CMS), RFC 6109 4.1 (PEC: the provider signs).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import Message
from typing import Any

from asn1crypto import cms, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sollecito.domain.placeholders import clean_value
from sollecito.domain.signatures import UNREADABLE, UNSIGNED, Signature, SignatureState
from sollecito.formats.mail_source import Mail, part_bytes

SIGNATURE_TYPES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
DIGEST = "message_digest"
HEADER_END = re.compile(rb"\r?\n\r?\n")
LONE_LINE_END = re.compile(rb"(?<!\r)\n")
MOST_SIGNERS = 5
MOST_NAME = 200


class _UnknownKindError(Exception):
    """A signature that cannot be checked here, for its form or its algorithms."""


def check_signature(raw: bytes, mail: Mail) -> Signature:
    """Check the outer signature of a mail. Total: never raises, whatever the bytes."""
    parts = mail.get_payload()
    if mail.get_content_type() != "multipart/signed" or not isinstance(parts, list):
        return UNSIGNED
    others = (part for part in parts[1:] if isinstance(part, Message))
    found = next((part for part in others if part.get_content_type() in SIGNATURE_TYPES), None)
    if found is None:
        return UNSIGNED
    signed = signed_bytes(raw, str(mail.get_boundary() or ""))
    box = part_bytes(found)
    if signed is None or not box:
        return UNREADABLE
    try:
        return _check(box, signed)
    except (_UnknownKindError, UnsupportedAlgorithm, ValueError, TypeError, KeyError):
        return UNREADABLE
    except (RecursionError, OverflowError, IndexError, AttributeError):
        return UNREADABLE  # what asn1crypto and the keys raise for bytes made to break them


def signed_bytes(raw: bytes, boundary: str) -> bytes | None:
    """The first part with its headers as it came; ``None`` where it has no end.

    The line end before the delimiter is the delimiter's (RFC 2046 5.1.1).
    """
    head = HEADER_END.search(raw)
    if not boundary or head is None:
        return None
    mark = re.escape(boundary.encode(errors="replace"))
    first = re.compile(rb"(?:\A|\n)--" + mark + rb"[ \t]*\r?\n").search(raw, head.end() - 1)
    if first is None:
        return None
    last = re.compile(rb"\r?\n--" + mark + rb"(?:--)?[ \t]*(?:\r?\n|\Z)").search(
        raw, first.end() - 1
    )
    return raw[first.end() : last.start()] if last else None


def _check(box: bytes, signed: bytes) -> Signature:
    info = cms.ContentInfo.load(box)
    if info["content_type"].native != "signed_data":
        raise _UnknownKindError
    data = info["content"]
    signers = list(data["signer_infos"])[:MOST_SIGNERS]
    if not signers:
        raise _UnknownKindError
    candidates = [each.chosen for each in data["certificates"] if each.name == "certificate"]
    owner = _certificate_of(signers[0], candidates)
    name, addresses = _owner(owner)
    contents = _line_ends(signed)
    is_intact = all(
        any(_holds(signer, _certificate_of(signer, candidates), content) for content in contents)
        for signer in signers
    )
    state = SignatureState.INTACT if is_intact else SignatureState.BROKEN
    return Signature(state, name, addresses)


def _line_ends(signed: bytes) -> tuple[bytes, ...]:
    """What may have been signed: with the line ends of mail, as it came, with bare ones.

    Mail is signed with CRLF; some programs sign before they write it so, and files lose it.
    """
    as_sent = LONE_LINE_END.sub(b"\r\n", signed)
    return tuple(dict.fromkeys((as_sent, signed, as_sent.replace(b"\r\n", b"\n"))))


def _certificate_of(signer: Any, candidates: list[x509.Certificate]) -> x509.Certificate:
    """The certificate that a signer names."""
    wanted = signer["sid"]
    for each in candidates:
        if wanted.name == "subject_key_identifier":
            if each.key_identifier == wanted.chosen.native:
                return each
        elif (
            each.serial_number == wanted.chosen["serial_number"].native
            and each.issuer == wanted.chosen["issuer"]
        ):
            return each
    raise _UnknownKindError


def _holds(signer: Any, certificate: x509.Certificate, content: bytes) -> bool:
    """Whether digest and signature are of these bytes."""
    name = signer["digest_algorithm"]["algorithm"].native
    digest = hashes.Hash(_hash(name))
    digest.update(content)
    attributes = signer["signed_attrs"]
    if not len(attributes):
        return _is_signed(signer, certificate, content, name)
    written = [each["values"][0].native for each in attributes if each["type"].native == DIGEST]
    if written != [digest.finalize()]:
        return False
    return _is_signed(signer, certificate, attributes.untag().dump(), name)


def _is_signed(signer: Any, certificate: x509.Certificate, data: bytes, digest: str) -> bool:
    key = load_der_public_key(certificate.public_key.dump())
    algorithm, signature = signer["signature_algorithm"], signer["signature"].native
    try:
        if isinstance(key, rsa.RSAPublicKey):
            if algorithm.signature_algo == "rsassa_pss":
                used = algorithm["parameters"]
                chosen = _hash(used["hash_algorithm"]["algorithm"].native)
                room = padding.PSS(padding.MGF1(chosen), used["salt_length"].native)
                key.verify(signature, data, room, chosen)
            else:
                key.verify(signature, data, padding.PKCS1v15(), _hash(digest))
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(_hash(digest)))
        else:
            raise _UnknownKindError
    except InvalidSignature:
        return False
    return True


def _hash(name: str) -> hashes.HashAlgorithm:
    if name not in HASHES:
        raise _UnknownKindError
    return HASHES[name]()


def _owner(certificate: x509.Certificate) -> tuple[str, tuple[str, ...]]:
    """Name and addresses of a certificate: its subject's, and the alternative ones."""
    subject = certificate.subject.native
    named = (subject.get(part) for part in ("organization_name", "common_name"))
    name = next((each for each in named if isinstance(each, str)), "")
    written = subject.get("email_address") or ()
    found = [written] if isinstance(written, str) else list(written)
    others = certificate.subject_alt_name_value or ()
    found += [each.native for each in others if each.name == "rfc822_name"]
    clean = (clean_value(str(each)).lower()[:MOST_NAME] for each in found)
    return clean_value(name)[:MOST_NAME], tuple(dict.fromkeys(clean))

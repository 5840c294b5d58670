"""Signatures of mails: those that hold, those that do not, those that say nothing."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.arrived import Kind
from sollecito.domain.signatures import Signature, SignatureState, is_provider
from sollecito.domain.transitions import Receipt
from sollecito.formats.arrived_mail import read_arrived
from sollecito.formats.mail_source import read_mail
from sollecito.formats.smime import check_signature, signed_bytes
from tests.pec_provider import make_receipt
from tests.signed_mail import BINARY, PROVIDER, detached, provider_signer, sign

PART = b"Content-Type: text/plain; charset=utf-8\r\n\r\nConsegnato.\r\nFine."
RSA, EC = provider_signer(), provider_signer(is_rsa=False)
SHA256, DER = hashes.SHA256(), Encoding.DER


def check(raw: bytes) -> Signature:
    return check_signature(raw, read_mail(raw))


SIGNED = {
    "rsa": sign(PART, RSA),
    "rsa, sha512": sign(PART, RSA, signature=detached(PART, RSA, digest=hashes.SHA512())),
    "rsa, pss": sign(
        PART,
        RSA,
        signature=detached(PART, RSA, padding=padding.PSS(padding.MGF1(SHA256), 32)),
    ),
    "ecdsa": sign(PART, EC),
    "without attributes": sign(
        PART,
        RSA,
        signature=detached(PART, RSA, options=(*BINARY, PKCS7Options.NoAttributes)),
    ),
    "bare line ends": sign(PART, RSA).replace(b"\r\n", b"\n"),
    "signed before its line ends": sign(
        PART, RSA, signature=detached(PART.replace(b"\r\n", b"\n"), RSA)
    ),
}


@pytest.mark.parametrize("raw", SIGNED.values(), ids=SIGNED)
def test_what_arrived_as_signed_holds_and_names_its_owner(raw: bytes) -> None:
    found = check(raw)
    assert found == Signature(SignatureState.INTACT, "Gestore di Prova S.p.A.", (PROVIDER,))


@pytest.mark.parametrize("raw", SIGNED.values(), ids=SIGNED)
def test_one_letter_changed_breaks_it(raw: bytes) -> None:
    assert check(raw.replace(b"Fine.", b"Fino.")).is_broken


def test_a_signature_of_somebody_else_does_not_hold() -> None:
    other = provider_signer(PROVIDER.replace("gestore", "gestora"))
    mixed = detached(PART, RSA).replace(
        RSA.certificate.public_bytes(DER), other.certificate.public_bytes(DER)
    )
    assert check(sign(PART, RSA, signature=mixed)).is_broken


NOTHING = {
    "no signature at all": b"Content-Type: text/plain\r\n\r\nCiao",
    "no words": sign(PART, RSA, signature=b""),
    "no grammar": sign(PART, RSA, signature=b"NOT A REAL SIGNATURE"),
    "no certificate": sign(
        PART, RSA, signature=detached(PART, RSA, options=(*BINARY, PKCS7Options.NoCerts))
    ),
    "no end": sign(PART, RSA).partition(b"\r\n--signed\r\nContent-Type: application")[0],
}


@pytest.mark.parametrize("raw", NOTHING.values(), ids=NOTHING)
def test_what_cannot_be_checked_is_not_called_broken(raw: bytes) -> None:
    assert check(raw).state in {SignatureState.NONE, SignatureState.UNREADABLE}


DAMAGE = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=30)


@given(name=st.sampled_from(sorted(SIGNED)), damage=DAMAGE)
def test_no_damage_makes_it_raise(name: str, damage: list[tuple[int, int]]) -> None:
    raw = bytearray(SIGNED[name])
    for place, value in damage:
        raw[place % len(raw)] = value
    assert check(bytes(raw)).state in SignatureState


def test_the_signed_part_begins_and_ends_at_its_delimiters() -> None:
    raw = b"X: 1\r\n\r\nprologo\r\n--b \r\nA: 1\r\n\r\nx\r\n\r\n--b--"
    assert signed_bytes(raw, "b") == b"A: 1\r\n\r\nx\r\n"
    assert signed_bytes(raw, "") is None
    assert signed_bytes(raw.replace(b"--b--", b""), "b") is None


def receipt(**more: object) -> bytes:
    about = {"message_id": "<nostro@x.example>", "recipients": ["a@pec.example"]}
    return make_receipt("avvenuta-consegna", about="a@pec.example", **{**about, **more})  # type: ignore[arg-type]  # words of a receipt


def test_a_receipt_that_was_changed_is_none() -> None:
    raw = receipt()
    mail = read_arrived(raw, is_pec_mailbox=True)
    assert (mail.kind, mail.reports[0].receipt) == (Kind.DELIVERY, Receipt.DELIVERED)
    assert mail.signature.state is SignatureState.INTACT
    changed = read_arrived(raw.replace(b"\nRicevuta:", b"\nRicevuto:"), is_pec_mailbox=True)
    assert (changed.kind, changed.reports) == (Kind.TAMPERED, ())
    assert "non corrisponde" in changed.text
    assert changed.names.message_ids == ("<nostro@x.example>",)
    assert changed.identity != mail.identity


def test_only_the_provider_s_own_mailbox_is_the_provider() -> None:
    assert is_provider("posta-certificata@gestore.it", "Posta-Certificata@gestore.it")
    assert not is_provider("posta-certificata@gestore.it", "posta-certificata@altro.it")
    assert not is_provider("mario@gestore.it", "mario@gestore.it")
    stranger = read_arrived(
        receipt(signer=provider_signer("mario@truffa.example")), is_pec_mailbox=True
    )
    address = stranger.signature.address_of(stranger.sender)
    assert address == "mario@truffa.example"
    assert not is_provider(address, stranger.sender)

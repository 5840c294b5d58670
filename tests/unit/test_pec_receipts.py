"""Receipts of PEC: what each says, what is none; order and repeats change nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.arrived import Arrived, Blame, Kind, place_report
from sollecito.domain.transitions import Receipt, Status, learn
from sollecito.formats.arrived_mail import read_arrived
from sollecito.formats.pec_receipts import bare_subject

FOLDER = Path(__file__).parent.parent / "data" / "pec"
SAMPLES = sorted(FOLDER.glob("*.eml"))
UNO, DIREZIONE = "amministrazione@pec.cliente-uno.it", "direzione@pec.cliente-uno.it"
DUE, GMAIL = "info@pec.cliente-due.it", "mario.rossi@gmail.example"
WRITTEN_TO = {
    1: [UNO],
    2: [UNO, DIREZIONE],
    3: [DUE],
    4: [UNO],
    5: [GMAIL],
    6: [UNO],
    7: [UNO],
}
"""Number of our Message-ID → the addresses it went to."""


def read(raw: bytes) -> Arrived:
    return read_arrived(raw, is_pec_mailbox=True)


def sample(number: int) -> Arrived:
    (path,) = FOLDER.glob(f"{number:02}_*.eml")
    return read(path.read_bytes())


def outcome(mails: Iterable[Arrived], start: Status) -> dict[tuple[int, str], Status]:
    """The state of every recipient after these mails, in this order."""
    found = {(n, each): start for n, addresses in WRITTEN_TO.items() for each in addresses}
    for mail in mails:
        named = next(iter(mail.names.message_ids), "")
        number = int(named.partition("@")[0][-4:]) if named.startswith("<sol-") else 0
        for report in mail.reports:
            for address in place_report(report, WRITTEN_TO.get(number, [])):
                if report.receipt:
                    found[number, address] = learn(found[number, address], report.receipt)
    return found


def test_the_samples_give_the_states_they_were_written_for() -> None:
    told = outcome((read(path.read_bytes()) for path in SAMPLES), Status.ACCEPTED)
    assert told == {
        (1, UNO): Status.DELIVERED,
        (2, UNO): Status.DELIVERED,
        (2, DIREZIONE): Status.BOUNCED,
        (3, DUE): Status.BOUNCED,
        (4, UNO): Status.BOUNCED,
        (5, GMAIL): Status.ACCEPTED,
        (6, UNO): Status.DELIVERED,
        (7, UNO): Status.ACCEPTED,
    }


READ = [read(path.read_bytes()) for path in SAMPLES]
LEFT = [Status.AT_DOT, Status.UNKNOWN, Status.ACCEPTED, Status.QUEUED, Status.RETRY, Status.FAILED]


@given(
    order=st.permutations(range(len(READ))),
    repeats=st.lists(st.integers(0, len(READ) - 1), max_size=20),
    start=st.sampled_from(LEFT),
)
def test_order_and_repeats_change_nothing(
    order: list[int], repeats: list[int], start: Status
) -> None:
    shuffled = list(order)
    for place, again in enumerate(repeats):
        shuffled.insert(place * 2 % (len(shuffled) + 1), again)
    assert outcome((READ[n] for n in shuffled), start) == outcome(READ, start)


@pytest.mark.parametrize(
    ("number", "kind", "receipt"),
    [
        (1, Kind.ACCEPTANCE, Receipt.ACCEPTED),
        (2, Kind.DELIVERY, Receipt.DELIVERED),
        (5, Kind.NON_DELIVERY, Receipt.BOUNCED),
        (6, Kind.WARNING, Receipt.DELAYED),
        (8, Kind.NON_ACCEPTANCE, Receipt.BOUNCED),
    ],
)
def test_each_receipt_says_its_own(number: int, kind: Kind, receipt: Receipt) -> None:
    mail = sample(number)
    assert (mail.kind, mail.reports[0].receipt) == (kind, receipt)


def test_a_full_mailbox_is_soft_an_unknown_one_hard_and_a_refusal_ours() -> None:
    blames = [sample(number).reports[0].blame for number in (5, 7, 8)]
    assert blames == [Blame.SOFT, Blame.HARD, Blame.OURS]


def test_only_a_complete_receipt_is_the_proof() -> None:
    assert sample(2).is_complete
    assert not sample(4).is_complete
    assert not sample(1).is_complete


def test_a_recipient_outside_pec_is_told_apart() -> None:
    accepted, outside = sample(9).reports
    assert accepted.receipt is Receipt.ACCEPTED
    assert outside.is_outside_pec
    assert outside.receipt is None
    assert place_report(outside, [GMAIL]) == (GMAIL,)


def test_without_certificate_the_headers_tell_and_the_only_recipient_is_meant() -> None:
    (report,) = sample(10).reports
    assert report.receipt is Receipt.DELIVERED
    assert place_report(report, [UNO]) == (UNO,)
    assert place_report(report, [UNO, DUE]) == ()


def test_a_reply_by_pec_is_read_from_what_is_inside() -> None:
    mail = sample(11)
    assert (mail.kind, mail.reports) == (Kind.PEC_MAIL, ())
    assert mail.sender == UNO
    assert mail.text == "Bonifico disposto oggi."
    assert "<opec2119.20261120093001.12345.67.1.1@pec.esempio.it>" in mail.names.answered


def test_a_forged_receipt_inside_an_anomaly_is_none() -> None:
    mail = sample(12)
    assert (mail.kind, mail.reports, mail.names.message_ids) == (Kind.ANOMALY, (), ())


def test_the_same_mail_is_the_same_wherever_it_lies() -> None:
    assert sample(13).identity == sample(2).identity
    assert len({mail.identity for mail in READ}) == len(READ) - 1


def receipt(
    kind: str = "avvenuta-consegna", certificate: str | None = None, more: str = ""
) -> bytes:
    part = (
        '--b\nContent-Type: application/xml; name="daticert.xml"\n\n' + certificate + "\n"
        if certificate
        else ""
    )
    return (
        f"From: posta-certificata@pec.esempio.it\nSubject: CONSEGNA: Prova\n"
        f"X-Ricevuta: {kind}\nX-Riferimento-Message-ID: <header@x.example>\n{more}"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nRicevuta\n'
        f"{part}--b--\n"
    ).encode()


def daticert(kind: str = "avvenuta-consegna", msgid: str = "&lt;xml@x.example&gt;") -> str:
    return (
        f'<?xml version="1.0"?><postacert tipo="{kind}" errore="nessuno"><intestazione/>'
        f"<dati><identificativo>opec.1@p.example</identificativo><msgid>{msgid}</msgid>"
        "<consegna>a@pec.example</consegna></dati></postacert>"
    )


def test_the_certificate_is_asked_before_the_header() -> None:
    mail = read(receipt(certificate=daticert()))
    assert mail.names.message_ids == ("<xml@x.example>", "<header@x.example>")
    assert mail.names.provider_id == "opec.1@p.example"


HOSTILE = [
    '<!DOCTYPE postacert [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + daticert(),
    '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><postacert tipo="avvenuta-consegna"/>',
    "<postacert>" * 400,
    "not xml at all",
    '<other tipo="avvenuta-consegna"/>',
]


@pytest.mark.parametrize("certificate", HOSTILE)
def test_a_hostile_certificate_is_as_if_there_were_none(certificate: str) -> None:
    mail = read(receipt(certificate=certificate))
    assert mail.kind is Kind.DELIVERY
    assert mail.names.message_ids == ("<header@x.example>",)
    assert mail.reports[0].recipients == ()


def test_what_contradicts_itself_is_an_anomaly() -> None:
    for raw in (
        receipt("accettazione", certificate=daticert()),
        receipt(more="X-Trasporto: errore\n"),
        receipt(more="X-Ricevuta: accettazione\n"),
        receipt("qualcosa-di-nuovo"),
    ):
        mail = read(raw)
        assert (mail.kind, mail.reports) == (Kind.ANOMALY, ())


def test_the_word_some_providers_write_is_taken() -> None:
    mail = read(receipt("mancata-consegna", certificate=daticert("errore-consegna")))
    assert mail.kind is Kind.NON_DELIVERY


def test_outside_a_pec_mailbox_anybody_can_write_those_headers() -> None:
    mail = read_arrived(receipt(certificate=daticert()), is_pec_mailbox=False)
    assert (mail.kind, mail.reports) == (Kind.MAIL, ())


def test_a_certificate_inside_an_attached_message_is_not_the_envelope_s() -> None:
    inner = receipt(certificate=daticert()).decode()
    raw = (
        "From: posta-certificata@pec.esempio.it\nX-Ricevuta: avvenuta-consegna\n"
        'Content-Type: multipart/mixed; boundary="o"\n\n--o\nContent-Type: message/rfc822\n\n'
        f"{inner}\n--o--\n"
    )
    assert read(raw.encode()).names.message_ids == ()


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("ACCETTAZIONE: Sollecito fattura 15", "sollecito fattura 15"),
        ("AVVISO DI MANCATA CONSEGNA: Sollecito", "sollecito"),
        ("POSTA CERTIFICATA: R: Re: Sollecito", "sollecito"),
        ("Sollecito: ultimo", "sollecito: ultimo"),
    ],
)
def test_a_subject_without_what_others_put_before_it(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


@given(st.binary(max_size=2000))
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    assert read_arrived(raw, is_pec_mailbox=True).identity
    assert read_arrived(raw, is_pec_mailbox=False).identity


@given(st.data())
def test_no_damage_makes_it_raise(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(SAMPLES)).read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    read_arrived(bytes(raw), is_pec_mailbox=True)
    read_arrived(bytes(raw), is_pec_mailbox=False)

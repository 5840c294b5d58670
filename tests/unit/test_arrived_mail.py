"""Mail that is neither a receipt nor a bounce: replies, robots, confirmations; and hostile mail."""

from __future__ import annotations

import pytest

from sollecito.domain.arrived import Kind
from sollecito.domain.transitions import Receipt
from sollecito.formats.arrived_mail import read_arrived, without_quotes

OURS = "<abcdefghijklmnopqrstuvwxyz234567@ventofresco.example>"


def mail(headers: str = "", body: str = "Buongiorno, ho pagato ieri.\n") -> bytes:
    return (
        "From: Rossi <rossi@cliente.example>\nTo: amministrazione@ventofresco.example\n"
        f"Subject: R: Pagamento\nMessage-ID: <1@cliente.example>\nIn-Reply-To: {OURS}\n"
        f"{headers}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}"
    ).encode()


def test_a_reply_is_read_with_whom_it_answers() -> None:
    found = read_arrived(mail(), is_pec_mailbox=False)
    assert (found.kind, found.sender) == (Kind.MAIL, "rossi@cliente.example")
    assert found.names.answered == (OURS,)
    assert found.text == "Buongiorno, ho pagato ieri."


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied\n",
        "Auto-Submitted: auto-generated; type=vacation\n",
        "X-Autoreply: yes\n",
        "X-Autorespond: fuori sede\n",
        "Precedence: bulk\n",
        "Precedence: auto_reply\n",
        "Return-Path: <>\n",
    ],
)
def test_a_robot_is_told_by_its_headers(headers: str) -> None:
    assert read_arrived(mail(headers), is_pec_mailbox=False).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    "subject",
    ["Risposta automatica: Pagamento", "Automatic reply: x", "Fuori ufficio", "Out of Office: x"],
)
def test_a_robot_is_told_by_its_subject(subject: str) -> None:
    raw = mail().replace(b"Subject: R: Pagamento", f"Subject: {subject}".encode())
    assert read_arrived(raw, is_pec_mailbox=False).kind is Kind.AUTO_REPLY


def test_a_person_who_says_no_robot_is_a_person() -> None:
    found = read_arrived(mail("Auto-Submitted: no\n"), is_pec_mailbox=False)
    assert found.kind is Kind.MAIL


def test_a_person_who_writes_about_a_failure_is_no_bounce() -> None:
    raw = mail().replace(b"R: Pagamento", b"R: delivery failed?")
    assert read_arrived(raw, is_pec_mailbox=False).kind is Kind.MAIL


def test_a_read_receipt_shows_that_it_left() -> None:
    raw = (
        "From: rossi@cliente.example\nSubject: Letto: Pagamento\nContent-Type: multipart/report;"
        ' report-type=disposition-notification; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        "Letto\n--b\nContent-Type: message/disposition-notification\n\nReporting-UA: x\n"
        f"Original-Message-ID: {OURS}\nDisposition: manual-action/MDN-sent-manually; displayed\n"
        "--b--\n"
    ).encode()
    found = read_arrived(raw, is_pec_mailbox=False)
    assert (found.kind, found.names.message_ids) == (Kind.READ_RECEIPT, (OURS,))
    assert found.reports[0].receipt is Receipt.SEEN


def test_a_reply_in_html_is_read_as_lines() -> None:
    raw = mail(body="<style>p{}</style><p>Ho <b>pagato</b></p><p>ieri &amp; oggi<br>ciao</p>")
    raw = raw.replace(b"text/plain", b"text/html")
    assert read_arrived(raw, is_pec_mailbox=False).text == "Ho pagato\nieri & oggi\nciao"


@pytest.mark.parametrize(
    "tail",
    [
        "\n\nIl giorno lun 20 apr 2026 alle 10:31 Ventofresco ha scritto:\n> Buongiorno\n",
        "\n\n-----Messaggio originale-----\nDa: Ventofresco\n",
        "\n> Buongiorno,\n> al 17/04\n",
        "\n________________________________\nFrom: Ventofresco\n",
    ],
)
def test_what_a_reply_quotes_is_left_out(tail: str) -> None:
    assert without_quotes("Pago domani." + tail) == "Pago domani."


def test_a_reply_that_is_all_quote_is_kept() -> None:
    assert without_quotes("> Pago domani") == "> Pago domani"


HOSTILE = {
    "nested": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000)
    ),
    "attached in attached": b"Content-Type: message/rfc822\n\n" * 3000,
    "blank lines": b"Return-Path: <>\nFrom: mailer-daemon@x\nSubject: failure notice\n\n"
    + b"\n" * 200_000,
    "dashes": b"Return-Path: <>\nFrom: mailer-daemon@x\nSubject: failure notice\n\n"
    + b"-" * 200_000,
    "addresses": b"Return-Path: <>\nFrom: mailer-daemon@x\nSubject: failure notice\n\n"
    + b"a@b.example " * 20_000,
    "tags": b"Content-Type: text/html\n\n" + b"<head" * 40_000,
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nx",
    "charset": b'Content-Type: text/plain; charset="x\'y"\n\n\xff\xfe',
    "references": b"References: " + b"<a@b> " * 50_000 + b"\n\nx",
    "subject": b"X-Ricevuta: accettazione\nSubject: " + b"re: " * 50_000 + b"\n\nx",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_read_all_the_same(name: str) -> None:
    for is_pec_mailbox in (True, False):
        assert read_arrived(HOSTILE[name], is_pec_mailbox=is_pec_mailbox).identity

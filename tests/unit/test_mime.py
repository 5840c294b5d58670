"""The bytes of a mail, read back by the standard library."""

from __future__ import annotations

import email
import email.header
import email.policy
import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.domain.documents import DocumentKind
from sollecito.domain.wording import Item, make_item_table
from sollecito.formats.mime import (
    BadAddressError,
    Mail,
    MailAttachment,
    Mailbox,
    check_address,
    clean_file_name,
    make_message_id,
    make_mime,
)

MAIL = Mail(
    sender=Mailbox("solleciti@ventofresco.example", "Ventofresco Impianti S.r.l."),
    to=(Mailbox("bianchi@ferrobrando.example", "dott.ssa Bianchi"),),
    subject="Pagamento non ancora ricevuto: fattura 124/A del 28/02/2026",
    text="Buongiorno,\n\nda pagare 720,00 €: https://crediti.example/d/abc.\n  rientro <b>\n",
    date=datetime(2026, 4, 17, 9, 0, tzinfo=UTC),
    message_id="<abc123@ventofresco.example>",
)
ITEM = Item(
    DocumentKind.E_INVOICE,
    "124/A",
    date(2026, 2, 28),
    date(2026, 3, 31),
    Decimal("1220.00"),
    Decimal("720.00"),
    paid=Decimal("500.00"),
)


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return cast("str", body.get_content()).replace("\r\n", "\n")


def test_a_mail_reads_back_as_written() -> None:
    message = read(make_mime(MAIL))
    assert message.defects == []
    assert message["From"].addresses[0].display_name == "Ventofresco Impianti S.r.l."
    assert str(message["To"]) == '"dott.ssa Bianchi" <bianchi@ferrobrando.example>'
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == MAIL.message_id
    assert message["Date"].datetime == MAIL.date
    assert message.get_content_type() == "multipart/alternative"
    assert part(message, "plain") == MAIL.text
    html = part(message, "html")
    assert '<a href="https://crediti.example/d/abc">https://crediti.example/d/abc</a>.' in html
    assert "&nbsp;&nbsp;rientro &lt;b&gt;" in html


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert make_mime(MAIL) == make_mime(replace(MAIL))
    assert make_mime(MAIL) != make_mime(replace(MAIL, message_id="<other@x.example>"))


def test_wire_form() -> None:
    long = replace(
        MAIL,
        text="parola " * 400 + "x" * 3000,
        subject="y" * 400,
        cc=tuple(Mailbox(f"{'a' * 60}{n}@{'b' * 60}.example", "Ü" * 90) for n in range(5)),
        references=tuple(f"<{n}{'c' * 80}@d.example>" for n in range(20)),
        in_reply_to="<last@d.example>",
        attachments=(MailAttachment("a.pdf", "application/pdf", bytes(range(256)) * 50),),
    )
    raw = make_mime(long)
    assert raw.isascii()
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    message = read(raw)
    assert message["Subject"] == "y" * 400
    header = email.header.decode_header(email.message_from_bytes(raw)["Cc"])
    assert str(email.header.make_header(header)).count("Ü" * 90) == 5
    assert len(message["Cc"].addresses) == 5
    assert message["References"].split()[-1] == "<last@d.example>"
    assert part(message, "plain").rstrip("\n") == long.text


def test_only_automatic_mail_says_so() -> None:
    assert "Auto-Submitted" not in read(make_mime(MAIL))
    automatic = read(make_mime(replace(MAIL, is_automatic=True)))
    assert automatic["Auto-Submitted"] == "auto-generated"


def test_attachments_come_back_whole() -> None:
    content = hashlib.sha256(b"x").digest() * 999
    names = ("Fattura 124-A.pdf", "Città “è”.pdf", "日本" * 40 + ".pdf")
    files = tuple(MailAttachment(name, "application/pdf", content) for name in names)
    message = read(make_mime(replace(MAIL, attachments=files)))
    found = list(message.iter_attachments())
    assert [one.get_filename() for one in found] == [clean_file_name(name) for name in names]
    assert all(one.get_content() == content for one in found)
    assert message.get_content_type() == "multipart/mixed"
    assert part(message, "plain") == MAIL.text


def test_nothing_written_by_others_becomes_a_header() -> None:
    evil = "x\r\nBcc: victim@z.example\r\n\r\nbody"
    mail = replace(
        MAIL,
        subject=evil,
        sender=Mailbox("a@b.example", evil),
        reply_to=Mailbox("c@d.example", f'"{evil}" <z@z.example>'),
        attachments=(MailAttachment(f'{evil}/../"a.pdf', f"text/x\r\n{evil}", b"1"),),
    )
    message = read(make_mime(mail))
    assert message["Bcc"] is None
    assert message["Subject"] == "x Bcc: victim@z.example body"
    assert [a.addr_spec for a in message["Reply-To"].addresses] == ["c@d.example"]
    attachment = next(message.iter_attachments())
    assert attachment.get_content_type() == "application/octet-stream"
    assert "/" not in cast("str", attachment.get_filename())


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b.it",
        "a b@c.it",
        "a@b@c.it",
        "a@b..it",
        ".a@b.it",
        "a@b.it\r\nRCPT TO:<x@y.it>",
        "a@b.it>\nx",
        "<a@b.it>",
        "a@-b.it",
        "à@b.it",
        "a@b_c.it",
    ],
)
def test_bad_addresses_are_refused(address: str) -> None:
    with pytest.raises(BadAddressError):
        check_address(address)


def test_good_addresses_go_in_ascii() -> None:
    assert check_address(" Info+x@Perché.example ") == "Info+x@xn--perch-fsa.example"
    assert check_address("o'neil@sub.b.example") == "o'neil@sub.b.example"


def test_the_message_id_is_stable_and_keyed() -> None:
    first = make_message_id("hand:abc", b"secret", "ventofresco.example")
    assert first == make_message_id("hand:abc", b"secret", "ventofresco.example")
    assert first != make_message_id("hand:abc", b"other", "ventofresco.example")
    assert first != make_message_id("hand:abd", b"secret", "ventofresco.example")
    assert first.startswith("<")
    assert first.endswith("@ventofresco.example>")


def test_the_table_takes_the_place_of_its_words() -> None:
    table = make_item_table((ITEM,), date(2026, 4, 17), "it")
    text = f"Prima\n\n{table.text}\n\nDopo\n"
    html = part(read(make_mime(replace(MAIL, text=text, table=table))), "html")
    assert "<th" in html
    assert "Già pagato" in html
    assert "scadenza 31/03/2026 (17 giorni)" not in html
    assert html.index("Prima") < html.index("<table") < html.index("Dopo")
    edited = text.replace("720,00 €", "700,00 €")
    html = part(read(make_mime(replace(MAIL, text=edited, table=table))), "html")
    assert "<table" not in html
    assert "scadenza 31/03/2026 (17 giorni)" in html


def test_no_pictures_and_nothing_fetched() -> None:
    html = part(read(make_mime(replace(MAIL, text="<img src=x> {{ importo }}"))), "html")
    assert "<img" not in html
    assert "src=" not in html.replace("src=x&gt;", "")


@given(
    subject=st.text(max_size=200),
    name=st.text(max_size=80),
    text=st.text(max_size=300),
)
def test_any_words_survive_the_journey(subject: str, name: str, text: str) -> None:
    raw = make_mime(replace(MAIL, subject=subject, sender=Mailbox("a@b.example", name), text=text))
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = read(raw)
    assert set(message.keys()) == {
        "Date",
        "From",
        "To",
        "Message-ID",
        "Subject",
        "MIME-Version",
        "Content-Type",
    }
    assert message["From"].addresses[0].addr_spec == "a@b.example"

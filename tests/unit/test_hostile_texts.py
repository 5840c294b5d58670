"""Payloads in names, subjects and texts: nothing of them is ever read as a template, a header,
markup or a direction of writing."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest

from sollecito.domain.placeholders import (
    PLACEHOLDERS,
    Shape,
    check_template,
    clean_value,
    render,
    render_subject,
    sample_values,
)
from sollecito.domain.sms import measure, normalise
from sollecito.domain.wording import make_wording, say_in_sms
from sollecito.dunning.texts import CATALOGUE, default_text
from sollecito.formats.mail_html import clean_html, make_html
from sollecito.formats.mime import Mail, MailAttachment, Mailbox, make_mime
from sollecito.formats.pdf.letter import Letter, describe_letter, make_letter
from tests.unit.test_phrases import FACTS

OURS = (
    "{{ importo }}",
    "{{importo}}",
    "{{ firma }}",
    "%Partita",
    "%IMPORTO",
    "{{ {{ importo }} }}",
)
ENGINES = (
    "{% include '/etc/passwd' %}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ config.items() }}",
    "{{ settings.SECRET_KEY }}",
    "{{ request.user.password }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ 7*7 }}",
    "{{7*'7'}}",
    "{% debug %}",
    "{# comment #}",
    "${7*7}",
    "#{7*7}",
    "${{7*7}}",
    "<%= 7*7 %>",
    "<% import os %>",
    "{{=7*7}}",
    "{{constructor.constructor('alert(1)')()}}",
    "[[${7*7}]]",
    "{php}phpinfo();{/php}",
    "@(7*7)",
    "%(importo)s",
    "%s%s%n%x",
    "{importo}",
    "{0.__class__.__init__.__globals__}",
    "$importo ${importo}",
    "`id`",
    "$(id)",
    "=cmd|'/C calc'!A0",
    '#let x = read("/etc/passwd"); #x',
    '#import "@preview/evil:1.0.0"',
    "\\input{/etc/passwd}",
)
HEADERS = (
    "Rossi\r\nBcc: vittima@altrove.example",
    "Rossi\nBcc: vittima@altrove.example",
    "Rossi\rBcc: vittima@altrove.example",
    "Rossi\r\n\r\n<script>alert(1)</script>",
    "Rossi\r\n.\r\nMAIL FROM:<a@b.example>",
    "Rossi%0d%0aBcc: x@y.example",
    "Rossi\u2028Bcc: x@y.example",
    "Rossi\u2029Bcc: x@y.example",
    "Rossi\x85Bcc: x@y.example",
    "Rossi\x0bBcc: x@y.example\x0c",
    "Rossi\x00Bcc: x@y.example",
    "=?utf-8?Q?Rossi=0D=0ABcc:_x@y.example?=",
    "=?utf-8?B?Um9zc2kNCkJjYzogeEB5LmV4YW1wbGU=?=",
    "Rossi <x@y.example>, altro",
    '"Rossi" <x@y.example>; charset=x',
    "Rossi\r\nContent-Type: text/html\r\n\r\n<b>x</b>",
    "Rossi\r\n--boundary--\r\n",
    "嘊嘍Bcc: x@y.example",
    "\ud800 mezzo surrogato",
)
DIRECTIONS = (
    "\u202efdp.exe",
    "\u202d1.000,00\u202c",
    "\u2066IT18\u2069",
    "\u200f€ 00,1",
    "\u061c\u200e",
    "Rossi\u200b\u200c\u2060\ufeff S.r.l.",
    "Ro\u00adssi",
    "\U000e0041\U000e0042",
)
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<a href="javascript:alert(1)">x</a>',
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>body{background:url(//x.example/p.gif)}</style>",
    '<p style="position:fixed;background:url(https://x.example/p)">x</p>',
    "<link rel=stylesheet href=//x.example/c.css>",
    "<meta http-equiv=refresh content='0;url=//x.example'>",
    "<form action=//x.example><input name=iban></form>",
    "<object data=//x.example></object><embed src=//x.example>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "</td></tr></table><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
    '"><b onmouseover=alert(1)>x</b>',
    "' onclick='alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "\u003cscript\u003e",
    "＜script＞alert(1)＜/script＞",
    'http://x.example/"onmouseover="alert(1)',
    "https://x.example/<script>",
    "javascript://x.example/%0aalert(1)",
    '<!--[if mso]><v:rect fill="t"></v:rect><![endif]-->',
    "<base href=//x.example>",
    "<b><i><u>" * 50,
)
EVERY = (*OURS, *ENGINES, *HEADERS, *DIRECTIONS, *MARKUP)
BY_MAIL = [code for code, model in CATALOGUE.items() if not model.is_sms]
ALLOWED = {
    *("html", "head", "meta", "title", "body", "p", "br", "a", "strong", "em", "span"),
    *("table", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
KEPT_ATTRIBUTES = {"style", "href", "scope", "colspan", "lang", "charset", "name", "content"}
DAY = datetime(2026, 4, 17, 9, 0, tzinfo=UTC)


class Reader(HTMLParser):
    """What a reader of HTML sees: tags, attributes, words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read_html(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def styles_of(html: str) -> list[str]:
    return re.findall(r"<style>(.*?)</style>", html, re.DOTALL)


def values_with(payload: str) -> dict[str, str]:
    """The sample with a payload in every value."""
    return {
        name: payload if PLACEHOLDERS[name].shape is Shape.VALUE else f"{payload}\n  {payload}"
        for name in sample_values("it")
    }


def mail_of(payload: str, text: str = "Testo") -> EmailMessage:
    mail = Mail(
        sender=Mailbox("noi@azienda.example", payload),
        to=(Mailbox("cliente@altrove.example", payload),),
        cc=(Mailbox("agente@altrove.example", payload),),
        reply_to=Mailbox("noi@azienda.example", payload),
        subject=payload,
        text=text,
        date=DAY,
        message_id="<abc.def@azienda.example>",
        attachments=(MailAttachment(payload, payload, b"%PDF"),),
    )
    raw = make_mime(mail)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return email.message_from_bytes(raw, policy=email.policy.default)


@pytest.mark.parametrize("payload", EVERY)
def test_a_value_is_never_a_template(payload: str) -> None:
    """The text around a value is the same as with a harmless one."""
    for code in BY_MAIL:
        text = default_text(code).text
        harmless = render(text, values_with("segno")).text
        shown = render(text, values_with(payload)).text
        cleaned = clean_value(payload)
        if not cleaned:
            continue
        assert shown.split("\n")[0].count(cleaned) == harmless.split("\n")[0].count("segno")
        assert "49" not in shown or "49" in payload
        assert not re.search(r"root:|SECRET|<class|uid=", shown.replace(payload, ""))


@pytest.mark.parametrize("payload", EVERY)
def test_a_value_stays_as_it_was_written(payload: str) -> None:
    shown = render("A {{ cliente.nome }} B", {"cliente.nome": payload}).text
    assert shown == f"A {clean_value(payload)} B".replace("A  B", "A {{ cliente.nome }} B")
    assert "\n" not in shown
    assert "\r" not in shown
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029\x00]", shown)


@pytest.mark.parametrize("payload", EVERY)
def test_a_subject_is_one_line_of_at_most_150(payload: str) -> None:
    values = sample_values("it") | {"cliente.nome": payload, "azienda.nome": payload}
    for text in ("{{ cliente.nome }}: {{ importo }}", payload, f"{payload} {{{{ cliente.nome }}}}"):
        shown = render_subject(text, values).text
        assert len(shown) <= 150
        assert shown == clean_value(shown)


@pytest.mark.parametrize("payload", EVERY)
def test_a_header_is_never_added(payload: str) -> None:
    message = mail_of(payload)
    assert {name.lower() for name in message} == {
        *("date", "from", "to", "message-id", "subject", "cc", "reply-to"),
        *("mime-version", "content-type"),
    }
    assert [each.addr_spec for each in message["To"].addresses] == ["cliente@altrove.example"]
    assert [each.addr_spec for each in message["From"].addresses] == ["noi@azienda.example"]
    for name in ("Subject", "To", "From", "Cc", "Reply-To"):
        assert "\n" not in str(message[name])
    assert message["Bcc"] is None
    [attachment] = message.iter_attachments()
    name = attachment.get_filename() or ""
    assert not re.search(r"[/\\\r\n\x00\u202e]", name)
    assert attachment.get_content_type() == "application/octet-stream"


@pytest.mark.parametrize("payload", EVERY)
def test_a_text_is_never_markup(payload: str) -> None:
    """As what a person typed, and as a value."""
    typed = render(f"Prima\n{payload}\n\n{payload}", {}).text
    valued = render("{{ saluto }}\n{{ partite }}\n{{ firma }}", values_with(payload)).text
    for text in (typed, valued):
        seen = read_html(make_html(text))
        assert seen.tags <= ALLOWED
        assert {name for name, _ in seen.attributes} <= KEPT_ATTRIBUTES
        links = [value for name, value in seen.attributes if name == "href"]
        assert all(re.match(r"https?://", link) for link in links)
        styles = " ".join(value for name, value in seen.attributes if name == "style")
        assert not re.search(r"url\(|position|expression|@import", styles)


@pytest.mark.parametrize("payload", MARKUP)
def test_what_was_typed_can_be_read(payload: str) -> None:
    """It is shown as it was written, not swallowed."""
    words = "".join(read_html(make_html(payload)).words)
    shown = re.sub(r"\s+", "", payload.encode(errors="replace").decode())
    assert shown in re.sub(r"\s+", "", words)


@pytest.mark.parametrize("payload", EVERY)
def test_cells_of_the_table_are_text(payload: str) -> None:
    items = tuple(replace(item, number=payload, series=payload) for item in FACTS.items)
    debtor = replace(FACTS.debtor, name=payload, contact=payload)
    wording = make_wording(replace(FACTS, items=items, debtor=debtor))
    text = render(default_text("sollecito_1").text, wording.values).text
    html = make_html(text, wording.table)
    seen = read_html(html)
    assert seen.tags <= ALLOWED | {"style"}
    assert "alert(1)" not in " ".join(value for _, value in seen.attributes)
    harmless = make_wording(FACTS)
    plain = render(default_text("sollecito_1").text, harmless.values).text
    assert styles_of(html) == styles_of(make_html(plain, harmless.table)) != []


@pytest.mark.parametrize("payload", EVERY)
def test_an_sms_is_plain(payload: str) -> None:
    values = say_in_sms(values_with(payload), "it")
    for name in ("azienda.nome_breve", "cliente.nome", "documento.breve"):
        assert not re.search(r"[\x00-\x1f\u202a-\u202e\u2028\u2029]", clean_value(values[name]))
    shown = render(default_text("sms_sollecito_1").text, values).text
    assert "\n" not in shown
    assert measure(normalise(shown)).parts >= 1


@pytest.mark.parametrize("payload", EVERY)
def test_a_letter_takes_it_as_words(payload: str) -> None:
    letter = Letter((payload,), (payload, payload), payload, payload, DAY.date())
    described: dict[str, Any] = describe_letter(letter)
    assert described["sender"] == [clean_value(payload)]
    flat = " ".join(line for block in described["before"] for line in block)
    assert not re.search(r"[\r\u202e\x00]", flat)


def test_the_typesetter_reads_no_markup() -> None:
    """The strangest payloads together, through the compiler itself."""
    payloads = [each for each in (*ENGINES, *MARKUP[:10]) if each.isprintable()]
    letter = Letter(tuple(payloads[:3]), tuple(payloads[3:6]), "x", "\n".join(payloads), DAY.date())
    assert make_letter(letter).startswith(b"%PDF")


@pytest.mark.parametrize("payload", ENGINES)
def test_another_engines_marks_are_no_placeholders(payload: str) -> None:
    """Double braces that are not ours are refused at save; everything else is plain words."""
    problems = check_template(payload)
    assert bool(problems) == ("{{" in payload or "}}" in payload)
    assert render(payload, sample_values("it")).text == payload


@pytest.mark.parametrize("payload", MARKUP)
def test_the_allow_list_alone_would_do(payload: str) -> None:
    """Whatever reached it unescaped, nothing that acts goes through."""
    seen = read_html(clean_html(f"<p>{payload}</p>"))
    assert seen.tags <= ALLOWED - {"html", "head", "meta", "title", "body"}
    assert {name for name, _ in seen.attributes} <= {"style", "href", "scope", "colspan"}
    assert not any("javascript:" in value or "data:" in value for _, value in seen.attributes)
    assert clean_html(clean_html(payload)) == clean_html(payload)

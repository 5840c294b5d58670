"""Where mail that cannot be delivered comes back: addresses made, read back, and bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sollecito.channels.imap_url import BadMailboxUrlError, parse_mailbox_url
from sollecito.domain.arrived import Kind
from sollecito.domain.return_paths import example_of, find_tokens, is_too_long, make_return_path
from sollecito.formats.arrived_mail import read_arrived
from sollecito.formats.mime import make_message_id

PATTERN = "ritorni+{id}@azienda.example"


@given(st.text(max_size=40))
def test_what_a_mail_left_under_tells_which_it_was(key: str) -> None:
    message_id = make_message_id(key, b"segreto", "azienda.example")
    path = make_return_path(PATTERN, message_id)
    (token,) = find_tokens([path.upper()])
    assert message_id == f"<{token}@azienda.example>"


def test_one_address_for_all_names_nothing() -> None:
    assert make_return_path("ritorni@azienda.example", "<x@y>") == "ritorni@azienda.example"
    assert find_tokens(["ritorni@azienda.example", "a" * 40 + "@x.example", ""]) == ()


def test_what_servers_need_not_take_is_too_long() -> None:
    assert not is_too_long(PATTERN)
    assert not is_too_long("r" * 31 + "+{id}@azienda.example")
    assert is_too_long("r" * 32 + "+{id}@azienda.example")
    assert example_of("x@y.example") == "x@y.example"


TOLD = (
    b"From: MAILER-DAEMON@mx.example\nTo: ritorni+%s@azienda.example\n"
    b"Subject: Undelivered Mail Returned to Sender\n\n<a@b.example>: 550 5.1.1 User unknown\n"
)


def test_a_bounce_is_asked_where_it_came_to_and_other_mail_is_not() -> None:
    token = "abcdefghijklmnopqrstuvwxyz234567"
    bounce = read_arrived(TOLD % token.encode(), is_pec_mailbox=False)
    assert (bounce.kind, bounce.names.tokens) == (Kind.BOUNCE, (token,))
    person = f"From: a@b.example\nTo: ritorni+{token}@azienda.example\n\nCiao"
    assert read_arrived(person.encode(), is_pec_mailbox=False).names.tokens == ()


def test_a_mailbox_as_an_administrator_writes_it() -> None:
    account, folder = parse_mailbox_url("imaps://a%40b.it:p%2Fq@imap.b.it/Ritorni")
    assert (account.host, account.port, account.security) == ("imap.b.it", 993, "tls")
    assert (account.user, account.password, folder) == ("a@b.it", "p/q", "Ritorni")
    assert parse_mailbox_url("imap+starttls://u:p@imap.b.it")[1] == "INBOX"
    for wrong in (
        "",
        "http://u:p@imap.b.it",
        "imaps://imap.b.it",
        "imaps://u:p@:993",
        "imap://u:p@imap.b.it",
        "imaps://u:p@imap.b.it:porta",
    ):
        with pytest.raises(BadMailboxUrlError):
            parse_mailbox_url(wrong)

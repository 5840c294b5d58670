"""The local mailbox: nothing leaves, nothing is lost, the gate decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from sollecito.channels.base import Outgoing, Withheld
from sollecito.channels.local_mailbox import (
    MailboxChannel,
    MailboxSettings,
    list_mail,
    open_mail,
    read_mail,
)
from tests.integration.test_smtp_channel import Gate, outgoing

RAW = b"Subject: =?utf-8?q?Perch=C3=A9_no?=\r\nFrom: a@b.it\r\n\r\nTesto\r\n"


def mail(subject: str) -> Outgoing:
    return outgoing(raw=f"Subject: {subject}\r\n\r\nTesto\r\n".encode())


def test_the_exact_bytes_and_the_envelope_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "mailbox"
    channel = MailboxChannel(MailboxSettings(folder))
    replies = channel.send(outgoing("a@example.test", "b@example.test", raw=RAW), Gate())
    assert all(reply.is_accepted for reply in replies)
    kept = read_mail(folder, replies[0].reference)
    assert kept
    assert kept.raw == RAW
    assert kept.recipients == ("a@example.test", "b@example.test")
    assert kept.subject == "Perché no"
    assert open_mail(kept.raw).get_content().split() == ["Testo"]


def test_newest_first_and_paged(tmp_path: Path) -> None:
    channel = MailboxChannel(MailboxSettings(tmp_path))
    for number in range(5):
        channel.send(mail(str(number)), Gate())
    page, count = list_mail(tmp_path, limit=2, offset=1)
    assert count == 5
    assert [kept.subject for kept in page] == ["3", "2"]


def test_a_shut_or_broken_gate_leaves_nothing(tmp_path: Path) -> None:
    channel = MailboxChannel(MailboxSettings(tmp_path))

    def broken(_: tuple[str, ...]) -> bool:
        raise RuntimeError

    with pytest.raises(Withheld):
        channel.send(mail("no"), Gate(opens=False))
    with pytest.raises(RuntimeError):
        channel.send(mail("no"), broken)
    assert list(tmp_path.iterdir()) == []


def test_before_the_gate_nothing_is_in_the_mailbox(tmp_path: Path) -> None:
    seen: list[int] = []

    def gate(_: tuple[str, ...]) -> bool:
        seen.append(list_mail(tmp_path)[1])
        return True

    MailboxChannel(MailboxSettings(tmp_path)).send(mail("sì"), gate)
    assert seen == [0]
    assert list_mail(tmp_path)[1] == 1


def test_names_from_outside_reach_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "altro.eml").write_bytes(RAW)
    assert read_mail(tmp_path / "mailbox", "../altro") is None
    assert read_mail(tmp_path, "") is None
    assert list_mail(tmp_path / "missing") == ([], 0)

"""A reminder by PEC: what leaves, what a provider answers, what is warned of and refused."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes

import pytest

from sollecito.accounts.models import Company
from sollecito.channels.base import Outgoing, Refused
from sollecito.channels.pec import PecChannel, find_breach
from sollecito.flows.deliver import deliver
from sollecito.flows.preview_reminders import preview_reminders
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.send_reminder import send_reminders
from sollecito.flows.take_in_mail import take_in_mail
from sollecito.ledger.models import ContactPoint, Instalment
from sollecito.outbox.models import Content, DeliveryEvent, Message, Sender
from sollecito.outbox.queries import ready_lanes
from tests.arrived import UNO
from tests.outbox_rows import make_company, make_instalments
from tests.pec_provider import Provider, running_provider

pytestmark = pytest.mark.django_db(transaction=True)
BOX = "crediti@pec.ventofresco.example"
BY_PEC = ReminderOptions(channel="pec")


@pytest.fixture
def company() -> Company:
    return make_company("Ventofresco Impianti S.r.l.")


@pytest.fixture
def rata(company: Company) -> Instalment:
    (row,) = make_instalments(company, 1)
    ContactPoint.objects.create(company=company, party=row.party, kind="pec", value=UNO)
    return row


@pytest.fixture
def provider(company: Company) -> Iterator[Provider]:
    arrived: list[bytes] = []
    with running_provider(arrived.append, BOX) as started:
        started.arrived = arrived  # type: ignore[attr-defined]  # for the test that reads it
        Sender.objects.create(
            company=company,
            channel="pec",
            host="127.0.0.1",
            port=started.port,
            security="plain",
            from_address=BOX,
            is_default=True,
        )
        yield started


def send(company: Company, rata: Instalment, options: ReminderOptions = BY_PEC) -> Content:
    outcome = send_reminders(company, [rata.pk], token="t", options=options)
    assert not outcome.refused
    (content,) = outcome.contents
    (lane,) = ready_lanes()
    deliver(lane, worker_id="prova")
    content.refresh_from_db()
    return content


def learn(company: Company, provider: Provider) -> None:
    sender = Sender.objects.get(company=company, channel="pec")
    for raw in provider.arrived:  # type: ignore[attr-defined]  # set by the fixture
        take_in_mail(company, raw, sender=sender)


def test_what_leaves_asks_for_the_complete_receipt_and_keeps_our_name(
    company: Company, rata: Instalment, provider: Provider
) -> None:
    content = send(company, rata)
    (raw,) = provider.taken
    mail = message_from_bytes(raw)
    assert (content.channel, content.envelope_from) == ("pec", BOX)
    assert mail["X-TipoRicevuta"] == "completa"
    assert mail["Message-ID"] == content.message_id
    assert BOX in mail["From"]
    assert mail["To"] == UNO


def test_both_receipts_arrive_and_the_second_is_the_proof(
    company: Company, rata: Instalment, provider: Provider
) -> None:
    content = send(company, rata)
    assert content.messages.get().status == "accepted"
    learn(company, provider)
    assert content.messages.get().status == "delivered"
    kinds = content.received_mails.values_list("kind", "is_complete")
    assert set(kinds) == {("accettazione", False), ("avvenuta-consegna", True)}


def test_an_unknown_mailbox_comes_back(
    company: Company, rata: Instalment, provider: Provider
) -> None:
    provider.unknown.add(UNO)
    content = send(company, rata)
    learn(company, provider)
    assert content.messages.get().status == "bounced"


def test_a_recipient_that_is_no_pec_stays_accepted(
    company: Company, rata: Instalment, provider: Provider
) -> None:
    provider.outside.add(UNO)
    content = send(company, rata)
    learn(company, provider)
    assert content.messages.get().status == "accepted"
    assert DeliveryEvent.objects.filter(kind="outside_pec").exists()


@pytest.mark.usefixtures("provider")
def test_a_blind_copy_is_refused_before_anything_leaves(company: Company, rata: Instalment) -> None:
    options = ReminderOptions(channel="pec", bcc=("io@ventofresco.example",))
    outcome = send_reminders(company, [rata.pk], token="t", options=options)
    assert [each.reason for each in outcome.refused] == ["no_blind_copies"]
    assert not Message.objects.exists()


@pytest.mark.usefixtures("provider")
def test_who_is_not_known_as_pec_and_who_reads_it_is_said(
    company: Company, rata: Instalment
) -> None:
    options = ReminderOptions(channel="pec", to=("mario@gmail.example",))
    shown = preview_reminders(company, [rata.pk], token="t", options=options)
    said = " ".join(shown.warnings)
    assert "mario@gmail.example non risulta una casella PEC" in said
    assert "commercialista" in said
    known = preview_reminders(company, [rata.pk], token="t", options=BY_PEC)
    assert "non risulta" not in " ".join(known.warnings)


def test_without_a_mailbox_or_an_address_it_says_what_to_do(
    company: Company, rata: Instalment
) -> None:
    lost = send_reminders(company, [rata.pk], token="t", options=BY_PEC)
    assert [each.reason for each in lost.refused] == ["no_channel"]
    assert "Mittenti" in lost.refused[0].message


@pytest.mark.usefixtures("provider")
def test_an_e_mail_address_is_never_a_pec(company: Company) -> None:
    (row,) = make_instalments(company, 1)
    ContactPoint.objects.create(company=company, party=row.party, kind="email", value="a@b.example")
    lost = send_reminders(company, [row.pk], token="t", options=BY_PEC)
    assert [each.reason for each in lost.refused] == ["no_recipient"]


class Line:
    """The way out of a channel, which must not be reached."""

    def send(self, _outgoing: Outgoing, _gate: object) -> list[object]:
        raise AssertionError("it left")

    def close(self) -> None:
        return


def outgoing(**changes: object) -> Outgoing:
    raw = f"From: Ventofresco <{BOX}>\r\nTo: {UNO}\r\n\r\nBuongiorno\r\n".encode()
    values = {"raw": raw, "message_id": "<1@x>", "sender": BOX, "recipients": (UNO,)} | changes
    return Outgoing(**values)  # type: ignore[arg-type]  # passed on


def test_the_rules_of_pec_are_held_by_the_channel_too() -> None:
    assert find_breach(outgoing(), BOX) == ""
    assert find_breach(outgoing(sender=BOX.upper()), BOX) == ""
    for wrong, word in (
        ({"recipients": (UNO, "nascosto@x.example")}, "nascosta"),
        ({"sender": "altro@x.example"}, "mittente"),
        ({"raw": outgoing().raw.replace(BOX.encode(), b"altro@x.example")}, "mittente"),
        ({"raw": outgoing().raw + b"x" * 30_000_000}, "30 MB"),
    ):
        with pytest.raises(Refused, match=word) as caught:
            PecChannel(Line(), BOX).send(outgoing(**wrong), lambda _recipients: True)  # type: ignore[arg-type]  # the line of the test
        assert caught.value.for_good

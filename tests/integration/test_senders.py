"""Several accounts a company and channel: which one writes, and which lane it leaves by."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from sollecito.accounts.models import Company
from sollecito.channels.pec import PecChannel
from sollecito.flows.choose_account import AccountGoneError, open_channel
from sollecito.flows.choose_sender import NoSenderError, choose_sender, usable_senders
from sollecito.flows.claim_contents import claim_contents
from sollecito.outbox.models import Attempt, Content, Message, Sender
from sollecito.outbox.queries import Lane, ready_lanes
from tests.outbox_rows import make_company, queue

pytestmark = pytest.mark.django_db(transaction=True)


def make_sender(company: Company, address: str, **fields: object) -> Sender:
    values = {"host": "smtp.example.test", "from_address": address} | fields
    return Sender.objects.create(company=company, **values)


def test_the_default_one_writes_unless_another_is_asked_for() -> None:
    company = make_company()
    other = make_sender(company, "fatture@example.test", from_name="Fatture")
    usual = make_sender(company, "ufficio@example.test", is_default=True)
    assert list(usable_senders(company)) == [usual, other]
    assert choose_sender(company).sender == usual
    asked = choose_sender(company, sender_id=other.pk)
    assert (asked.sender, asked.shown.address) == (other, "fatture@example.test")
    stranger = make_sender(make_company(), "altri@example.test")
    assert choose_sender(company, sender_id=stranger.pk).sender == usual
    assert choose_sender(company, keep_here=True).channel == "file"


def test_two_defaults_cannot_be() -> None:
    company = make_company()
    make_sender(company, "a@example.test", is_default=True)
    make_sender(company, "a@pec.example.test", is_default=True, channel="pec")
    make_sender(company, "b@example.test", is_default=True, is_active=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_sender(company, "c@example.test", is_default=True)


def test_each_channel_has_its_own() -> None:
    company = make_company()
    make_sender(company, "a@example.test", is_default=True)
    for channel in ("pec", "sms"):
        with pytest.raises(NoSenderError, match="Impostazioni › Mittenti"):
            choose_sender(company, channel)
    pec = make_sender(company, "noi@pec.example.test", channel="pec")
    account = choose_sender(company, "pec")
    assert (account.channel, account.sender) == ("pec", pec)
    assert account.shown.address == account.answers_to == "noi@pec.example.test"
    sms = make_sender(company, "", channel="sms", alias="VentoFresco", gateway="generic")
    assert choose_sender(company, "sms").alias == "VentoFresco"
    assert choose_sender(company, "sms").sender == sms


def test_nothing_of_the_sample_leaves_the_machine() -> None:
    company = make_company()
    company.is_sample, company.pec = True, "noi@pec.example.test"
    make_sender(company, "a@example.test", is_default=True)
    assert {choose_sender(company, each).channel for each in ("email", "pec")} == {"file"}
    assert all(choose_sender(company, each).stays_here for each in ("email", "pec", "sms"))
    assert choose_sender(company, "pec").shown.address == "noi@pec.example.test"


def test_lanes_of_every_channel_honour_rates_and_pauses() -> None:
    company = make_company()
    senders = {
        channel: make_sender(company, f"{channel}@example.test", channel=channel, per_hour=2)
        for channel in ("email", "pec", "sms")
    }
    for channel, sender in senders.items():
        queue(3, company=company, channel=channel, sender=sender)
    lanes = [Lane(channel, sender.pk) for channel, sender in senders.items()]
    assert ready_lanes() == lanes
    for lane in lanes:
        claim = claim_contents(lane, worker_id="w")
        assert claim
        assert len(claim.contents) == 2
        assert claim_contents(lane, worker_id="w") is None
    Sender.objects.filter(channel="pec").update(paused_at=company.created_at)
    assert "pec" not in {lane.channel for lane in ready_lanes()}


def test_a_pec_mailbox_is_opened_and_what_is_gone_is_not() -> None:
    company = make_company()
    pec = make_sender(company, "noi@pec.example.test", channel="pec")
    assert isinstance(open_channel(Lane("pec", pec.pk)), PecChannel)
    Sender.objects.update(is_active=False)
    with pytest.raises(AccountGoneError):
        open_channel(Lane("pec", pec.pk))


def started(sender: Sender, *ages: timedelta) -> None:
    """Attempts of that many ago."""
    company = sender.company
    [content] = queue(1, company=company, channel=sender.channel, sender=sender)
    attempted(content, Lane(sender.channel, sender.pk), *ages)


def attempted(content: Content, lane: Lane, *ages: timedelta) -> None:
    Message.objects.filter(content=content).update(status="accepted")
    company = content.company
    Attempt.objects.bulk_create(
        Attempt(
            company=company,
            content=content,
            attempt_id=f"{number}",
            worker_id="w",
            lane=lane.name,
            started_at=timezone.now() - age,
        )
        for number, age in enumerate(ages)
    )


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("limits", "ages", "room"),
    [
        ({"per_minute": 3}, [30 * SECOND, 50 * SECOND, 70 * SECOND], 1),
        ({"per_hour": 3}, [2 * MINUTE, 59 * MINUTE, 61 * MINUTE], 1),
        ({"per_day": 3}, [2 * HOUR, DAY - MINUTE, DAY + MINUTE], 1),
        ({"per_day": 2}, [2 * HOUR, DAY - MINUTE], 0),
        ({"per_minute": 5, "per_hour": 5, "per_day": 3}, [2 * MINUTE, 2 * HOUR], 1),
        ({"per_minute": 2, "per_day": 100}, [30 * SECOND], 1),
        ({}, [SECOND] * 30, 5),
    ],
    ids=["minute", "hour", "rolling-day", "day-full", "day-rules", "minute-rules", "none"],
)
def test_every_rate_is_honoured(limits: dict[str, int], ages: list[timedelta], room: int) -> None:
    """Of the rolling window, whatever midnight lies in it; what is over waits."""
    company = make_company()
    sender = make_sender(company, "a@example.test", **limits)
    started(sender, *ages)
    queue(5, company=company, sender=sender)
    claim = claim_contents(Lane("email", sender.pk), worker_id="w")
    assert (len(claim.contents) if claim else 0) == room
    waiting = Message.objects.filter(status="queued").count()
    assert waiting == 5 - room


def test_the_installation_s_own_sender_has_its_rates_and_connections(settings: Settings) -> None:
    """All the companies that write through it count together."""
    settings.SMTP_RATES, settings.SMTP_CONNECTIONS = (3, None, 100), 2
    lane = Lane("email")
    [sent] = queue(1, company=make_company())
    attempted(sent, lane, 10 * SECOND, 2 * HOUR)
    queue(2, company=make_company("Altra"))
    queue(2, company=make_company("Terza"))
    claims = [claim_contents(lane, worker_id=f"w{n}", limit=1) for n in range(4)]
    assert [bool(claim) for claim in claims] == [True, True, False, False]
    assert Message.objects.filter(status="queued").count() == 2


@pytest.mark.parametrize("most", [1, 3])
def test_connections_at_once(most: int) -> None:
    company = make_company()
    sender = make_sender(company, "a@example.test", max_connections=most)
    queue(6, company=company, sender=sender)
    lane = Lane("email", sender.pk)
    claims = [claim_contents(lane, worker_id=f"w{n}", limit=1) for n in range(5)]
    assert [bool(claim) for claim in claims] == [n < most for n in range(5)]
    assert claim_contents(lane, worker_id="w0", limit=1), "the same connection goes on"

"""Storia: the time line of a customer, from every table that knows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from sollecito.dunning.models import Hold
from sollecito.dunning.time_line import EntryKind, time_line
from sollecito.flows.hold_reminders import hold_reminders, release_hold
from sollecito.flows.promise_payment import promise_payment
from sollecito.flows.record_payments import pay_instalment
from sollecito.flows.undo_payments import undo_payment
from tests.builders import Row, invoice_bytes
from tests.web_rows import World, enter, make_world, on_the_day, upload  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]


@pytest.fixture
def world(on_the_day: None) -> World:  # noqa: F811  the fixture imported above
    return make_world()


def kinds(world: World) -> list[EntryKind]:
    return [entry.kind for entry in time_line(world.party)]


def test_each_thing_that_happens_comes_once(world: World) -> None:
    before = kinds(world)
    assert before.count(EntryKind.MESSAGE) == 1
    assert EntryKind.DOCUMENT in before
    hold = hold_reminders(world.party, Hold.Kind.LEGAL, user=world.owner, reason="avv. Neri")
    release_hold(hold, user=world.owner)
    promise_payment(world.instalment, day=date(2026, 4, 24), amount=None, user=world.owner)
    day, some = date(2026, 4, 16), Decimal(20)
    payment = pay_instalment(world.instalment, amount=some, day=day, user=world.owner)
    after = kinds(world)
    assert after.count(EntryKind.AGREEMENT) == before.count(EntryKind.AGREEMENT) + 3
    assert after.count(EntryKind.PAYMENT) == before.count(EntryKind.PAYMENT) + 1
    undo_payment(payment, user=world.owner)
    changed = [each for each in time_line(world.party) if each.kind is EntryKind.CHANGE]
    assert any("annullat" in str(each.row.text) for each in changed)  # type: ignore[attr-defined]


def test_pages_join_without_gap_or_repetition(world: World) -> None:
    for number in range(20, 32):
        upload(
            world.company,
            (
                f"IT12345670157_000{number}.xml",
                invoice_bytes(number=str(number), rows=(Row("50.00", due="2026-05-31"),)),
            ),
        )
    whole = time_line(world.party, limit=500)
    assert [each.at for each in whole] == sorted((each.at for each in whole), reverse=True)
    pages = [time_line(world.party, skip=start, limit=7) for start in range(0, len(whole), 7)]
    assert [each for page in pages for each in page] == whole
    only = time_line(world.party, kinds=frozenset({EntryKind.DOCUMENT}), limit=500)
    assert only == [each for each in whole if each.kind is EntryKind.DOCUMENT]
    assert len(only) >= 12


def test_the_page_shows_them_by_kind(world: World) -> None:
    client: Client = enter(world.viewer)
    hold_reminders(world.document, Hold.Kind.DISPUTE, user=world.owner, reason="merce rotta")
    path = reverse("web:customer_time_line", args=[world.party.pk])
    page = client.get(path).content.decode()
    for word in (world.content.subject, "merce rotta", "Incasso"):
        assert word in page
    agreements = client.get(f"{path}?tipo=accordi").content.decode()
    assert "merce rotta" in agreements
    assert world.content.subject not in agreements
    assert client.get(f"{path}?tipo=%00&pagina=99999999999").status_code == 200
    assert client.get(reverse("web:customer_time_line", args=[999_999])).status_code == 404

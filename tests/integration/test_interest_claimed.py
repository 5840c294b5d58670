"""Interest in a formal notice: row by row beside the capital, never in a reminder."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from sollecito.accounts.models import AuditEntry
from sollecito.domain.transitions import Receipt
from sollecito.domain.wording import InterestClaim
from sollecito.dunning.models import Hold, InterestRate, Procedure, Reminder
from sollecito.dunning.notice_queries import notices_delivered
from sollecito.dunning.policy_book import policy_value
from sollecito.dunning.positions import position_on
from sollecito.dunning.rates import rates_of
from sollecito.flows import clock
from sollecito.flows.add_rate import NewRate, add_rate, remove_rate
from sollecito.flows.compose_automatic import automatic_options
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.edit_customer import edit_customer
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.gather_interest import charge_interest, counting_of, sum_charged
from sollecito.flows.print_letters import note_return
from sollecito.flows.record_payments import pay_instalment
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.save_policy import save_policy
from sollecito.formats.policy_json import parse_policy
from sollecito.ledger.models import Party
from sollecito.outbox.models import Content, DeliveryEvent, Message
from tests.web_rows import World, enter, make_world, on_the_day  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]
FORMAL = "messa_in_mora_impresa"


@pytest.fixture
def world(on_the_day: None) -> World:  # noqa: F811  the fixture imported above
    return make_world()


def text_of(world: World, model: str = FORMAL) -> str:
    options = ReminderOptions(model=model)
    (draft,) = compose_reminders(world.company, [world.instalment.pk], options=options).drafts
    return draft.text


def test_a_formal_notice_claims_interest_row_by_row(world: World) -> None:
    text = text_of(world)
    assert "Capitale: 122,00 €" in text
    assert "Interessi di mora al 17/04/2026: 0,58 €" in text
    assert "Indennizzo forfettario (art. 6 D.Lgs. 231/2002): 40,00 €" in text
    assert "la somma di 162,58 €" in text
    assert "01/04/2026 - 17/04/2026, 17 giorni, 10,15%, 122,00 €: 0,58 €" in text


def test_what_came_in_late_closes_its_row(world: World) -> None:
    pay_instalment(world.instalment, amount=Decimal(20), day=date(2026, 4, 10))
    text = text_of(world)
    assert "Capitale: 102,00 €" in text
    assert "01/04/2026 - 10/04/2026, 10 giorni, 10,15%, 122,00 €: 0,34 €" in text
    assert "11/04/2026 - 17/04/2026, 7 giorni, 10,15%, 102,00 €: 0,20 €" in text
    assert "Interessi di mora al 17/04/2026: 0,54 €" in text


def test_a_reminder_and_a_notice_to_a_person_claim_none(world: World) -> None:
    for model in ("sollecito_2", "sollecito_3", "messa_in_mora_privato"):
        text = text_of(world, model)
        assert "40,00 €" not in text
        assert "0,58 €" not in text


def test_a_day_without_a_rate_is_said(world: World) -> None:
    with clock.pretend(date(2027, 1, 20)):
        text = text_of(world)
    assert "Dal 01/01/2027 il tasso non è ancora pubblicato: non si calcolano interessi." in text
    reference = InterestRate.Kind.REFERENCE
    half = (date(2027, 1, 1), date(2027, 6, 30))
    new = NewRate(reference, *half, Decimal("2.15"), "GU 15 del 20/1/2027")
    add_rate(world.company, new, user=world.owner)
    with clock.pretend(date(2027, 1, 20)):
        text = text_of(world)
    assert "01/01/2027 - 20/01/2027, 20 giorni, 10,15%, 122,00 €: 0,68 €" in text
    assert "non è ancora pubblicato" not in text


def test_a_rate_is_added_once_with_its_source_and_taken_away(world: World) -> None:
    kind, first, last = InterestRate.Kind.LEGAL, date(2027, 1, 1), date(2027, 12, 31)
    new = NewRate(kind, first, last, Decimal("1.5"), "DM 10/12/2026")
    row = add_rate(world.company, new, user=world.owner)
    for days, percent, source, field in (
        ((first, last), "1", "DM", "first_date"),
        ((date(2026, 5, 1), date(2026, 6, 1)), "1", "DM", "first_date"),
        ((date(2028, 2, 1), date(2028, 1, 1)), "1", "DM", "last_date"),
        ((date(2028, 1, 1), date(2028, 2, 1)), "100", "DM", "percent"),
        ((date(2028, 1, 1), date(2028, 2, 1)), "1", " ", "source"),
    ):
        with pytest.raises(FieldsRefusedError) as refused:
            add_rate(world.company, NewRate(kind, *days, Decimal(percent), source), user=None)
        assert list(refused.value.problems) == [field]
    remove_rate(row, user=world.owner)
    assert rates_of(kind, world.company)[-1].last == date(2026, 12, 31)
    assert AuditEntry.objects.filter(action__startswith="rate_").count() == 2


def test_the_pages_show_the_rows_and_the_rates(world: World) -> None:
    client = enter(world.owner)
    path = reverse("web:customer_interest", args=[world.party.pk])
    page = client.get(path + "?al=2026-04-17&legge=231").content.decode()
    for words in ("0,58 €", "40,00 €", "10,15%", "01/04/2026"):
        assert words in page
    page = client.get(path + "?al=2027-02-01&legge=231").content.decode()
    assert "Dal 01/01/2027 il tasso non è ancora pubblicato" in page
    assert client.get(path + "?al=xx&legge=yy").status_code == 200
    settings = reverse("web:settings_rates")
    data = {"kind": "reference", "first_date": "2027-01-01", "last_date": "2027-06-30"}
    assert client.post(settings, data | {"percent": "2,15", "source": "GU 15"}).status_code == 302
    assert "GU 15" in client.get(settings).content.decode()
    again = client.post(settings, data | {"percent": "2,15", "source": "GU 15"}).content.decode()
    assert "già un tasso" in again
    stranger = enter(make_world("99900010473", "Seconda").owner)
    assert "GU 15" not in stranger.get(settings).content.decode()
    row = InterestRate.objects.get()
    client.post(reverse("web:settings_rate_remove", args=[row.pk]))
    assert not InterestRate.objects.exists()


def notice_arrived(world: World, day: date, *, channel: str = "pec", kind: str = "privato") -> None:
    """A formal notice about the world's instalment, with the proof that it was delivered."""
    now = clock.now()
    content = Content.objects.create(
        company=world.company, key=f"mora-{day}-{channel}", channel=channel, created_at=now
    )
    message = Message.objects.create(
        company=world.company, content=content, address="a@pec.example", not_before=now
    )
    Reminder.objects.create(
        company=world.company,
        instalment=world.instalment,
        content=content,
        kind=f"messa_in_mora_{kind}",
        frozen_balance=world.instalment.balance,
        issued_date=day,
    )
    noon = datetime.combine(day, time(12), ZoneInfo("Europe/Rome"))
    DeliveryEvent.objects.create(
        company=world.company, message=message, kind=Receipt.DELIVERED, at=noon
    )


def become(world: World, **fields: Any) -> None:
    Party.objects.filter(pk=world.party.pk).update(**fields)


def charged_on(world: World, day: date) -> InterestClaim:
    party = Party.objects.select_related("company").get(pk=world.party.pk)
    position = position_on(party, "EUR", day)
    return sum_charged(charge_interest(position.rows, position.owed, counting_of(party, day)))


@pytest.mark.parametrize("kind", ["privato", "condominio"])
def test_a_consumer_owes_the_legal_rate_from_the_day_the_notice_arrived(
    world: World, kind: str
) -> None:
    become(world, kind=kind)
    day = date(2026, 5, 31)
    assert charged_on(world, day) == InterestClaim(Decimal("0.00"), Decimal("0.00"))
    notice_arrived(world, date(2026, 4, 30), channel="email")
    assert not charged_on(world, day).rows
    notice_arrived(world, date(2026, 5, 10), channel="letter")
    notice_arrived(world, date(2026, 5, 1))
    claim = charged_on(world, day)
    (row,) = claim.rows
    assert (row.first, row.last, row.days) == (date(2026, 5, 2), day, 30)
    assert (row.percent, claim.interest, claim.flat) == (
        Decimal("1.60"),
        Decimal("0.16"),
        Decimal("0.00"),
    )
    page = enter(world.owner).get(
        reverse("web:customer_interest", args=[world.party.pk]), {"al": "2026-05-31"}
    )
    assert "messa in mora arrivata il 01/05/2026" in page.content.decode()


def test_the_return_receipt_of_a_letter_counts_from_its_own_day(world: World) -> None:
    become(world, kind="privato")
    notice_arrived(world, date(2026, 4, 16), channel="letter")
    DeliveryEvent.objects.filter(kind=Receipt.DELIVERED).delete()
    message = Message.objects.get(content__key="mora-2026-04-16-letter")
    note_return(message, day=date(2026, 4, 12), is_delivered=True, user=world.owner)
    days = notices_delivered(world.company, [world.instalment.pk])
    assert days == {world.instalment.pk: date(2026, 4, 12)}


def test_interest_stops_at_the_opening_of_an_insolvency(world: World) -> None:
    now, opened = clock.now(), date(2026, 4, 10)
    hold = Hold.objects.create(
        company=world.company,
        party=world.party,
        kind="insolvency",
        from_date=opened,
        created_at=now,
    )
    Procedure.objects.create(
        company=world.company, hold=hold, kind="liquidazione_giudiziale", opened_date=opened
    )
    (row,) = charged_on(world, date(2026, 5, 31)).rows
    assert (row.first, row.last) == (date(2026, 4, 1), opened)
    page = enter(world.owner).get(
        reverse("web:customer_interest", args=[world.party.pk]), {"al": "2026-05-31"}
    )
    assert "gli interessi si fermano all’apertura, il 10/04/2026" in page.content.decode()
    Hold.objects.filter(pk=hold.pk).update(released_at=now)
    assert charged_on(world, date(2026, 5, 31)).rows[-1].last == date(2026, 5, 31)


@pytest.mark.parametrize(
    ("fields", "percent", "flat"),
    [
        ({}, "10.15", "40.00"),
        ({"interest_regime": "agrifood"}, "14.15", "40.00"),
        ({"interest_regime": "agreed", "interest_percent": Decimal("6.5")}, "6.50", "0.00"),
        ({"contract_date": date(2012, 5, 1)}, "9.15", "0.00"),
        ({"contract_date": date(2026, 12, 1)}, "10.15", "40.00"),
        ({"kind": "ente_pubblico"}, "10.15", "40.00"),
    ],
)
def test_the_card_says_which_rate(
    world: World, fields: dict[str, Any], percent: str, flat: str
) -> None:
    become(world, **fields)
    claim = charged_on(world, date(2026, 4, 17))
    assert claim.rows[0].percent == Decimal(percent)
    assert claim.flat == Decimal(flat)


def test_a_consumer_never_gets_the_rate_of_the_decree(world: World) -> None:
    become(world, kind="condominio", interest_regime="231")
    notice_arrived(world, date(2026, 4, 1))
    assert {row.percent for row in charged_on(world, date(2026, 5, 1)).rows} == {Decimal("1.60")}


def test_the_terms_are_written_on_the_card_and_checked(world: World) -> None:
    with pytest.raises(FieldsRefusedError) as refused:
        edit_customer(world.party, user=world.owner, changes={"interest_regime": "agreed"})
    assert set(refused.value.problems) == {"interest_percent"}
    wanted = {"interest_regime": "agreed", "interest_percent": Decimal("6.5")}
    edit_customer(world.party, user=world.owner, changes=wanted)
    assert Party.objects.get(pk=world.party.pk).interest_percent == Decimal("6.5")


@pytest.mark.parametrize(
    ("model", "asks", "is_said"),
    [
        ("sollecito_3", True, True),
        ("ente_pubblico", True, True),
        ("sollecito_3", False, False),
        ("sollecito_2", True, False),
    ],
)
def test_a_reminder_says_interest_only_where_step_and_model_ask(
    world: World, model: str, *, asks: bool, is_said: bool
) -> None:
    options = ReminderOptions(model=model, consequence="messa_in_mora", with_interest=asks)
    (draft,) = compose_reminders(world.company, [world.instalment.pk], options=options).drafts
    sentence = "A oggi sono maturati interessi di mora per 0,58 €, non compresi nell'importo."
    assert (sentence in draft.text) is is_said
    assert draft.wording.values["importo"] == "122,00 €"


def test_a_step_of_a_rule_asks_for_it(world: World) -> None:
    text = '{"name": "Con interessi", "steps": [{"kind": "sollecito", "offset_days": 5, '
    text += '"template": "sollecito_3", "consequence": "messa_in_mora", "with_interest": true}]}'
    value, _is_default, problems = parse_policy(text.encode())
    assert value is not None, problems
    policy = save_policy(world.company, value, user=None, is_default=True)
    assert policy.steps.get(retired_at__isnull=True).with_interest
    (step,) = policy_value(policy).steps
    options = automatic_options(world.company, [world.party], step, "email")
    (draft,) = compose_reminders(world.company, [world.instalment.pk], options=options).drafts
    assert "A oggi sono maturati interessi di mora per 0,58 €" in draft.text


def test_who_records_money_is_told_what_the_law_would_serve_first(world: World) -> None:
    client = enter(world.owner)
    asked = {"righe": str(world.instalment.pk)}
    page = client.get(reverse("web:payment_new"), asked).content.decode()
    assert "A oggi sono maturati interessi per 0,58 €" in page
    assert "art. 1194" in page
    become(world, kind="privato")
    page = client.get(reverse("web:payment_new"), asked).content.decode()
    assert "art. 1194" not in page

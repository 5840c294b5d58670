"""Interest in a formal notice: row by row beside the capital, never in a reminder."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from sollecito.accounts.models import AuditEntry
from sollecito.dunning.models import InterestRate
from sollecito.dunning.rates import rates_of
from sollecito.flows import clock
from sollecito.flows.add_rate import NewRate, add_rate, remove_rate
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.record_payments import pay_instalment
from sollecito.flows.reminder_options import ReminderOptions
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

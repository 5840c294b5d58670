"""Abbonamenti: what they switch off, how messages are counted, what becomes of those over."""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sollecito.accounts.models import AuditEntry, Company, Tier, User
from sollecito.domain.tiers import PRESETS, Quota
from sollecito.dunning.models import SavedDraft
from sollecito.flows import clock
from sollecito.flows.check_text import WrittenText
from sollecito.flows.choose_sender import NoSenderError, choose_sender
from sollecito.flows.count_quota import NotIncludedError, quotas_of, reserve
from sollecito.flows.edit_tiers import TierData, assign_tier, save_tier
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.run_programmes import run_programmes
from sollecito.flows.save_template import TextPlace, save_template
from sollecito.flows.send_reminder import new_token, send_reminders, undo_sending
from sollecito.outbox.models import Content, Message
from tests.postgres import running_postgres
from tests.web_rows import TODAY, World, enter, make_world, on_the_day  # noqa: F401  a fixture
from tests.work_rows import AUTOMATIC, add_debtors, add_programme, open_drafts

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]


@pytest.fixture(autouse=True)
def presets() -> None:
    """A test that empties the tables takes the rows of a migration with it."""
    for each in PRESETS:
        Tier.objects.get_or_create(
            code=each.code,
            defaults={
                "name": each.name,
                "modules": list(each.modules),
                "included_email": each.included_email,
                "included_pec": each.included_pec,
                "included_sms": each.included_sms,
            },
        )


@pytest.fixture
def world() -> World:
    return make_world()


def give(company: Company, *, modules: tuple[str, ...] = (), email: int | None = None) -> Tier:
    tier = save_tier(
        TierData("Prova", modules, email, 0, 0, code=f"p{Tier.objects.count()}"), user=None
    )
    assign_tier(company, tier, user=None)
    return tier


def used(company: Company) -> int:
    company.refresh_from_db()
    return next(each.used for each in quotas_of(company) if each.kind == "email")


def send(world: World, **options: Any) -> Any:
    return send_reminders(
        world.company,
        [world.instalment.pk],
        token=new_token(),
        user=world.owner,
        options=ReminderOptions(**options),
    )


def test_without_a_tier_everything_is_on(world: World) -> None:
    assert world.company.tier is None
    assert quotas_of(world.company) == []
    reserve(world.company, "sms")
    essential = Tier.objects.get(code="essential")
    assert (essential.included_email, essential.modules) == (5, [])
    assert Tier.objects.get(code="medium").included_email is None


def test_eighty_percent_is_low() -> None:
    assert not Quota("email", 5, 3).is_low
    assert Quota("email", 5, 4).is_low
    assert Quota("email", 5, 7).left == 0
    assert Quota("email", 0, 0).is_low


def test_what_was_written_over_the_quota_stays_as_a_draft(world: World) -> None:
    give(world.company, email=used_before(world) + 1)
    assert len(send(world).contents) == 1
    outcome = send(world, subject="La mia riga", text="Parole mie", to=("x@y.example",))
    assert not outcome.contents
    assert [each.reason for each in outcome.refused] == ["quota"]
    assert "sono finiti" in outcome.refused[0].message
    saved = SavedDraft.objects.get()
    assert saved.written["text"] == "Parole mie"
    assert saved.written["to"] == ["x@y.example"]
    client = enter(world.owner)
    assert "La mia riga" in said(client.get(reverse("web:saved_drafts")))
    drawer = said(client.get(reverse("web:saved_draft_open", args=[saved.pk])))
    assert "Parole mie" in drawer
    assert "x@y.example" in drawer
    assert f"bozza={saved.pk}" in drawer
    client.post(reverse("web:saved_draft_remove", args=[saved.pk]))
    assert not SavedDraft.objects.exists()


def used_before(world: World) -> int:
    """What the world's own reminder counts for."""
    give(world.company, email=1000)
    return used(world.company)


def test_what_was_taken_back_or_failed_is_free(world: World) -> None:
    before = used_before(world)
    token = new_token()
    company = world.company
    send_reminders(company, [world.instalment.pk], token=token, user=world.owner, can_undo=True)
    assert used(company) == before + 1
    undo_sending(company, token, user=world.owner)
    assert used(company) == before
    outcome = send(world)
    Message.objects.filter(content=outcome.contents[0]).update(status="failed")
    assert used(company) == before
    Message.objects.filter(content=outcome.contents[0]).update(status="unknown")
    assert used(company) == before + 1


def test_notices_of_the_product_do_not_count(world: World) -> None:
    before = used_before(world)
    Content.objects.filter(pk=send(world).contents[0].pk).update(kind="avviso")
    assert used(world.company) == before


def test_the_count_begins_again_with_the_month(world: World) -> None:
    give(world.company, email=1)
    Content.objects.all().update(queued_at=None)
    assert send(world).contents
    assert not send(world).contents
    first = date(TODAY.year, TODAY.month + 1, 1)
    with clock.pretend(first - timedelta(days=1)):
        assert not send(world).contents
    with clock.pretend(first):
        assert used(world.company) == 0
        assert send(world).contents


RACE = """
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from sollecito.accounts.models import Tier
from sollecito.dunning.models import SavedDraft
from sollecito.flows import clock
from sollecito.flows.edit_tiers import TierData, assign_tier, save_tier
from sollecito.flows.send_reminder import send_reminders
from sollecito.outbox.models import Content
from tests.reminders import TODAY, add_email, import_invoice, make_company

company = make_company()
(row,) = import_invoice(company)
add_email(row.party)
assign_tier(company, save_tier(TierData("Prova", (), 3), user=None), user=None)
start = Barrier(5)

def order(number):
    start.wait()
    with clock.pretend(TODAY):
        sent = send_reminders(company, [row.pk], token=f"ordine-{number}")
    connection.close()
    return len(sent.contents)

with ThreadPoolExecutor(5) as pool:
    sent = list(pool.map(order, range(5)))
print(json.dumps([sorted(sent), Content.objects.count(), SavedDraft.objects.count()]))
"""


@contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
    else:
        with running_postgres() as url:
            yield url


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_five_at_the_last_three(kind: str, tmp_path: Path) -> None:
    """Whoever comes after finds them gone, and keeps what was written."""
    with database(kind) as url:
        environment = os.environ | {
            "SOLLECITO_HOME": str(tmp_path),
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "sollecito.config.settings",
            "DATABASE_URL": url,
        }
        done = subprocess.run(
            [sys.executable, "-c", RACE],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[0, 0, 1, 1, 1], 3, 2]


def test_an_automatic_one_waits_and_leaves_next_month(world: World) -> None:
    company = world.company
    with clock.pretend(date(2026, 4, 22)):
        add_programme(company, approval=AUTOMATIC.value, reviewed_at=clock.now())
        add_debtors(company, 2)
        give(company, modules=("automatic",), email=used_before(world) + 1)
        give_takings(company)
        outcome = run_programmes(company)
        assert len(outcome.approval.contents) == 1
        waiting = open_drafts(company)
        assert {draft.obstacle for draft in waiting} == {"quota"}
        assert "sono finiti" in waiting[0].obstacle_text
        page = said(enter(world.owner).get(reverse("web:today")))
        assert "Gli invii e-mail del mese sono finiti" in page
        assert len(run_programmes(company).approval.contents) == 0
    with clock.pretend(date(TODAY.year, TODAY.month + 1, 4)):
        give_takings(company)
        outcome = run_programmes(company)
        assert outcome.approval.contents


def give_takings(company: Company) -> None:
    """A person says that takings are up to date."""
    Company.objects.filter(pk=company.pk).update(takings_current_at=clock.now())
    company.refresh_from_db()


def test_a_tier_without_automatic_reminders_makes_none(world: World) -> None:
    give(world.company, modules=())
    world.company.refresh_from_db()
    outcome = run_programmes(world.company, everything=True)
    assert outcome.plan.issued == 0
    assert "Solleciti automatici" in said(enter(world.owner).get(reverse("web:programmes")))


def test_channels_that_a_tier_does_not_have(world: World) -> None:
    give(world.company, modules=())
    for channel in ("pec", "sms", "letter"):
        with pytest.raises(NoSenderError, match="non compreso nell'abbonamento Prova"):
            choose_sender(world.company, channel)
    with pytest.raises(NotIncludedError) as caught:
        reserve(world.company, "sms")
    assert caught.value.reason == "module_off"


def test_the_administrator_alone_sets_tiers(world: World) -> None:
    client = enter(world.owner)
    new = reverse("web:settings_tier_new")
    assert client.get(new).status_code == 404
    assert "Abbonamenti di questa installazione" not in said(
        client.get(reverse("web:settings_tier"))
    )
    User.objects.filter(pk=world.owner.pk).update(is_superuser=True)
    data = {"name": "Base", "modules": ["sms"], "included_email": "2", "included_sms": "0"}
    client.post(new, data)
    tier = Tier.objects.get(code="base")
    assert (tier.modules, tier.included_email, tier.included_pec) == (["sms"], 2, None)
    assert "c'è già" in said(client.post(new, data))
    assign = reverse("web:settings_tier_assign")
    client.post(assign, {"company": world.company.pk, "tier": tier.pk})
    world.company.refresh_from_db()
    assert world.company.tier == tier
    page = said(client.get(reverse("web:settings_tier")))
    assert "Abbonamento Base" in page
    client.post(assign, {"company": world.company.pk, "tier": ""})
    world.company.refresh_from_db()
    assert world.company.tier is None
    assert AuditEntry.objects.filter(action="tier_assigned").count() == 2
    with pytest.raises(FieldsRefusedError):
        save_tier(TierData("x", ("volare",)), user=None)


def test_the_notice_shows_before_it_ends(world: World) -> None:
    client = enter(world.owner)
    Content.objects.all().update(queued_at=None)
    give(world.company, email=5)
    for _ in range(4):
        assert "Questo mese resta" not in said(client.get(reverse("web:scadenzario")))
        assert send(world).contents
    assert "Questo mese resta un invio" in said(client.get(reverse("web:scadenzario")))
    drawer = reverse("web:reminder_new") + f"?righe={world.instalment.pk}"
    assert "Questo mese resta un invio" in said(client.get(drawer))
    assert send(world).contents
    assert "sono finiti" in said(client.get(reverse("web:scadenzario")))
    assert "resta tra le bozze" in said(client.get(drawer))


def said(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_sending_from_the_drawer_says_where_the_words_are(world: World) -> None:
    give(world.company, email=0)
    client: Client = enter(world.owner)
    path = reverse("web:reminder_new")
    data = {
        "righe": str(world.instalment.pk),
        "token": new_token(),
        "a": "x@y.example",
        "oggetto": "Sollecito",
        "testo": "Parole mie",
        "allegati_noti": "1",
        "passo": "invia",
    }
    answer = said(client.post(path, data, follow=True))
    assert "Bozze salvate" in answer
    assert "non comprende invii e-mail" in answer
    saved = SavedDraft.objects.get()
    assign_tier(world.company, None, user=None)
    client.post(f"{path}?bozza={saved.pk}", data | {"token": new_token()})
    assert not SavedDraft.objects.exists()
    assert AuditEntry.objects.filter(action="draft_discarded").exists()


def test_models_of_what_a_tier_is_without_are_neither_seen_nor_used(world: World) -> None:
    company, client = world.company, enter(world.owner)
    listed = said(client.get(reverse("web:settings_templates")))
    assert "SMS, primo sollecito" in listed
    assert "Qui mancano i modelli" not in listed, "a self-hoster has everything"
    give(company, modules=("automatic",))
    company.refresh_from_db()
    listed = said(client.get(reverse("web:settings_templates")))
    for name in ("SMS, primo sollecito", "Piano di rientro, proposta", "Messa in mora, imprese"):
        assert name not in listed
    assert "Primo sollecito" in listed
    assert "non comprende: SMS, Piani di rientro, Messe in mora" in listed
    for code in ("sms_sollecito_1", "piano_proposto", "messa_in_mora_impresa"):
        page = client.get(reverse("web:settings_template", args=[code]), follow=True)
        assert "non compreso nell'abbonamento Prova" in said(page)
        place, written = TextPlace(code), WrittenText("a", "b")
        with pytest.raises(NotIncludedError):
            save_template(company, place, written, user=world.owner)
    drawer = client.get(reverse("web:reminder_new"), {"righe": world.instalment.pk})
    assert "messa_in_mora_impresa" not in said(drawer)
    options = ReminderOptions(model="messa_in_mora_impresa")
    token, ids = new_token(), [world.instalment.pk]
    (refused,) = send_reminders(company, ids, token=token, options=options).refused
    assert "Messe in mora: non compreso" in refused.message

"""The weekly list of an agent, and the notice the day before a first reminder."""

from __future__ import annotations

from datetime import date

import pytest

from sollecito.flows import clock
from sollecito.flows.manage_agents import save_agent
from sollecito.flows.write_to_agents import write_to_agents
from sollecito.ledger.models import Instalment, Party
from sollecito.outbox.models import Content
from tests.builders import Row, invoice_bytes
from tests.programmes import add_policy
from tests.web_rows import World, make_world, on_the_day, upload  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]
MONDAY, TUESDAY = date(2026, 4, 20), date(2026, 4, 21)


@pytest.fixture
def world(on_the_day: None) -> World:  # noqa: F811  the fixture imported above
    made = make_world()
    Party.objects.filter(pk=made.party.pk).update(agent=made.agent, kind="impresa")
    upload(
        made.company,
        (
            "IT12345670157_00009.xml",
            invoice_bytes(
                number="9",
                buyer_vat="",
                buyer_tax_code="RSSMRA80A01H501U",
                buyer_name="Mario Rossi",
                rows=(Row("50.00", due="2026-03-31"),),
                total="50.00",
            ),
        ),
    )
    Party.objects.filter(name="Mario Rossi").update(agent=made.agent)
    return made


def opt_in(world: World, *, has_weekly_list: bool = False, is_forewarned: bool = False) -> None:
    save_agent(
        world.company,
        user=None,
        name=world.agent.name,
        email="agente@rete.example",
        agent=world.agent,
        has_weekly_list=has_weekly_list,
        is_forewarned=is_forewarned,
    )


def write_on(world: World, day: date) -> int:
    with clock.pretend(day, world.company.time_zone):
        return write_to_agents(world.company)


def test_the_list_goes_once_a_week_with_his_firms_only(world: World) -> None:
    opt_in(world, has_weekly_list=True)
    assert [write_on(world, day) for day in (MONDAY, MONDAY, TUESDAY)] == [1, 0, 0]
    mail = Content.objects.get(kind="agente_riepilogo")
    assert "Clienti con scaduto al 20/04/2026: 122,00 €" in mail.subject
    assert "122,00 €, da 20 giorni" in mail.text
    assert "Mario Rossi" not in mail.text
    assert mail.messages.get().address == "agente@rete.example"
    assert write_on(world, date(2026, 4, 27)) == 1


def test_nothing_is_written_where_nobody_asked_or_nothing_is_overdue(world: World) -> None:
    assert write_on(world, MONDAY) == 0
    opt_in(world, has_weekly_list=True)
    Instalment.objects.update(balance=0)
    assert write_on(world, MONDAY) == 0


def test_a_list_of_a_closed_monday_goes_on_the_next_working_day(world: World) -> None:
    opt_in(world, has_weekly_list=True)
    easter = (date(2027, 3, 29), date(2027, 3, 30))  # Lunedì dell'Angelo
    assert [write_on(world, day) for day in easter] == [0, 1]


def test_the_day_before_a_first_reminder_he_is_told(world: World) -> None:
    fresh = invoice_bytes(
        number="10", buyer_vat="99900030471", buyer_name="Nuova S.r.l.", rows=(Row("70.00"),)
    )
    upload(world.company, ("IT12345670157_00010.xml", fresh))
    due = Instalment.objects.filter(party__name="Nuova S.r.l.")
    due.update(due_date=date(2026, 3, 31))
    Party.objects.filter(name="Nuova S.r.l.").update(agent=world.agent)
    add_policy(world.company, 21)  # due on 31 March: 21 April
    opt_in(world, is_forewarned=True)
    assert [write_on(world, day) for day in (date(2026, 4, 17), MONDAY, MONDAY)] == [0, 1, 0]
    mail = Content.objects.get(kind="agente_preavviso")
    assert mail.subject == "Il 21/04/2026 parte un primo sollecito a Nuova S.r.l."
    assert world.party.name not in mail.text  # was reminded before
    assert "Mario Rossi" not in mail.text
    assert mail.template_version == "default/it/agente_preavviso"
    assert "Giulia Neri" in mail.text or world.company.name in mail.text, "it is signed"


def test_an_agent_with_a_list_is_in_no_copy(world: World) -> None:
    from sollecito.flows.compose_automatic import _agent_of  # noqa: PLC0415  the rule itself

    opt_in(world)
    assert _agent_of([Party.objects.get(pk=world.party.pk)]) == ("agente@rete.example",)
    opt_in(world, has_weekly_list=True)
    assert _agent_of([Party.objects.get(pk=world.party.pk)]) == ()

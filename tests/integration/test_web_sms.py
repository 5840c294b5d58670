"""SMS on the pages: seen before it leaves, read where it is kept."""

from __future__ import annotations

from typing import Any

import pytest

from sollecito.accounts.models import Company
from sollecito.domain.policies import Step, StepKind
from sollecito.dunning.models import Draft
from sollecito.flows.deliver import deliver
from sollecito.flows.run_programmes import run_programmes
from sollecito.outbox.models import Message, Sender
from sollecito.outbox.queries import Lane
from tests.programmes import add_policy, approve_on
from tests.reminders import add_phone, import_invoice
from tests.web_rows import TODAY, enter, make_world, on_the_day  # noqa: F401  a fixture
from tests.work_rows import vat_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_sms_from_the_list_to_the_local_mailbox() -> None:
    world = make_world()
    steps = (Step(StepKind.REMINDER, 10, channels=("sms",)),)
    add_policy(world.company, steps=steps, working_days_only=False)
    (row,) = import_invoice(world.company, number="77/A")
    add_phone(row.party)
    run_programmes(world.company, everything=True)
    draft = Draft.objects.get(content__channel="sms", is_open=True, party=row.party)
    client = enter(world.owner)
    page = text_of(client.get(f"/oggi/{draft.pk}/"))
    assert "+393331234567" in page
    assert "1 SMS, " in page
    assert "non risulta pagato" in page
    asked = text_of(client.post("/oggi/invia/", {"righe": str(draft.pk)}))
    assert "Uno è un SMS: 1 parte." in asked
    assert approve_on(world.company, TODAY, [draft.pk]).contents
    deliver(Lane("sms"), worker_id="w")
    message = Message.objects.get(content=draft.pk)
    assert message.status == "accepted"
    listed = text_of(client.get("/posta/"))
    assert "SMS: " in listed
    kept = text_of(client.get(f"/posta/{message.reference}/"))
    assert "non risulta pagato" in kept
    assert "Al numero" in kept
    told = text_of(client.get(f"/comunicazioni/{draft.pk}/"))
    assert "+393331234567" in told


def test_an_order_says_how_many_sms_how_many_parts_and_what_they_cost() -> None:
    world = make_world()
    gateway = Sender.objects.create(company=world.company, channel="sms", alias="Prova")
    steps = (Step(StepKind.REMINDER, 10, channels=("sms",)),)
    add_policy(world.company, steps=steps, working_days_only=False)
    rows = [import_invoice(world.company, number=f"{n}/A", **buyer(n))[0] for n in (77, 78)]
    for n, row in enumerate(rows):
        add_phone(row.party, f"333 123456{n}")
    run_programmes(world.company, everything=True)
    drafts = Draft.objects.filter(content__channel="sms", is_open=True)
    client = enter(world.owner)
    order = {"righe": ",".join(str(draft.pk) for draft in drafts)}
    assert "2 sono SMS: 2 parti." in text_of(client.post("/oggi/invia/", order))
    Sender.objects.filter(pk=gateway.pk).update(gateway_settings={"price": "0.0651"})
    assert "2 sono SMS: 2 parti, circa 0,13 €." in text_of(client.post("/oggi/invia/", order))
    first = drafts[0]
    dollars = {"price": "0.0651", "currency": "USD"}
    Sender.objects.filter(pk=gateway.pk).update(gateway_settings=dollars)
    one = text_of(client.get(f"/oggi/{first.pk}/"))
    assert "Circa 0,07 USD." in one


def test_what_cannot_be_measured_yet_is_said() -> None:
    """A text that lacks the short name of a long company waits to be completed."""
    world = make_world()
    Company.objects.filter(pk=world.company.pk).update(name="Azienda dal nome lungo S.r.l.")
    world.company.refresh_from_db()
    steps = (Step(StepKind.REMINDER, 10, channels=("sms",)),)
    add_policy(world.company, steps=steps, working_days_only=False)
    (row,) = import_invoice(world.company, number="77/A")
    add_phone(row.party)
    run_programmes(world.company, everything=True)
    draft = Draft.objects.get(content__channel="sms", is_open=True, party=row.party)
    Draft.objects.filter(pk=draft.pk).update(obstacle="", obstacle_text="")
    page = text_of(enter(world.owner).post("/oggi/invia/", {"righe": str(draft.pk)}))
    assert "Uno è un SMS." in page
    assert "Di 1 SMS le parti si sapranno quando parte." in page


def buyer(number: int) -> dict[str, str]:
    return {"buyer_name": f"Cliente {number} S.r.l.", "buyer_vat": vat_of(number)}


def test_whatsapp_from_the_drawer() -> None:
    world = make_world()
    (row,) = import_invoice(world.company, number="77/A")
    add_phone(row.party)
    client = enter(world.owner)
    drawer = text_of(client.get("/solleciti/nuovo/", {"righe": row.pk}))
    assert "/solleciti/whatsapp/?righe=" in drawer
    page = text_of(client.get("/solleciti/whatsapp/", {"righe": row.pk}))
    assert "https://wa.me/393331234567?text=" in page
    sent = {"righe": row.pk, "token": "abc", "testo": "Buongiorno, ft 77/A"}
    client.post("/solleciti/whatsapp/", sent)
    message = Message.objects.get(content__channel="whatsapp")
    assert message.status == "accepted"
    assert "WhatsApp: Buongiorno" in text_of(client.get(f"/comunicazioni/{message.content_id}/"))

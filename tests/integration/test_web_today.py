"""The pages of Solleciti di oggi: who sees them, who may act, what each button does."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from sollecito.accounts.models import AuditEntry, Closure, Company
from sollecito.domain.documents import CustomerKind
from sollecito.domain.policies import Policy, Step, StepKind
from sollecito.dunning import models
from sollecito.dunning.models import Charge, Draft, Hold, Run, SendOrder, SkippedStep
from sollecito.flows.approve_reminders import approve_reminders
from sollecito.flows.charge_users import charge_user
from sollecito.flows.check_text import WrittenText
from sollecito.flows.compose_automatic import Written
from sollecito.flows.edit_customer import edit_customer
from sollecito.flows.examine_drafts import examine_drafts
from sollecito.flows.manage_users import remove_user
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.flows.run_programmes import note_failure
from sollecito.flows.save_template import TextPlace, save_template
from sollecito.flows.suppress_address import suppress_address
from sollecito.ledger.models import ContactPoint
from sollecito.outbox.models import Message, Sender
from tests.ledger_rows import add_document
from tests.programmes import forget_events
from tests.reminders import add_phone
from tests.web_rows import PASSWORD, TODAY, World, enter, on_the_day
from tests.web_rows import make_world as make_bare_world
from tests.work_rows import add_debtors, add_programme, open_drafts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]
__all__ = ["on_the_day"]
PARTIAL = {"hx-request": "true"}


def make_world(*arguments: str) -> World:
    """A company that works today."""
    made = make_bare_world(*arguments)
    Closure.objects.filter(company=made.company).delete()
    return made


@pytest.fixture
def world() -> World:
    made = make_world()
    add_programme(made.company)
    return made


@pytest.fixture
def desk(world: World) -> Client:
    return enter(world.office)


def opened(desk: Client, query: str = "") -> str:
    return desk.get(f"/oggi/{query}").content.decode()


def first_draft(world: World, desk: Client, name: str = "Cliente 001") -> Draft:
    opened(desk)
    return next(each for each in open_drafts(world.company) if each.party.name.startswith(name))


def test_opening_the_page_plans_the_day(world: World, desk: Client) -> None:
    add_debtors(world.company, 2)
    assert not Draft.objects.exists()
    page = opened(desk)
    assert "Cliente 001 S.r.l." in page
    assert "Primo sollecito" in page
    assert "3 giorni dopo la scadenza" in page
    runs = Run.objects.count()
    opened(desk)
    assert Run.objects.count() == runs, "nothing was touched: nothing to plan"


def test_who_only_reads_sees_and_cannot_act(world: World, desk: Client) -> None:
    add_debtors(world.company, 1)
    draft = first_draft(world, desk)
    reader = enter(world.viewer)
    page = opened(reader)
    assert draft.party.name in page
    assert "/invia/" not in page
    assert reader.get(f"/oggi/{draft.pk}/").status_code == 200
    for act in ("invia", "annulla", "salta", "rimetti", "sospendi", "indirizzo", "modifica"):
        assert reader.post(f"/oggi/{draft.pk}/{act}/").status_code == 403, act
    for path in ("/oggi/invia/", "/oggi/incassi-aggiornati/", "/oggi/aggiorna/", "/oggi/riprendi/"):
        assert reader.post(path).status_code == 403, path
    assert reader.get(f"/oggi/{draft.pk}/modifica/").status_code == 403


def test_another_companys_drafts_are_nowhere(world: World, desk: Client) -> None:
    other = make_world("99900010473", "Seconda")
    add_programme(other.company)
    add_debtors(other.company, 1)
    stranger = enter(other.office)
    draft = first_draft(other, stranger)
    assert draft.party.name not in opened(desk)
    for act in ("", "modifica/", "sospendi/"):
        assert desk.get(f"/oggi/{draft.pk}/{act}").status_code == 404, act
    for act in ("invia", "annulla", "salta", "rimetti", "sospendi", "indirizzo"):
        assert desk.post(f"/oggi/{draft.pk}/{act}/").status_code == 404, act
    desk.post("/oggi/invia/", {"righe": str(draft.pk), "passo": "invia"})
    assert not SendOrder.objects.exists()
    draft.refresh_from_db()
    assert draft.is_open


def test_one_is_sent_and_taken_back(world: World, desk: Client) -> None:
    add_debtors(world.company, 1)
    draft = first_draft(world, desk)
    answer = desk.post(f"/oggi/{draft.pk}/invia/", headers=PARTIAL)
    text = answer.content.decode()
    assert "In partenza: Cliente 001 S.r.l." in text
    assert f"/oggi/{draft.pk}/annulla/" in text
    assert Message.objects.get(content=draft.pk).status == "queued"
    assert "Annulla" in opened(desk), "and a page without scripts has it too"
    desk.post(f"/oggi/{draft.pk}/annulla/")
    assert Message.objects.get(content=draft.pk).status == "draft"
    assert [each.pk for each in open_drafts(world.company)] == [draft.pk]


def test_without_scripts_every_act_is_undone_by_one_button(world: World, desk: Client) -> None:
    add_debtors(world.company, 1)
    hold = {"tipo": "snooze", "ambito": "instalment", "fino_al": "2026-12-31"}
    for act, fields in (("salta", {}), ("sospendi", hold), ("sospendi", hold | {"tipo": "legal"})):
        draft = first_draft(world, desk)
        page = desk.post(f"/oggi/{draft.pk}/{act}/", fields, follow=True).content.decode()
        assert open_drafts(world.company) == [], act
        undo = re.search(r'action="(/oggi/[^"]*(?:rimetti|riprendi)[^"]*)"', page)
        assert undo, act
        assert "Annulla" in page
        desk.post(undo[1].replace("&amp;", "&"))
        opened(desk)
        assert [each.party.pk for each in open_drafts(world.company)] == [draft.party.pk], act


def test_what_was_written_and_undone_is_marked_and_dropped(world: World, desk: Client) -> None:
    add_debtors(world.company, 1)
    draft = first_draft(world, desk)
    options = ReminderOptions(to=("a@b.example",), subject="Ciao", text="Ciao.", attachments=())
    approve_reminders(
        world.company,
        [draft.pk],
        user=world.office,
        wait=timedelta(seconds=10),
        written={draft.pk: Written(options)},
    )
    desk.post(f"/oggi/{draft.pk}/annulla/")
    assert "testo modificato a mano" in opened(desk)
    page = desk.get(f"/oggi/{draft.pk}/").content.decode()
    assert '<p class="letter-text">Ciao.' in page
    assert "Togli le modifiche" in page
    drawer = desk.get(f"/oggi/{draft.pk}/modifica/").content.decode()
    assert "Ciao." in drawer, "who opens it again goes on from there"
    desk.post(f"/oggi/{draft.pk}/testo/")
    assert "testo modificato a mano" not in opened(desk)


def test_what_is_not_due_yet_is_told_beside_the_amount(world: World, desk: Client) -> None:
    (party,) = add_debtors(world.company, 1)
    due = TODAY + timedelta(days=3)
    add_document(party, "61.00", day=due - timedelta(days=30), due=due)
    draft = first_draft(world, desk)
    for page in (opened(desk), desk.get(f"/oggi/{draft.pk}/").content.decode()):
        assert "122,00" in page
        assert "più 61,00 € non ancora scaduti" in " ".join(page.split()).replace("\xa0", " ")
    asked = desk.post("/oggi/invia/", {"righe": str(draft.pk)}).content.decode()
    asked = asked.replace("\xa0", " ")
    assert "Invia 1 messaggio a 1 cliente, 122,00 €" in asked
    assert "a parte altri 61,00 € non ancora scaduti" in asked


def test_what_was_seen_is_what_leaves(world: World, desk: Client) -> None:
    add_debtors(world.company, 1)
    draft = first_draft(world, desk)
    page = desk.get(f"/oggi/{draft.pk}/", headers=PARTIAL).content.decode()
    seen = page.split('name="visto" value="')[1].split('"')[0]
    assert seen.split("|")[2] in page.split("SHA-256")[1]
    desk.post(f"/oggi/{draft.pk}/invia/", {"visto": seen})
    draft.content.refresh_from_db()
    assert draft.content.sha256 == seen.split("|")[2]


def test_a_changed_draft_is_not_sent_as_seen(world: World, desk: Client) -> None:
    add_debtors(world.company, 1)
    draft = first_draft(world, desk)
    page = desk.get(f"/oggi/{draft.pk}/").content.decode()
    seen = page.split('name="visto" value="')[1].split('"')[0]
    Company.objects.update(phone="0573 000 111")
    answer = desk.post(f"/oggi/{draft.pk}/invia/", {"visto": seen}, headers=PARTIAL)
    assert "Nel frattempo" in answer.content.decode()
    assert Message.objects.get(content=draft.pk).status == "draft"


def test_a_person_changes_the_text(world: World, desk: Client) -> None:
    add_debtors(world.company, 1)
    draft = first_draft(world, desk)
    page = desk.get(f"/oggi/{draft.pk}/modifica/").content.decode()
    assert "Modifica e invia" in page
    fields = {
        "token": "prova",
        "righe": "1",
        "a": "altro@cliente.example",
        "cc": "",
        "oggetto": "Due parole",
        "testo": "Buongiorno, ci sentiamo domani.",
        "conto": "",
        "conto_2": "",
        "allegati_noti": "1",
    }
    shown = desk.post(
        f"/oggi/{draft.pk}/modifica/", fields | {"passo": "anteprima"}, headers=PARTIAL
    )
    text = shown.content.decode()
    assert "ci sentiamo domani" in text
    seen = text.split('name="visto" value="')[1].split('"')[0]
    sent = desk.post(
        f"/oggi/{draft.pk}/modifica/", fields | {"passo": "invia", "visto": seen}, headers=PARTIAL
    )
    assert "In partenza" in sent.content.decode()
    draft.refresh_from_db()
    assert not draft.is_open
    assert draft.content.text == "Buongiorno, ci sentiamo domani."
    assert draft.content.sha256 == seen.split("|")[2]
    assert Message.objects.get(content=draft.pk).address == "altro@cliente.example"


def test_a_step_is_skipped_and_had_back(world: World, desk: Client) -> None:
    add_debtors(world.company, 1)
    draft = first_draft(world, desk)
    assert (
        "Passo saltato" in desk.post(f"/oggi/{draft.pk}/salta/", headers=PARTIAL).content.decode()
    )
    assert "Cliente 001" not in opened(desk)
    assert SkippedStep.objects.get().user == world.office
    desk.post(f"/oggi/{draft.pk}/rimetti/")
    assert "Cliente 001" in opened(desk)


def test_it_is_put_off_until_a_day(world: World, desk: Client) -> None:
    add_debtors(world.company, 1)
    draft = first_draft(world, desk)
    day = TODAY + timedelta(days=7)
    answer = desk.post(
        f"/oggi/{draft.pk}/sospendi/",
        {"tipo": "snooze", "ambito": "instalment", "fino_al": day.isoformat()},
        headers=PARTIAL,
    )
    text = answer.content.decode()
    assert "sospeso fino al 24/04/2026" in text
    hold = Hold.objects.get()
    assert (hold.kind, hold.until_date, hold.user) == ("snooze", day, world.office)
    assert "Cliente 001" not in opened(desk)
    undo = text.split('action="')[1].split('"')[0]
    desk.post(undo)
    assert "Cliente 001" in opened(desk)


def test_putting_off_needs_a_day_to_come(world: World, desk: Client) -> None:
    add_debtors(world.company, 1)
    draft = first_draft(world, desk)
    for fields, words in (
        ({"tipo": "snooze", "ambito": "instalment", "fino_al": ""}, "Scrivi fino a quando"),
        ({"tipo": "snooze", "ambito": "instalment", "fino_al": "2026-01-01"}, "da oggi in poi"),
    ):
        assert words in desk.post(f"/oggi/{draft.pk}/sospendi/", fields).content.decode()
    assert not Hold.objects.exists()


def test_a_missing_address_is_written_in_place(world: World, desk: Client) -> None:
    (party,) = add_debtors(world.company, 1)
    ContactPoint.objects.filter(party=party).delete()
    draft = first_draft(world, desk)
    assert "Cliente 001" not in opened(desk)
    page = opened(desk, "?vista=da_completare")
    assert "Manca l’indirizzo e-mail del cliente" in page
    wrong = desk.post(f"/oggi/{draft.pk}/indirizzo/", {"recapito": "nessuno"}, headers=PARTIAL)
    assert "toast-card" in wrong.content.decode()
    desk.post(f"/oggi/{draft.pk}/indirizzo/", {"recapito": "nuovo@cliente.example"})
    assert "nuovo@cliente.example" in opened(desk)
    assert [each.obstacle for each in open_drafts(world.company)] == [""]


LACKING = (
    # channel, words, what is written in place: kind, wrong, right
    ("pec", "Manca la PEC del cliente", "pec", "nessuna", "cliente@pec.example"),
    ("sms", "Manca il cellulare del cliente", "mobile", "0573 123456", "333 1234567"),
    ("call", "Manca il telefono del cliente", "phone", "nessuno", "0573 123456"),
)


@pytest.mark.parametrize(("channel", "words", "kind", "wrong", "right"), LACKING)
def test_what_lacks_is_named_by_the_channel_and_written_in_place(
    channel: str, words: str, kind: str, wrong: str, right: str
) -> None:
    world = make_world()
    steps = (Step(StepKind.REMINDER, 3, channels=(channel,)),)
    add_programme(world.company, Policy("Prova", steps, attach_invoices=False))
    Sender.objects.create(company=world.company, channel="pec", from_address="noi@pec.example")
    Sender.objects.create(company=world.company, channel="sms", alias="Noi")
    (party,) = add_debtors(world.company, 1)
    desk = enter(world.office)
    draft = first_draft(world, desk)
    assert words in opened(desk, "?vista=da_completare")
    address = f"/oggi/{draft.pk}/indirizzo/"
    refused = desk.post(address, {"tipo": kind, "recapito": wrong}, headers=PARTIAL)
    assert "toast-card" in refused.content.decode()
    desk.post(address, {"tipo": kind, "recapito": right})
    assert right in set(party.contact_points.values_list("value", flat=True))
    assert [each.obstacle for each in open_drafts(world.company)] == [""]


def test_a_number_that_takes_no_sms_says_why(world: World) -> None:
    steps = (Step(StepKind.FIRST, 3, channels=("sms",)),)
    add_programme(world.company, Policy("Prova", steps, attach_invoices=False))
    Sender.objects.create(company=world.company, channel="sms", alias="Noi")
    (party,) = add_debtors(world.company, 1)
    add_phone(party, "0573 123456")
    desk = enter(world.office)
    opened(desk)
    assert "non è un cellulare" in opened(desk, "?vista=da_completare")
    edit_customer(party, user=world.office, changes={"kind": CustomerKind.PUBLIC_BODY})
    opened(desk)
    assert "A un ente pubblico non si mandano SMS" in opened(desk, "?vista=da_completare")


def test_an_address_that_came_back_is_not_called_missing(world: World, desk: Client) -> None:
    (party,) = add_debtors(world.company, 1)
    address = party.contact_points.get(kind="email").value
    suppress_address(world.company, address, reason="550 5.1.1 no such user")
    opened(desk)
    page = opened(desk, "?vista=da_completare")
    assert "è tornato indietro: scrivine un altro" in page
    assert f"/clienti/{party.pk}/modifica/" in page


def test_a_letter_wants_the_whole_address(world: World) -> None:
    steps = (Step(StepKind.FIRST, 3, channels=("letter",)),)
    add_programme(world.company, Policy("Prova", steps, attach_invoices=False))
    (party,) = add_debtors(world.company, 1)
    edit_customer(party, user=world.office, changes={"postcode": ""})
    desk = enter(world.office)
    opened(desk)
    page = opened(desk, "?vista=da_completare")
    assert "indirizzo postale del cliente non è completo" in page
    assert f"/clienti/{party.pk}/modifica/" in page


def test_a_channel_without_an_account_says_which_and_where(world: World) -> None:
    steps = (Step(StepKind.FIRST, 3, channels=("pec",)),)
    add_programme(world.company, Policy("Prova", steps, attach_invoices=False))
    add_debtors(world.company, 1)
    desk = enter(world.office)
    opened(desk)
    page = opened(desk, "?vista=da_completare")
    assert "l’azienda non ha ancora una casella PEC" in page
    assert "/mittenti/nuovo/#pec" in page


def test_all_in_sight_are_named_before_they_leave(world: World, desk: Client) -> None:
    add_debtors(world.company, 3)
    opened(desk)
    one = desk.post("/oggi/invia/?cerca=Cliente+002", {"quali": "tutti"}, headers=PARTIAL)
    assert "Invia 1 messaggio a 1 cliente, 122,00 €" in one.content.decode()
    asked = desk.post("/oggi/invia/", {"quali": "tutti"}, headers=PARTIAL).content.decode()
    assert "Invia 3 messaggi a 3 clienti, 366,00 €" in asked
    ids = asked.split('name="righe" value="')[1].split('"')[0]
    desk.post("/oggi/invia/", {"righe": ids, "passo": "invia"})
    order = SendOrder.objects.get()
    assert (len(order.done), order.refused, order.user) == (3, [], world.office)
    page = opened(desk)
    assert "3 di 3 solleciti" in page
    assert "Annulla tutto" in page
    assert enter(world.owner).post(f"/oggi/invii/{order.pk}/annulla/").status_code == 404
    desk.post(f"/oggi/invii/{order.pk}/annulla/")
    assert len(open_drafts(world.company)) == 3
    assert set(Message.objects.filter(content__draft__isnull=False).values_list("status")) == {
        ("draft",)
    }


def test_takings_are_said_to_be_current(world: World, desk: Client) -> None:
    add_debtors(world.company, 1)
    world.payment.__class__.objects.update(date=TODAY - timedelta(days=30))
    world.payment.__class__.objects.update(recorded_at="2026-03-01T10:00:00Z")
    Company.objects.update(takings_answered_at="2026-03-01T10:00:00Z")
    assert "Gli incassi sono aggiornati a oggi" in opened(desk)
    desk.post("/oggi/incassi-aggiornati/")
    world.company.refresh_from_db()
    assert world.company.takings_current_at
    entry = AuditEntry.objects.get(action="takings_confirmed")
    assert entry.user == world.office
    assert "Gli incassi sono aggiornati a oggi" not in opened(desk)


def test_a_run_that_failed_is_told(world: World, desk: Client) -> None:
    note_failure(world.company, ValueError("qualcosa"))
    forget_events(world.company)
    assert "non è riuscito" in opened(desk)
    assert "Il controllo delle scadenze non è riuscito" in desk.get("/").content.decode()


def test_the_home_page_counts_todays_work(world: World, desk: Client) -> None:
    first, *_others = add_debtors(world.company, 3)
    ContactPoint.objects.filter(party=first).delete()
    page = desk.get("/").content.decode()
    assert "2 solleciti da inviare" in page
    assert "244,00 €" in page
    assert "1 sollecito da completare" in page


def land(user: Any) -> str:
    answer = Client().post("/entra/", {"username": user.email, "password": PASSWORD})
    return str(answer["Location"])


def test_who_is_charged_begins_with_the_list(world: World) -> None:
    assert land(world.office) == "/oggi/", "nobody is charged: whoever may work"
    assert land(world.viewer) == "/"
    charge_user(world.membership, by=world.owner, is_charged=True)
    assert land(world.office) == "/oggi/"
    assert land(world.owner) == "/"
    remove_user(world.membership, by=world.owner)
    assert land(world.owner) == "/oggi/", "who may no longer enter has no charge"


def test_without_programmes_the_home_page_comes_first() -> None:
    bare = make_world("99900010473", "Seconda")
    models.Policy.objects.filter(company=bare.company).update(is_active=False)
    assert land(bare.office) == "/"
    page = enter(bare.office).get("/oggi/").content.decode()
    assert "Nessuna regola attiva" in page


def test_one_sees_the_customers_of_ones_agents(world: World, desk: Client) -> None:
    mine, other = add_debtors(world.company, 2)
    edit_customer(mine, user=world.owner, changes={"agent": world.agent})
    path = f"/impostazioni/incarichi/{world.membership.pk}/"
    wrong = desk.post(path, {"clienti": "agenti"}).content.decode()
    assert "Scegli almeno un agente" in wrong
    desk.post(path, {"clienti": "agenti", "agenti": [world.agent.pk]})
    assert Charge.objects.get().agent == world.agent
    page = opened(desk)
    assert mine.name in page
    assert other.name not in page
    assert other.name in opened(desk, "?di=tutti")
    assert world.agent.name in desk.get("/impostazioni/incarichi/").content.decode()
    desk.post(path, {"clienti": "nessuno"})
    assert not Charge.objects.exists()


def test_a_charge_stays_in_its_company(world: World, desk: Client) -> None:
    other = make_world("99900010473", "Seconda")
    path = f"/impostazioni/incarichi/{other.membership.pk}/"
    assert desk.post(path, {"clienti": "tutti"}).status_code == 404
    own = f"/impostazioni/incarichi/{world.membership.pk}/"
    desk.post(own, {"clienti": "agenti", "agenti": [other.agent.pk]})
    assert not Charge.objects.exists()
    assert enter(world.viewer).post(own, {"clienti": "tutti"}).status_code == 403


def test_what_lacked_something_is_tried_again(world: World, desk: Client) -> None:
    own = Policy(name="Nostro", steps=(Step(StepKind.FIRST, 3, template="own"),))
    add_programme(world.company, own)
    add_debtors(world.company, 1)
    Company.objects.update(pec="")
    place, text = TextPlace("own"), WrittenText("Nota", "PEC {{ azienda.pec }}")
    save_template(world.company, place, text, user=world.owner)
    draft = first_draft(world, desk)
    assert examine_drafts(world.company, [draft.pk]) == 1
    page = opened(desk, "?vista=da_completare")
    assert "Completa i dati dell’azienda" in page
    Company.objects.update(pec="azienda@pec.example")
    opened(desk, "?vista=da_completare")
    draft.refresh_from_db()
    assert (draft.obstacle, draft.obstacle_text) == ("", "")
    assert "Cliente 001" in opened(desk)


def test_what_goes_by_several_channels_asks_for_its_amount_once() -> None:
    world = make_world()
    steps = (Step(StepKind.FIRST, 3, channels=("email", "letter")),)
    add_programme(world.company, Policy("Prova", steps, attach_invoices=False))
    add_debtors(world.company, 1)
    desk = enter(world.office)
    page = opened(desk)
    assert page.count("data-pick=") == 2
    assert "Lettera · Prova" in page
    asked = desk.post("/oggi/invia/", {"quali": "tutti"}, headers=PARTIAL).content.decode()
    assert "Invia 2 messaggi a 1 cliente, 122,00 €" in asked
    home = desk.get("/").content.decode()
    assert "Chiedono in tutto 122,00 €" in home


@pytest.mark.parametrize("channel", ["sms", "letter", "call"])
def test_what_is_no_mail_is_written_and_read_too(channel: str) -> None:
    world = make_world()
    world.company.is_sample = True  # what leaves is kept here, also an SMS
    world.company.save()
    steps = (Step(StepKind.REMINDER, 3, channels=(channel,)),)
    add_programme(world.company, Policy(name="Altra via", steps=steps, working_days_only=False))
    (party,) = add_debtors(world.company, 1)
    add_phone(party, "333 1234567")
    home = {"street": "Via Uno 1", "postcode": "51030", "city": "Serravalle"}
    type(party).objects.filter(pk=party.pk).update(**home)
    client = enter(world.office)
    draft = first_draft(world, client)
    path = f"/oggi/{draft.pk}/"
    shown = client.get(path)
    assert shown.status_code == 200
    assert ("Apri la lettera (PDF)" in shown.content.decode()) == (channel == "letter")
    assert "Scarica il messaggio (.eml)" not in shown.content.decode()
    if channel == "letter":
        assert client.get(path, {"come": "pdf"})["Content-Type"] == "application/pdf"
    drawer = client.get(f"{path}modifica/")
    form = drawer.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {"allegati_noti": "1", "passo": "invia"}
    data |= {"testo": "Parole mie.", "allegati": []}
    answer = client.post(f"{path}modifica/", data)
    assert answer.status_code in {200, 302}
    draft.refresh_from_db()
    assert draft.is_issued, (answer.context or {}).get("form") and answer.context["form"].errors
    draft.content.refresh_from_db()
    assert (draft.content.channel, draft.content.text) == (channel, "Parole mie.")
    address = draft.content.messages.get().address
    wanted = {"sms": "+393331234567", "letter": "Via Uno 1, 51030 Serravalle"}
    assert address == wanted.get(channel, "333 1234567")

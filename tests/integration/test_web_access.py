"""Who may open what: other companies' rows do not exist, who only reads does not write."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, reverse

from sollecito.accounts.models import AuditEntry, Closure, Company, Membership, Tier
from sollecito.dunning.models import (
    ActivationOrder,
    AttachedFile,
    CustomerReply,
    Draft,
    Hold,
    HoldTask,
    InterestRate,
    PhoneCall,
    Policy,
    PolicyChoice,
    RepaymentPlan,
    SavedDraft,
    SendOrder,
    SkippedStep,
    Step,
    Template,
    TemplateVersion,
)
from sollecito.flows import clock
from sollecito.flows.add_rate import NewRate, add_rate
from sollecito.flows.attach_file import attach_file
from sollecito.flows.keep_payables import Debt, add_payable
from sollecito.flows.manage_templates import copy_template
from sollecito.flows.plan_call import plan_call
from sollecito.flows.record_payments import record_payment
from sollecito.flows.suppress_address import suppress_address
from sollecito.flows.take_in_mail import take_in_mail
from sollecito.ledger.models import (
    Agent,
    Allocation,
    BankAccount,
    BankMovement,
    BankRule,
    BankStatement,
    Document,
    ImportBatch,
    Instalment,
    Party,
    Payable,
    Payment,
    PaymentContact,
)
from sollecito.outbox.models import Content, Instance, Message, Sender, Suppression
from sollecito.web.urls import urlpatterns
from sollecito.web.urls_customers import customers_urls
from sollecito.web.urls_imports import imports_urls
from sollecito.web.urls_messages import messages_urls
from sollecito.web.urls_programmes import programmes_urls
from sollecito.web.urls_settings import settings_urls
from sollecito.web.views.open_credits import open_credits_of
from tests.arrived import reply
from tests.web_rows import OTHER_VAT, TODAY, World, enter, on_the_day  # noqa: F401  a fixture
from tests.web_rows import make_world as make_bare_world
from tests.work_rows import add_draft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_the_day")]

PATTERNS = {
    str(pattern.name): pattern for pattern in urlpatterns if isinstance(pattern, URLPattern)
}
OPEN = {"login", "logout", "setup", "switch_company", "sms_report"}
"""For who is not signed in, or for everybody's own."""
OWN = {"profile"}
WITH_ARGUMENTS = sorted(
    name
    for name, pattern in PATTERNS.items()
    if pattern.pattern.converters and name and name not in OPEN
)
NO_WRITING = sorted(PATTERNS.keys() - OPEN - OWN)
MINE = {
    str(each.name)
    for each in (
        *imports_urls,
        *customers_urls,
        *messages_urls,
        *programmes_urls,
        *settings_urls,
    )
    if each.name not in OPEN | OWN
}
BY_TOKEN = {"payment_undo_group", "reminder_sent", "reminder_undo", "programme_unskip"}
"""Another company's finds nothing, and that is no error: a secret, or a row gone once undone."""
OWNERS_ONLY = {
    *("settings_users", "settings_user", "settings_user_new", "settings_user_remove", "resume"),
    *("programme_new", "programme_activate", "programme_duplicate", "programme_stop"),
    "programme_starting",
    *("programme_remove", "programme_company", "programme_segment", "programmes_resume"),
    *("settings_template_checked", "programmes_pause_all", "programmes_resume_all"),
    "settings_rate_remove",
    *("settings_tier_new", "settings_tier_edit", "settings_tier_assign"),
}
WRITERS_ONLY = {
    *(
        "customer_attach",
        "customer_call",
        "customer_note",
        "call_drop",
        "credit_match",
        "bank_match",
        "payable_new",
        "customer_offset",
        "folder_file_remove",
        "customer_hold",
        "customer_edit",
        "customer_confirm_kind",
        "columns",
        "no_contacts",
        "no_contacts_sheet",
    ),
    *("no_contacts_save", "takings", "takings_confirm", "takings_none", "takings_undo"),
    *("settings_account", "settings_account_new", "settings_account_remove"),
    *("settings_agent", "settings_agent_new", "settings_agent_remove", "settings_charge"),
    *(
        "programme_customer",
        "programme_instalment",
        "programme_skip",
        "programme_unskip",
        "programmes_pause",
    ),
    *("settings_template_new", "settings_closures", "settings_closure_remove"),
    *("settings_sender_choose", "settings_sender_new", "settings_sender_edit"),
    "saved_draft_open",
    "whatsapp",
    *("payment_contact_new", "payment_contact_edit", "payment_contact_delete"),
    *("payment_contact_serve", "customer_contact"),
}


def agreement_of(world: World, area: str) -> int:
    """An ended hold or plan of the world's customer."""
    model: Any = Hold if area == "hold" else RepaymentPlan
    now = clock.now()
    more: dict[str, Any] = {"total": 1, "status": "withdrawn", "created_at": now}
    if area == "hold":
        more = {"kind": "insolvency", "from_date": TODAY, "created_at": now, "released_at": now}
    found = model.objects.filter(company=world.company, party=world.party).first()
    found = found or model.objects.create(company=world.company, party=world.party, **more)
    return int(found.pk)


def credit_of(world: World) -> str:
    """An advance of the world's customer, matched to nothing."""
    found = open_credits_of(world.party)
    if not found:
        record_payment(world.company, {}, amount=Decimal(7), day=TODAY, party=world.party)
        found = open_credits_of(world.party)
    return found[0].code


def allocation_of(world: World) -> int:
    """Money matched to the world's instalment."""
    return int(Allocation.objects.filter(company=world.company).values_list("pk", flat=True)[0])


def bank_of(world: World) -> tuple[int, int]:
    """A movement of the world's bank account, and a learned payer."""
    found = BankMovement.objects.filter(company=world.company).first()
    if found is None:
        statement = BankStatement.objects.create(
            company=world.company, name="e.xml", format="camt", until=TODAY, imported_at=clock.now()
        )
        found = BankMovement.objects.create(
            company=world.company, statement=statement, booking_date=TODAY, amount=Decimal(5)
        )
    rule, _ = BankRule.objects.get_or_create(
        company=world.company,
        party=world.party,
        name="PAGA",
        defaults={"created_at": clock.now()},
    )
    return int(found.pk), int(rule.pk)


def payable_of(world: World) -> int:
    """What the world's company owes its customer."""
    found = Payable.objects.filter(company=world.company).first()
    return int((found or add_payable(world.party, Debt(Decimal(5), TODAY), user=None)).pk)


def call_of(world: World) -> int:
    """A call to be made to the world's customer."""
    found = PhoneCall.objects.filter(company=world.company, made_at__isnull=True).first()
    return int((found or plan_call(world.party, [], TODAY, user=None)).pk)


def rate_of(world: World) -> int:
    """A rate that the world's company added."""
    found = InterestRate.objects.filter(company=world.company).first()
    if found is None:
        new = NewRate("legal", date(2027, 1, 1), date(2027, 12, 31), Decimal(1), "DM")
        found = add_rate(world.company, new, user=None)
    return int(found.pk)


def attached_to(world: World) -> int:
    """A file in the folder of the world's customer."""
    found = AttachedFile.objects.filter(company=world.company).first()
    made = found or attach_file(world.party, user=None, name="ordine.pdf", content=b"%PDF-1.4")
    return int(made.pk)


def saved_of(world: World) -> int:
    """A draft that somebody of the world's company wrote."""
    found, _made = SavedDraft.objects.get_or_create(
        company=world.company,
        defaults={"party": world.party, "title": "Bozza", "created_at": clock.now()},
    )
    return int(found.pk)


def sender_of(world: World) -> int:
    """A sender of the world's company, whose server does not answer."""
    values = {"host": "127.0.0.1", "port": 1, "security": "plain", "label": world.marker()}
    found, _made = Sender.objects.get_or_create(
        company=world.company, from_address="x@prova.example", defaults=values
    )
    return int(found.pk)


def answer_of(world: World) -> CustomerReply:
    """What the world's customer wrote back, from an address that is dead."""
    if found := CustomerReply.objects.filter(company=world.company).first():
        return found
    sender = Content.objects.get(pk=world.content.pk).messages.first()
    assert sender
    raw = reply(answers=world.content.message_id, sender=sender.address)
    take_in_mail(world.company, raw)
    suppress_address(world.company, sender.address, reason="550 5.1.1 User unknown")
    return CustomerReply.objects.get(company=world.company)


def make_world(*arguments: str) -> World:
    """A company with everything, and a draft of a programme that somebody told to send."""
    world = make_bare_world(*arguments)
    add_draft(world.company, world.instalment)
    attached_to(world)
    activation_of(world)
    rate_of(world)
    call_of(world)
    payable_of(world)
    bank_of(world)
    credit_of(world)
    letter_of(world)
    answer_of(world)
    contact_of(world)
    SendOrder.objects.create(
        company=world.company, user=world.owner, created_at=clock.now(), ended_at=clock.now()
    )
    hold = Hold.objects.get(pk=agreement_of(world, "hold"))
    copy_template(world.company, "sollecito_1", own_code(world), user=world.owner)
    HoldTask.objects.create(company=world.company, hold=hold, errand="eredi")
    return world


def contact_of(world: World) -> int:
    """Who answers for the world's customer."""
    name = f"Studio {world.marker()}"
    row, _ = PaymentContact.objects.get_or_create(company=world.company, name=name)
    return row.pk


def own_code(world: World) -> str:
    """The code of its own model."""
    return f"nostro-{world.company.pk}"


def draft_of(world: World) -> Draft:
    return Draft.objects.get(company=world.company)


def order_of(world: World) -> SendOrder:
    return SendOrder.objects.get(company=world.company)


def activation_of(world: World) -> int:
    """A rule of its own that was activated."""
    wanted = {"company": world.company, "policy": world.policy, "reach": "same", "start": "first"}
    moments = {"day": clock.today(), "created_at": clock.now(), "ended_at": clock.now()}
    return int(ActivationOrder.objects.get_or_create(defaults=moments, **wanted)[0].pk)


def letter_of(world: World) -> int:
    """A letter that was posted."""
    now = clock.real_now()
    content, _ = Content.objects.get_or_create(
        company=world.company, key="letter", defaults={"channel": "letter", "created_at": now}
    )
    row, _ = Message.objects.get_or_create(
        company=world.company,
        content=content,
        address="Via Roma 1",
        defaults={"status": "accepted", "not_before": now},
    )
    return int(row.pk)


def address(name: str, world: World) -> str:
    """The address of a page for the rows of a world."""
    rows: dict[str, dict[str, Any]] = {
        "settings_account": {"pk": world.account.pk},
        "settings_account_remove": {"pk": world.account.pk},
        "settings_tier_edit": {"pk": Tier.objects.get_or_create(code="uno")[0].pk},
        "saved_draft_open": {"pk": saved_of(world)},
        "saved_draft_remove": {"pk": saved_of(world)},
        "settings_sender": {"pk": sender_of(world)},
        "settings_sender_edit": {"pk": sender_of(world)},
        "settings_sender_check": {"pk": sender_of(world)},
        "settings_sender_release": {"pk": sender_of(world)},
        "settings_sender_remove": {"pk": sender_of(world)},
        "settings_rate_remove": {"pk": rate_of(world)},
        "call_drop": {"pk": call_of(world)},
        "credit_match": {"pk": world.party.pk, "code": credit_of(world)},
        "payable_new": {"pk": world.party.pk},
        "customer_offset": {"pk": world.party.pk},
        "bank_forget": {"pk": bank_of(world)[1]},
        "allocation_undo": {"pk": allocation_of(world)},
        "settings_agent": {"pk": world.agent.pk},
        "settings_agent_remove": {"pk": world.agent.pk},
        "settings_user": {"pk": world.membership.pk},
        "settings_charge": {"pk": world.membership.pk},
        "programme_starting": {"pk": activation_of(world)},
        "today_progress": {"pk": order_of(world).pk},
        "today_order_undo": {"pk": order_of(world).pk},
        "settings_user_remove": {"pk": world.membership.pk},
        "settings_closure_remove": {"pk": world.closure.pk},
        "programme_customer": {"pk": world.party.pk},
        "programme_instalment": {"pk": world.instalment.pk},
        "columns": {"pk": world.item.file_id},
        "file_download": {"pk": world.item.file_id},
        "message_attachment": {"pk": world.content.pk, "position": 1},
        "message_resolve": {"pk": world.message.pk},
        "letter_returned": {"pk": letter_of(world)},
        "takings_undo": {"group": world.group},
        "payment_thank": {"pk": world.payment.pk},
        "payment_undo": {"pk": world.payment.pk},
        "payment_undo_group": {"group": world.group},
        "no_contacts_save": {"pk": world.party.pk},
        "payment_contact": {"pk": contact_of(world)},
        "payment_contact_edit": {"pk": contact_of(world)},
        "payment_contact_delete": {"pk": contact_of(world)},
        "payment_contact_serve": {"pk": contact_of(world)},
        "mail_attachment": {"mail_id": world.mail_id, "position": 1},
    }
    by_area: dict[str, dict[str, Any]] = {
        "customer": {"pk": world.party.pk},
        "bank": {"pk": bank_of(world)[0]},
        "document": {"pk": world.document.pk},
        "instalment": {"pk": world.instalment.pk},
        "import": {"pk": world.batch.pk},
        "programme": {"pk": world.policy.pk},
        "payable": {"pk": payable_of(world)},
        "message": {"pk": world.content.pk},
        "mail": {"mail_id": world.mail_id},
        "reminder": {"token": world.token},
        "today": {"pk": draft_of(world).pk},
    }
    if not PATTERNS[name].pattern.converters:
        return reverse(f"web:{name}")
    if name.startswith("settings_template"):
        return reverse(f"web:{name}", kwargs={"code": own_code(world)})
    area = name.partition("_")[0]
    if area == "task":
        by_area[area] = {"pk": HoldTask.objects.get(company=world.company).pk}
    if area in {"received", "reply", "address"}:
        answer = answer_of(world)
        dead = Suppression.objects.filter(company=world.company).latest("pk")
        pks = {"received": answer.mail_id, "reply": answer.pk, "address": dead.pk}
        by_area[area] = {"pk": pks[area]}
    if area == "folder":
        by_area[area] = {"pk": attached_to(world)}
    if area in {"hold", "plan"}:
        by_area[area] = {"pk": agreement_of(world, area)}
    kwargs = rows.get(name) or by_area[area]
    return reverse(f"web:{name}", kwargs=kwargs)


def both(client: Client, path: str) -> list[Any]:
    """What reading and writing an address answer."""
    return [client.get(path), client.post(path, {"verdetto": "accepted"})]


def snapshot() -> list[list[dict[str, Any]]]:
    """Everything that a page might change."""
    models: list[type[Model]] = [Payment, Content, Message, Party, Document, Instalment]
    models += [Membership, BankAccount, Agent, ImportBatch, AuditEntry, Company, Closure]
    models += [Policy, Step, PolicyChoice, SkippedStep, Draft, SendOrder, HoldTask, ActivationOrder]
    models += [PaymentContact]
    models += [Template, TemplateVersion]
    found = [list(model._default_manager.order_by("pk").values()) for model in models]
    taken = "dossier_made"  # who took a folder away is written down, whoever it was
    return [[row for row in rows if row.get("action") != taken] for rows in found]


def says(answer: Any, *words: str) -> bool:
    """Whether an answer's body has one of these words."""
    body = b"".join(answer) if answer.streaming else answer.content
    return any(word in body.decode("utf-8", "replace") for word in words)


def test_rows_of_another_company_do_not_exist() -> None:
    mine, other = make_world(), make_world(OTHER_VAT, "Seconda")
    Message.objects.filter(pk=other.message.pk).update(status="unknown")
    before = snapshot()
    client = enter(mine.owner)
    wrong = {}
    for name in WITH_ARGUMENTS:
        answers = both(client, address(name, other))
        codes = [answer.status_code for answer in answers]
        is_hidden = name in BY_TOKEN or (set(codes) <= {404, 405} and 404 in codes)
        if not is_hidden or any(says(answer, other.marker()) for answer in answers):
            wrong[name] = codes
    assert wrong == {}
    assert snapshot() == before


def test_pages_show_the_rows_of_one_company() -> None:
    mine, other = make_world(), make_world(OTHER_VAT, "Seconda")
    client = enter(mine.owner)
    named = {"cliente": other.party.pk, "rata": other.instalment.pk, "righe": other.instalment.pk}
    wrong = {}
    for name in sorted(PATTERNS.keys() - set(WITH_ARGUMENTS) - OPEN):
        path = address(name, mine)
        for answer in (client.get(path), client.get(path, named)):
            leaks = says(answer, other.marker(), other.company.name, other.owner.email)
            if leaks or answer.status_code not in {200, 302, 404, 405}:
                wrong[name] = answer.status_code
    assert wrong == {}


def test_nobody_enters_without_signing_in() -> None:
    world = make_world()
    wrong = {}
    for name in NO_WRITING:
        for answer in both(Client(), address(name, world)):
            to_login = answer.status_code == 302 and "/entra/" in answer["Location"]
            if not to_login and answer.status_code != 405:
                wrong[name] = answer.status_code
    assert wrong == {}


def test_a_piece_of_a_page_asks_to_sign_in_and_to_come_back() -> None:
    here = "http://testserver/scadenzario/?quando=scadute"
    headers = {"hx-request": "true", "hx-current-url": here}
    answer = Client().get(reverse("web:reminder_new") + "?righe=1", headers=headers)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/entra/?next=/scadenzario/%3Fquando%3Dscadute"


def test_what_goes_wrong_in_a_piece_is_a_short_message() -> None:
    client = enter(make_world().viewer)
    for path, status in ((reverse("web:reminder_new"), 403), ("/documenti/999999/", 404)):
        answer = client.get(path, headers={"hx-request": "true"})
        assert answer.status_code == status
        assert answer["HX-Reswap"] == "none"
        page = answer.content.decode()
        assert "toast-card" in page
        assert "<html" not in page


def test_a_form_older_than_its_session_says_what_to_do() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("web:login"), {"username": "a@b.example", "password": "x"})
    assert answer.status_code == 403
    assert "ricarica la pagina" in answer.content.decode()


def test_who_only_reads_does_not_write() -> None:
    world = make_world()
    client = enter(world.viewer)
    before = snapshot()
    codes = {
        name: client.post(address(name, world), {"verdetto": "accepted"}).status_code
        for name in NO_WRITING
    }
    assert {name: code for name, code in codes.items() if code not in {403, 405}} == {}
    assert snapshot() == before


def test_who_only_reads_sees_the_pages_that_only_show() -> None:
    world = make_world()
    client = enter(world.viewer)
    codes = {name: client.get(address(name, world)).status_code for name in NO_WRITING}
    closed = OWNERS_ONLY | WRITERS_ONLY
    assert {n: code for n, code in codes.items() if n in closed and code not in {403, 405}} == {}
    shown = {name for name in MINE - closed if codes[name] not in {200, 405}}
    assert shown == set()


def test_the_office_does_not_manage_users() -> None:
    world = make_world()
    client = enter(world.office)
    for name in OWNERS_ONLY:
        codes = {answer.status_code for answer in both(client, address(name, world))}
        assert codes <= {403, 405}, name


def test_the_office_stops_and_the_owner_lets_go_on() -> None:
    world = make_world()
    assert enter(world.office).post(reverse("web:stop")).status_code == 302
    assert Instance.objects.get().stopped_at
    assert enter(world.office).post(reverse("web:resume")).status_code == 403
    assert enter(world.owner).post(reverse("web:resume")).status_code == 302
    assert Instance.objects.get().stopped_at is None

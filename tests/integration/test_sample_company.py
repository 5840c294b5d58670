"""The sample company as it lies in the database, after its 18 months went through the flows.

As of another day than today, before ./sollecito test: export SOLLECITO_SAMPLE_DAY=2028-02-29
"""

from __future__ import annotations

import csv
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Q
from django.test import Client, override_settings

from sollecito.accounts.models import Company, Membership, User
from sollecito.accounts.queries import work_calendar
from sollecito.domain import policies as values
from sollecito.domain.aging import Bucket
from sollecito.domain.candidates import DueTerms
from sollecito.domain.money import format_date
from sollecito.domain.presets import FIFTEENTH, MONTHLY
from sollecito.domain.schedule import Issue
from sollecito.domain.working_days import WorkCalendar
from sollecito.dunning.models import (
    Charge,
    Decision,
    Draft,
    Hold,
    Policy,
    Presentation,
    Promise,
    Reminder,
    RepaymentPlan,
    Run,
)
from sollecito.dunning.queries import LedgerRow, ledger_rows
from sollecito.flows import clock
from sollecito.flows.compose_automatic import compose_automatic
from sollecito.flows.follow_plans import NOTICE, follow_plans
from sollecito.flows.import_files import import_files
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.load_sample import load_sample
from sollecito.flows.match_movements import propose_matches
from sollecito.flows.match_returns import fee_of, propose_effects
from sollecito.flows.promise_payment import settle_promises
from sollecito.flows.remove_sample import remove_sample
from sollecito.flows.save_policy import save_policy
from sollecito.ledger.models import BankMovement, Document, ImportItem, Instalment, Party
from sollecito.ledger.queries import (
    CurrencyTotal,
    LedgerFilter,
    filter_instalments,
    total_instalments,
    wrong_balances,
)
from sollecito.outbox.models import Attachment, Content, Message, Suppression
from sollecito.sample.customers import customers
from sollecito.sample.firm import PASSWORD, PAYING_OFFICES, PEOPLE
from sollecito.sample.ledger_plan import plan_documents
from sollecito.sample.open_items import due_date_of
from sollecito.sample.todays_bank import todays_statement
from tests.reminders import make_company
from tests.simulated import World, run_day, second_answers
from tests.unit import second_reading

pytestmark = pytest.mark.django_db

OPEN_ITEMS = Path(__file__).parents[2] / "src" / "sollecito" / "sample" / "open_items.csv"
GIVEN = os.environ.get("SOLLECITO_SAMPLE_DAY")
TODAY = date.fromisoformat(GIVEN) if GIVEN else clock.today()
DAYS_PLAYED = 24
LONGEST_SECONDS = 30 * 2  # of the processor: half a minute on two cores


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample") / "mailbox"


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any, place: Path) -> Iterator[Company]:
    """Made once for this module, which stands outside the tests' transactions and cleans up."""
    day = clock.live(TODAY) if GIVEN else nullcontext()
    with django_db_blocker.unblock(), override_settings(MAILBOX=place), day:
        started = time.process_time()
        made = load_sample(TODAY)
        assert time.process_time() - started < LONGEST_SECONDS
        yield made
        remove_sample()


def totals(company: Company) -> dict[str, CurrencyTotal]:
    rows = filter_instalments(company, LedgerFilter(), TODAY)
    return {total.currency: total for total in total_instalments(rows, company, TODAY)}


def open_rows(company: Company) -> list[LedgerRow]:
    return ledger_rows(Instalment.objects.filter(balance__gt=0), company, TODAY)


def test_sums_of_what_is_open(company: Company) -> None:
    euro = totals(company)["EUR"]
    assert euro.ages == {
        Bucket.NOT_DUE: Decimal("55388.67"),
        Bucket.DAYS_1_30: Decimal("41705.67"),
        Bucket.DAYS_31_60: Decimal("11817.68"),
        Bucket.DAYS_61_90: Decimal("14880.00"),
        Bucket.OVER_90: Decimal("31842.00"),
        Bucket.NO_DATE: Decimal("640.00"),
    }
    assert euro.amount == Decimal("156274.02")
    assert totals(company)["GBP"].amount == Decimal("2150.00")
    assert wrong_balances() == []


def test_what_cannot_be_collected(company: Company) -> None:
    """With the invoice that follows the proforma of 936.00, silent until a person confirms it."""
    assert totals(company)["EUR"].not_collectible == Decimal("7076.00") + Decimal("936.00")
    shut = {row.status: row.balance for row in open_rows(company) if not row.collectible}
    assert shut.keys() == {"rejected", "waiting_sdi", "open"}
    (credit,) = Instalment.objects.filter(balance__lt=0)
    assert (credit.document.number, credit.balance) == ("4/A", Decimal("-366.00"))


def test_each_open_item_is_there(company: Company) -> None:
    """Customer, due date and balance of every item of the list, and nothing beside them."""
    with OPEN_ITEMS.open(encoding="utf-8", newline="") as file:
        items = [_wanted(row) for row in csv.DictReader(file, delimiter=";")]
    wanted = Counter(item for item in items if item)
    found = Counter(
        (row.customer, None if row.due_date_assumed else row.days, row.balance)
        for row in open_rows(company)
    )
    extra = found - wanted
    assert wanted - found == Counter()
    assert [balance for _, _, balance in extra] == [Decimal("936.00")]


def _wanted(row: dict[str, str]) -> tuple[str, int | None, Decimal] | None:
    paid = sum((Decimal(part.partition(":")[2] or row["amount"]) for part in row["paid"].split()),
               Decimal(0))  # fmt: skip
    balance = Decimal(row["amount"]) - paid
    if balance <= 0:
        return None
    due = due_date_of(TODAY, row)
    late = (TODAY - due).days if due else None
    return customers()[int(row["customer"])].party.name, late, balance


def test_three_hundred_documents(company: Company) -> None:
    kept = Counter(Document.objects.filter(company=company).values_list("type_code", flat=True))
    assert kept == {
        "TD01": 172, "TD24": 62, "TD02": 6, "TD04": 12, "TD05": 2, "TD06": 8, "TD07": 4, "": 32,
    }  # fmt: skip
    kinds = Counter(Document.objects.filter(type_code="").values_list("kind", flat=True))
    assert kinds == {"fattura": 6, "proforma": 12, "ricevuta": 14}
    aside = ImportItem.objects.filter(company=company, outcome="skipped")
    assert sum("TD17" in item.reason for item in aside) == 2
    assert sum("acquisto" in item.reason for item in aside) == 3
    assert kept.total() + 2 == 300


def test_wrappings(company: Company) -> None:
    files = Document.objects.filter(company=company).exclude(type_code="")
    names = [Path(name).suffix for name in files.values_list("file__name", flat=True)]
    aside = ImportItem.objects.filter(company=company, reason__contains="TD17")
    names += [Path(item.name).suffix for item in aside]
    assert Counter(names) == {".xml": 200, ".p7m": 68}
    twice = ImportItem.objects.filter(company=company, outcome="duplicate")
    corrected = {"two that the SdI refused at first come again under the same number": 2}
    assert twice.count() - sum(corrected.values()) == 11


def test_answers_of_the_sdi(company: Company) -> None:
    files = Document.objects.filter(company=company).exclude(type_code="")
    states = Counter(files.values_list("sdi_state", "is_public_body"))
    assert states == {
        ("delivered", False): 231, ("not_delivered", False): 5, ("rejected", False): 1,
        ("none", False): 2, ("accepted", True): 13, ("expired", True): 11, ("refused", True): 1,
        ("unreachable", True): 1, ("not_delivered", True): 1,
    }  # fmt: skip


def test_customers(company: Company) -> None:
    rows = {row.name: row for row in Party.objects.filter(company=company).select_related("agent")}
    assert len(rows) == 25
    for customer in customers().values():
        row, party = rows[customer.party.name], customer.party
        assert (row.vat_country, row.vat_number, row.tax_code) == (
            party.vat_country, party.vat_number, party.tax_code,
        )  # fmt: skip
        assert (row.kind, row.agent.name if row.agent else "") == (customer.kind, customer.agent)
        points = {point.kind: (point.value, point.person) for point in row.contact_points.all()}
        written = {"email": party.email, "pec": party.pec, "phone": customer.mobile or party.phone}
        assert points == {kind: (value, customer.contact) for kind, value in written.items()
                          if value}  # fmt: skip


def test_nothing_leaves(company: Company, place: Path) -> None:
    messages = Message.objects.filter(company=company).exclude(status="draft")
    assert messages.count() >= 150
    assert set(messages.values_list("content__channel", flat=True)) == {"file"}
    left = messages.exclude(status="cancelled")
    assert set(left.values_list("status", flat=True)) == {"accepted", "queued", "bounced"}
    assert set(left.filter(status="queued").values_list("content__kind", flat=True)) == {NOTICE}
    assert all(address.endswith(".example") for address in left.values_list("address", flat=True))
    envelopes = {
        message.content_id for message in messages.filter(status__in=["accepted", "bounced"])
    }
    assert len(list(place.glob("*.eml"))) == len(envelopes)
    reminded = Counter(min(row.reminders, 3) for row in open_rows(company) if row.can_remind)
    assert reminded.keys() == {0, 1, 2, 3}


def test_the_ten_messages_of_this_morning(company: Company) -> None:
    """As the planner proposes them, each with its text and language, and what it speaks of."""
    drafts = Draft.objects.filter(company=company, is_open=True).select_related(
        "content", "party__agent", "contact", "policy", "step", "company"
    )
    found = {}
    for draft in drafts:
        (made,) = compose_automatic(draft, steps_of(draft)).drafts
        asked = sorted(item.balance for item in made.facts.items)
        found[draft.addressee] = made.model, made.facts.language, asked, draft.obstacle
    joint = {
        PAYING_OFFICES[0].name: ("promemoria", "it", [Decimal("2196.00"), Decimal("4270.00")], ""),
        PAYING_OFFICES[1].name: (
            *("sollecito_3", "it"),
            *([Decimal("590.00"), Decimal("944.00"), Decimal("1180.00")], ""),
        ),
    }
    assert found == joint | {
        customers()[code].party.name: (model, language, [Decimal(balance)], lacks)
        for code, model, language, balance, lacks in (
            (2, "effetto_insoluto", "it", "2684.00", ""),
            (9, "ente_pubblico", "it", "2340.00", ""),
            (13, "sollecito_2", "en", "3240.00", ""),
            (14, "promessa_non_mantenuta", "en", "1900.00", ""),
            (16, "sollecito_1", "it", "2440.00", "no_recipient"),
            (18, "sollecito_3", "it", "2196.00", ""),
            (19, "messa_in_mora_impresa", "it", "1066.66", "no_recipient"),
            (24, "sollecito_1", "it", "671.00", ""),
            (25, "sollecito_1", "it", "244.00", "no_recipient"),
        )
    }
    assert drafts.exclude(review=[]).count() == len(found)
    dead = Suppression.objects.get(company=company)
    assert (dead.address, dead.enhanced) == (customers()[25].party.email, "5.1.1")
    notice = Message.objects.get(company=company, status="queued")
    assert (notice.content.kind, notice.content.reminders.get().instalment.party.name) == (
        NOTICE, customers()[17].party.name,
    )  # fmt: skip


def test_what_the_messages_of_this_morning_say(company: Company) -> None:
    texts = {}
    for draft in Draft.objects.filter(company=company, is_open=True):
        (made,) = compose_automatic(draft, steps_of(draft)).drafts
        texts[draft.addressee] = f"{made.subject}\n{made.text}"
    said = {code: texts[customers()[code].party.name] for code in (2, 9, 13, 14, 24)}
    served = [customers()[code].party.name for code in PAYING_OFFICES[1].customers]
    listed = [line for line in texts[PAYING_OFFICES[1].name].split("\n") if line in served]
    assert sorted(listed) == sorted(served)
    assert "Totale da pagare: 2.714,00 €" in texts[PAYING_OFFICES[1].name]
    assert "6,50 €" in said[2]
    assert "CIG" in said[9]
    assert "is not included" in said[13]
    broken = Promise.objects.filter(company=company, status="broken").latest("date")
    assert format_date(broken.date, "en") in said[14]
    assert "671,00" not in said[24].partition("\n")[0]


def steps_of(draft: Draft) -> list[Reminder]:
    return list(draft.content.reminders.filter(is_void=False).select_related("instalment"))


def test_what_was_promised_and_agreed(company: Company) -> None:
    promises = Promise.objects.filter(company=company)
    assert Counter(promises.values_list("status", flat=True)) == {
        "kept": 6, "broken": 2, "open": 1,
    }  # fmt: skip
    plans = RepaymentPlan.objects.filter(company=company)
    assert dict(plans.values_list("party__name", "status")) == {
        customers()[17].party.name: "accepted",
        customers()[18].party.name: "broken",
    }
    holds = Hold.objects.filter(company=company)
    disputes = holds.filter(kind="dispute", user__isnull=False)
    assert Counter(hold.released_at is None for hold in disputes) == {True: 2, False: 1}
    in_force = holds.filter(released_at__isnull=True).values_list("kind", flat=True)
    assert set(in_force) == {
        "arrangement", "claimed_paid", "dispute", "in_collection", "insolvency", "legal",
        "promise", "snooze",
    }  # fmt: skip


def test_every_reason_not_to_write(company: Company) -> None:
    """An open instalment for each reason, as the planner answered last."""
    rows = Instalment.objects.filter(company=company, balance__gt=0)
    reasons = {
        rows_of.latest("pk").reason
        for row in rows
        if (rows_of := Decision.objects.filter(instalment=row)).exists()
    }
    assert reasons >= {
        "", "not_yet", "too_soon", "below_minimum", "customer_paused", "not_collectible",
        "hold_arrangement", "hold_claimed_paid", "hold_dispute",
        "hold_in_collection", "hold_insolvency", "hold_legal", "hold_promise",
        "policy_completed",
    }  # fmt: skip


def test_programmes_and_who_sees_them(company: Company) -> None:
    policies = dict(Policy.objects.filter(company=company).values_list("name", "is_active"))
    assert policies == {
        "Gentile": True, "Enti pubblici": True, "Condomini": True, "Dinamico": False,
    }  # fmt: skip
    charges = Charge.objects.filter(company=company).values_list("user__name", "agent__name")
    assert set(charges) == {("Giulia Neri", None), ("Davide Corsi", "Davide Corsi")}
    looked_at = Run.objects.filter(company=company, status="done")
    assert looked_at.count() > 200
    assert not any(run.problems for run in looked_at)


def test_everybody_gets_in(company: Company) -> None:
    roles = Membership.objects.filter(company=company).values_list("user__email", "role")
    assert dict(roles) == {person.email: person.role for person in PEOPLE}
    for person in PEOPLE:
        client = Client()
        assert client.login(username=person.email, password=PASSWORD)
        assert client.get("/scadenzario/").status_code == 200


def test_the_past_is_told_again(company: Company) -> None:
    """A month ago less was paid, and no reminder of later counts."""
    day = TODAY - timedelta(days=30)
    company = Company.objects.get(is_sample=True)
    rows = ledger_rows(Instalment.objects.filter(company=company), company, day, as_of=day)
    now = ledger_rows(Instalment.objects.filter(company=company), company, TODAY)
    assert sum(row.balance for row in rows) > sum(row.balance for row in now)
    assert all(row.last_reminder is None or row.last_reminder <= day for row in rows)


def test_it_is_made_once_a_day_and_alike(company: Company, place: Path) -> None:
    """Removing it leaves only what was there before; the next one is the same, word by word."""
    assert load_sample(TODAY) == company
    other = make_company(name="Azienda vera S.r.l.")
    before = story()
    assert remove_sample()
    left = {model.__name__ for model in apps.get_models() if model.objects.exists()}  # type: ignore[attr-defined]  # every model has it
    assert left - {"ContentType", "Permission", "Instance", "Tier"} == {"Company"}
    assert list(Company.objects.all()) == [other]
    assert list(place.iterdir()) == []
    load_sample(TODAY)
    other.delete()
    assert story() == before


def story() -> list[list[tuple[Any, ...]]]:
    """All that a person reads, without the keys of rows."""
    sample = Company.objects.get(is_sample=True)
    rows = Instalment.objects.filter(company=sample).values_list(
        "kind", "document__number", "document__date", "seq", "due_date", "amount", "balance",
        "iban", "document__sdi_state", "party__name",
    )  # fmt: skip
    contents = Content.objects.filter(company=sample)
    past = contents.filter(queued_at__date__lt=TODAY)
    words = past.values_list("queued_at", "subject", "text", "envelope_from")
    copies = Attachment.objects.filter(company=sample).values_list("name", "sha256")
    reminders = Reminder.objects.filter(company=sample).values_list(
        "instalment__document__number", "kind", "issued_date", "frozen_balance"
    )
    people = User.objects.values_list("email", "name")
    return [sorted(each, key=str) for each in (rows, words, copies, reminders, people)]


@pytest.mark.parametrize("preset", [FIFTEENTH, MONTHLY], ids=["quindicesimo", "mensile"])
def test_a_preset_day_by_day(company: Company, preset: values.Policy) -> None:
    """The answers of every day are those of the second reading, and Elda is written to on them."""
    save_policy(company, preset, user=None, is_default=True)
    elda = Instalment.objects.get(party__name="Elda Camporosso", balance__gt=0)
    apart = set(unlike_others(company))
    world = World(company, Random(0), TODAY)
    for _ in range(DAYS_PLAYED):
        world.today += timedelta(days=1)
        with clock.pretend(world.today):
            settle_promises(company)
            follow_plans(company)  # what a run does first
            page = second_answers(world)
            said = {d.instalment: d.answer for d in run_day(world).plan.decided}
        compared = said.keys() & page.keys() - apart
        assert {pk: said[pk] for pk in compared} == {pk: page[pk] for pk in compared}
        assert {pk for pk in page.keys() - apart if isinstance(page[pk], Issue)} <= said.keys()
    sent = Reminder.objects.filter(instalment=elda, issued_date__gt=TODAY, is_void=False)
    days = list(sent.order_by("issued_date").values_list("issued_date", flat=True))
    assert days == expected_days(elda.due_date, preset, work_calendar(company))


def unlike_others(company: Company) -> Iterator[int]:
    """What the second reading does not know of: an effect that came back, a pair of documents."""
    yield from Presentation.objects.filter(
        company=company, outcome=Presentation.Outcome.RETURNED
    ).values_list("hold__instalment", flat=True)
    pair = Q(document__replaces__isnull=False) | Q(document__replaced_by__isnull=False)
    yield from Instalment.objects.filter(pair, company=company).values_list("pk", flat=True)


def expected_days(due: date, policy: values.Policy, calendar: WorkCalendar) -> list[date]:
    """By the page: each step on the day planned, the last one again after its interval."""
    last = TODAY + timedelta(days=DAYS_PLAYED)
    plain = DueTerms(due, calendar)
    days = [
        day
        for rank, step in enumerate(policy.steps)
        if step.offset_days > 0 and (day := second_reading.planned(plain, policy, rank)) <= last
    ]
    repeat = policy.steps[-1].repeat_days or 0
    is_last_reached = len(days) == sum(step.offset_days > 0 for step in policy.steps)
    while is_last_reached:
        day = second_reading.on_or_after(days[-1] + timedelta(days=repeat), calendar)
        if day > last:
            break
        days.append(day)
    return days


EXPECTED = {
    # amount → what it is matched to by itself; after "?" what a person is asked
    "4148.00": ("O09",),
    "6405.00": ("O11", "O12"),
    "936.00": ("O33",),
    "590.00": ("O18",),
    "1952.00": ("?", "O14"),
    "2001.64": ("?", "O19"),
    "5795.50": ("?", "O28"),
    "500.00": ("?", "O57"),
    "610.00": ("?", "O06", "O07"),
    "1000.00": ("?",),
}


def test_the_bank_file_of_this_morning(company: Company) -> None:
    documents = {one.label: one for one in plan_documents(TODAY)}
    label_of: dict[tuple[str, str, date], str] = {
        (one.kind.value, one.number, one.date): label for label, one in documents.items()
    }
    statement = todays_statement(list(documents.values()), TODAY)
    assert todays_statement(plan_documents(TODAY), TODAY).content == statement.content
    files = [NamedFile(statement.name, content=statement.content)]
    report = import_files(files, company=company, sheets=import_sheet)
    assert (report.problems, report.duplicates, report.payments) == ([], 4, 8)
    day = statement.lines[0].day
    amounts = {line.amount for line in statement.lines}
    rows = list(BankMovement.objects.filter(booking_date=day, amount__in=amounts, amount__gt=0))
    assert len(rows) == 11
    proposals = propose_matches(company, rows)

    def label(row: Instalment) -> str:
        return label_of[row.document.kind, row.document.number, row.document.date]

    for row in rows:
        if row.status == "matched":
            paid = Instalment.objects.filter(allocations__payment__movement_match__movement=row)
            found = tuple(sorted(map(label, paid)))
        else:
            parts = [part for one in proposals.get(row.pk, ()) for part in one.parts]
            asked = [label(Instalment.objects.get(pk=part.item)) for part in parts]
            wanted = EXPECTED[f"{row.amount:.2f}"][1:]
            found = ("?", *sorted({*asked[: len(wanted)]}))
        assert found == EXPECTED[f"{row.amount:.2f}"], row
    closed = {
        row.amount: proposals[row.pk][0].parts[0].closed for row in rows if proposals.get(row.pk)
    }
    assert closed[Decimal("2001.64")] == Decimal("198.36")
    assert closed[Decimal("5795.50")] == Decimal("4.50")


def test_the_bank_file_brings_back_what_the_notice_told(company: Company) -> None:
    statement = todays_statement(plan_documents(TODAY), TODAY)
    files = [NamedFile(statement.name, content=statement.content)]
    import_files(files, company=company, sheets=import_sheet)
    back = BankMovement.objects.get(amount=Decimal("-2684.00"), bank_id="VF92000000001")
    (proposal,) = propose_effects(company, [back])[back.pk]
    assert proposal.effect.is_reopened
    fee = fee_of(back)
    assert fee is not None
    assert fee.amount == Decimal("-6.50")
    waiting = BankMovement.objects.filter(status="ignored").values_list("text", flat=True)
    assert list(waiting) == ["F24"]

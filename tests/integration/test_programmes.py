"""From decisions to messages, on the real database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sollecito.accounts.models import Company
from sollecito.domain import policies as values
from sollecito.domain.repayment import Rate
from sollecito.dunning.models import Decision, Draft, Hold, Promise, RepaymentPlan, Run
from sollecito.flows import clock
from sollecito.flows.agree_plan import PlanOffer, accept_plan, propose_plan
from sollecito.flows.cancel_drafts import cancel_drafts
from sollecito.flows.follow_plans import follow_plans
from sollecito.flows.forecast_reminders import forecast_reminders
from sollecito.flows.hold_reminders import hold_reminders
from sollecito.flows.lock_plan import PlanRefusedError
from sollecito.flows.promise_payment import promise_payment, settle_promises
from sollecito.flows.record_payments import pay_instalment
from sollecito.ledger.models import ContactPoint, Instalment
from sollecito.outbox.models import Content, Message
from tests.ledger_rows import add_document, add_party
from tests.programmes import add_policy, approve_on, issued_days, open_drafts, plan_on
from tests.reminders import add_email

DUE = date(2026, 3, 31)


def day(month: int, number: int) -> date:
    return date(2026, month, number)


@pytest.fixture
def company(db: None) -> Company:
    made = Company.objects.create(
        name="Noi S.r.l.", vat_number="99900010473", email="noi@noi.example", phone="0573 1"
    )
    made.refresh_from_db()
    return made


def owe(
    company: Company, *amounts: str, name: str = "Rossi S.r.l.", due: date = DUE
) -> list[Instalment]:
    party = add_party(company, name)
    add_email(party, f"{name.split(maxsplit=1)[0].lower()}@cliente.example")
    return [add_document(party, amount, due=due)[0] for amount in amounts]


def test_a_run_proposes_once_and_keeps_its_drafts(company: Company) -> None:
    owe(company, "100", "200")
    add_policy(company, 15)
    plan_on(company, day(4, 15))
    first = open_drafts(company)
    assert len(first) == 1  # one message for the customer
    plan_on(company, day(4, 15), everything=True)
    assert open_drafts(company) == first
    assert Message.objects.filter(status="draft").count() == 1
    plan_on(company, day(4, 16))
    assert open_drafts(company) == first


def test_approval_makes_history_and_the_order_goes_on(company: Company) -> None:
    (row,) = owe(company, "100")
    add_policy(company, 3, 15, repeat=5)
    for today in (day(4, 3), day(4, 15), day(4, 20), day(4, 27)):
        plan_on(company, today)
        approve_on(company, today)
    assert issued_days(row.pk) == [day(4, 3), day(4, 15), day(4, 20), day(4, 27)]
    content = Content.objects.latest("pk")
    assert b"Auto-Submitted: auto-generated" in bytes(content.raw or b"")


def test_a_payment_takes_its_line_out_and_the_rest_is_asked(company: Company) -> None:
    paid, left = owe(company, "100", "200")
    add_policy(company, 15)
    plan_on(company, day(4, 15))
    (draft,) = open_drafts(company)
    pay_instalment(paid, amount=Decimal(100), day=day(4, 15), user=None)
    refused = approve_on(company, day(4, 15)).refused
    assert [each.reason for each in refused] == ["no_longer_due"]
    plan_on(company, day(4, 15))
    (fresh,) = open_drafts(company)
    assert fresh != draft
    assert Draft.objects.get(pk=fresh).amount == Decimal(200)
    assert [r.instalment_id for r in Content.objects.get(pk=fresh).reminders.all()] == [left.pk]


def test_what_has_no_address_waits_and_goes_once_it_has_one(company: Company) -> None:
    party = add_party(company, "Senza recapito")
    (row,) = add_document(party, "100", due=DUE)
    add_policy(company, 15)
    plan_on(company, day(4, 15))
    draft = Draft.objects.get(is_open=True)
    assert draft.obstacle == "no_recipient"
    ContactPoint.objects.create(company=company, party=party, kind="email", value="a@b.example")
    assert approve_on(company, day(4, 15)).contents == (draft.pk,)
    assert issued_days(row.pk) == [day(4, 15)]


def test_skipping_counts_for_the_order(company: Company) -> None:
    (row,) = owe(company, "100")
    add_policy(company, 3, 15)
    plan_on(company, day(4, 3))
    with clock.pretend(day(4, 3)):
        cancel_drafts(company, open_drafts(company), user=None, skip=True)
    plan_on(company, day(4, 7))
    assert open_drafts(company) == []
    plan_on(company, day(4, 15))
    approve_on(company, day(4, 15))
    assert issued_days(row.pk) == [day(4, 15)]


def test_putting_back_proposes_the_same_step_again(company: Company) -> None:
    owe(company, "100")
    add_policy(company, 3)
    plan_on(company, day(4, 3))
    with clock.pretend(day(4, 3)):
        cancel_drafts(company, open_drafts(company), user=None, skip=False)
    assert open_drafts(company) == []
    plan_on(company, day(4, 3))
    assert len(open_drafts(company)) == 1


def test_automatic_approval_waits_for_the_first_review_and_for_takings(company: Company) -> None:
    (row,) = owe(company, "100")
    add_policy(company, 15, repeat=5, approval="automatic")
    plan_on(company, day(4, 15))
    assert Draft.objects.get(is_open=True).review == ["first_run", "takings_not_current"]
    approve_on(company, day(4, 15))
    with clock.pretend(day(4, 20)):
        company.takings_current_at = clock.now()
        company.save()
    plan_on(company, day(4, 20))
    assert issued_days(row.pk) == [day(4, 15), day(4, 20)]
    assert Draft.objects.latest("pk").is_by_rule


def test_a_reader_of_several_customers_gets_one_message(company: Company) -> None:
    for name in ("Alfa", "Beta"):
        party = add_party(company, name)
        add_email(party, "studio@condomini.example")
        add_document(party, "100", due=DUE)
    add_policy(company, 15)
    plan_on(company, day(4, 15))
    found = approve_on(company, day(4, 15))
    assert len(found.contents) == 1
    assert [each.reason for each in found.refused] == ["reader_gap"]
    plan_on(company, day(4, 22))
    assert len(approve_on(company, day(4, 22)).contents) == 1


def test_the_forecast_is_what_leaves(company: Company) -> None:
    owe(company, "100", "200", name="Rossi S.r.l.")
    owe(company, "300", name="Bianchi S.r.l.", due=day(4, 10))
    add_policy(company, -3, 15, 30, repeat=7)
    with clock.pretend(day(4, 1)):
        told = {
            each.day: each.messages for each in forecast_reminders(company, 60) if each.messages
        }
    sent: dict[date, int] = {}
    for each in (date.fromordinal(day(4, 1).toordinal() + n) for n in range(60)):
        plan_on(company, each)
        if done := len(approve_on(company, each).contents):
            sent[each] = done
    assert told == sent


def test_answers_are_stored_where_they_change(company: Company) -> None:
    (row,) = owe(company, "100")
    add_policy(company, 15)
    for today in (day(4, 1), day(4, 2), day(4, 15), day(4, 16)):
        plan_on(company, today, everything=True)
    stored = Decision.objects.filter(instalment=row).values_list("day", "answer")
    assert list(stored) == [(day(4, 1), "wait"), (day(4, 15), "issue")]


def test_a_promise_holds_and_is_counted_broken_or_kept(company: Company) -> None:
    kept, broken = owe(company, "100", "200")
    add_policy(company, 15)
    with clock.pretend(day(4, 15)):
        for row in (kept, broken):
            promise_payment(row, day=day(4, 20), amount=None, user=None)
    plan_on(company, day(4, 16))
    assert open_drafts(company) == []
    pay_instalment(kept, amount=Decimal(100), day=day(4, 17), user=None)
    with clock.pretend(day(4, 17)):
        assert settle_promises(company) == 1
    plan_on(company, day(4, 24))  # three working days after the 20th it is back by itself
    assert [p.status for p in Promise.objects.order_by("pk")] == ["kept", "broken"]
    assert len(open_drafts(company)) == 1


def test_a_plan_is_kept_silent_until_a_rate_is_missed(company: Company) -> None:
    rows = owe(company, "100", "200")
    add_policy(company, 15)
    rates = (Rate(day(4, 30), Decimal(150)), Rate(day(5, 29), Decimal(150)))
    with clock.pretend(day(4, 14)):
        plan = propose_plan(
            company, [row.pk for row in rows], PlanOffer(rates, tolerance_days=5), user=None
        )
        accept_plan(plan, day=day(4, 14), by="Sig. Rossi", user=None)
    plan_on(company, day(4, 20))
    assert open_drafts(company) == []
    plan_on(company, day(4, 27))  # three days before the rate
    notice = Content.objects.get(kind="piano_rata_in_scadenza")
    assert "rata 1 di 2" in notice.subject
    pay_instalment(rows[0], amount=Decimal(100), day=day(4, 30), user=None)
    with clock.pretend(day(5, 6)):
        assert follow_plans(company) == 1
    assert RepaymentPlan.objects.get().status == "broken"
    assert not Hold.objects.filter(released_at__isnull=True).exists()
    assert Instalment.objects.get(pk=rows[1].pk).round == 2
    plan_on(company, day(5, 6))
    assert len(open_drafts(company)) == 1


def test_a_plan_that_cannot_be_read_stops_no_other(company: Company) -> None:
    rows = owe(company, "100", "200")
    add_policy(company, 15)
    with clock.pretend(day(4, 14)):
        plan = propose_plan(
            company, [rows[0].pk], PlanOffer((Rate(day(4, 30), Decimal(100)),)), user=None
        )
        accept_plan(plan, day=day(4, 14), by="Sig. Rossi", user=None)
    plan.rates.update(due_date=date.max)  # its tolerance ends after the last day there is
    outcome = plan_on(company, day(4, 15))
    assert [each.instalment for each in outcome.plan.problems] == [rows[0].pk]
    assert Run.objects.latest("pk").problems[0]["instalment"] == rows[0].pk
    assert len(open_drafts(company)) == 1


def test_a_plan_for_other_sums_or_twice_is_refused(company: Company) -> None:
    (row,) = owe(company, "100")
    with clock.pretend(day(4, 14)):
        with pytest.raises(PlanRefusedError, match="il residuo è 100,00"):
            propose_plan(company, [row.pk], PlanOffer((Rate(day(5, 1), Decimal(90)),)), user=None)
        offer = PlanOffer((Rate(day(5, 1), Decimal(100)),))
        propose_plan(company, [row.pk], offer, user=None)
        with pytest.raises(PlanRefusedError, match="già in un piano"):
            propose_plan(company, [row.pk], offer, user=None)


def test_a_hold_withdraws_a_queued_message_and_its_end_brings_it_back(company: Company) -> None:
    (row,) = owe(company, "100")
    add_policy(company, 15)
    plan_on(company, day(4, 15))
    approve_on(company, day(4, 15))
    with clock.pretend(day(4, 15)):
        hold_reminders(row, "snooze", user=None, until=day(4, 20))
    assert issued_days(row.pk) == []
    plan_on(company, day(4, 16))
    assert open_drafts(company) == []
    plan_on(company, day(4, 21))
    assert len(open_drafts(company)) == 1


def test_a_statement_lists_all_that_is_open_and_reminds_of_what_was_due(company: Company) -> None:
    due, later = owe(company, "100"), owe(company, "200", name="Altra", due=day(5, 30))
    Instalment.objects.filter(pk=later[0].pk).update(party=due[0].party)
    steps = (values.Step(values.StepKind.STATEMENT, 15, attach_statement=True),)
    add_policy(company, steps=steps)
    plan_on(company, day(4, 15))
    assert approve_on(company, day(4, 15)).refused == ()
    content = Content.objects.get(queued_at__isnull=False)
    assert content.kind == "estratto_conto"
    assert "scaduto 100,00" in content.text
    assert "a scadere 200,00" in content.text
    assert issued_days(later[0].pk) == []
    pay_instalment(later[0], amount=Decimal(200), day=day(4, 15), user=None)
    assert Message.objects.get(content=content).status == "draft"  # the gate would have seen it


def test_a_formal_notice_is_alone_reviewed_and_complete(company: Company) -> None:
    owe(company, "100", "200")
    company.representative = "Paola Ventura, legale rappresentante"
    company.street, company.postcode, company.city = "Via Uno 1", "51100", "Pistoia"
    company.pec = "noi@pec.example"
    company.save()
    party = Instalment.objects.latest("pk").party
    party.street, party.city, party.vat_number = "Via Due 2", "Prato", "99900030471"
    party.save()
    add_policy(
        company,
        steps=(values.Step(values.StepKind.FORMAL_NOTICE, 15),),
        approval="automatic",
        grouping="customer",
    )
    plan_on(company, day(4, 15))
    assert len(open_drafts(company)) == 2  # never together
    assert all("formal_notice" in draft.review for draft in Draft.objects.filter(is_open=True))
    (content,) = (Content.objects.get(pk=pk) for pk in approve_on(company, day(4, 15)).contents)
    assert "vi costituiamo in mora" in content.text
    assert "Capitale: " in content.text
    assert "Paola Ventura" in content.text


@pytest.mark.parametrize(("left", "again"), [(0, 3), (1, 10)])
def test_money_in_part_takes_back_what_is_queued_and_the_step_that_is_due_is_made_again(
    company: Company, left: int, again: int
) -> None:
    """Of two queued messages neither is history any more; one that left before stays."""
    (row,) = owe(company, "100")
    add_policy(company, 3, 10)
    for today in (day(4, 3), day(4, 10)):
        plan_on(company, today)
        approve_on(company, today)
    first = Content.objects.order_by("pk")[:left].values("pk")
    Message.objects.filter(content__in=first).update(status="accepted")
    with clock.pretend(day(4, 10)):
        pay_instalment(row, amount=Decimal(40), day=day(4, 10), user=None)
    assert issued_days(row.pk) == [day(4, 3)] * left
    plan_on(company, day(4, 10))
    (draft,) = Draft.objects.filter(is_open=True)
    assert (draft.offset_days, draft.amount) == (again, Decimal(60))
    approve_on(company, day(4, 10))
    assert issued_days(row.pk) == [day(4, 3)] * left + [day(4, 10)]
    states = Message.objects.order_by("pk").values_list("status", flat=True)
    assert list(states) == ["accepted"] * left + ["cancelled"] * (2 - left) + ["queued"]

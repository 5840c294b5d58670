"""The facts read in sets are the same as those read row by row, the obvious way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sollecito.accounts.models import Company
from sollecito.domain.candidates import IssuedStep
from sollecito.domain.documents import DocumentKind
from sollecito.domain.schedule import HoldFact, InstalmentFacts
from sollecito.domain.sdi import IssueRule, SdiStanding, SdiState, compute_collectible
from sollecito.dunning.fact_queries import instalment_facts
from sollecito.dunning.models import Decision, Hold, Policy, Reminder, Run, SkippedStep, Step
from sollecito.dunning.plan_queries import StoredAnswer, histories_of, last_answers, planned_facts
from sollecito.flows import clock
from sollecito.ledger.models import (
    Allocation,
    Document,
    Instalment,
    Party,
    Payment,
    SdiNotification,
    StoredFile,
)
from sollecito.ledger.sdi_queries import standings_on
from sollecito.outbox.models import Content
from tests.ledger_rows import add_document, add_party

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)
ROME = ZoneInfo("Europe/Rome")
NOTHING = Decimal(0)
CREDIT_NOTE = DocumentKind.CREDIT_NOTE.value


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=ROME)


class Ledger:
    """A small company with a little of everything, from a seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.company = Company.objects.create(name="Azienda di prova S.r.l.")
        self.file = StoredFile.objects.create(company=self.company, sha256="0", size=0, data=b"")
        policy = Policy.objects.create(company=self.company, name="Prova", is_default=True)
        self.steps = [
            Step.objects.create(
                company=self.company, policy=policy, kind="sollecito", offset_days=offset
            )
            for offset in (-10, 15, 30)
        ]
        self.parties = [
            add_party(self.company, payment_day=self.draw.choice([0, 0, 15])) for _ in range(4)
        ]
        for number in range(30):
            self._document(number)
        self.rows = self._read()
        for row in self.rows:
            self._payments(row)
            self._history(row)
        for _ in range(12):
            self._hold(self.draw.choice(self.rows))
        self._pairs()
        self.rows = self._read()

    def _read(self) -> list[Instalment]:
        return list(Instalment.objects.select_related("document__company").order_by("pk"))

    def day(self) -> date:
        return TODAY + timedelta(days=self.draw.randint(-80, 30))

    def _document(self, number: int) -> None:
        kind = self.draw.choice(["fattura", "fattura_elettronica", "proforma", CREDIT_NOTE])
        sign = -1 if kind == CREDIT_NOTE else 1
        amounts = [Decimal(sign * self.draw.randint(100, 99999)) / 100 for _ in range(2)]
        rows = add_document(
            self.draw.choice(self.parties),
            *amounts[: self.draw.randint(1, 2)],
            kind=kind,
            day=self.day(),
            currency=self.draw.choice(["EUR", "EUR", "USD"]),
            method=self.draw.choice(["MP05", "MP22", ""]),
            is_public_body=self.draw.random() < 0.3,
            sdi_override=self.draw.random() < 0.2,
        )
        if kind == "fattura_elettronica":
            self._receipts(rows[0].document, f"it12345670157_{number}")

    def _receipts(self, document: Document, name: str) -> None:
        """Messages of the SdI, and the state that all of them make."""
        document.file_key = name
        document.save()
        for place, code in enumerate(self.draw.sample(["RC", "MC", "NS", "AT"], 2)):
            SdiNotification.objects.create(
                company=self.draw.choice([self.company, None]),
                file=self.file,
                sha256=f"{name}.{place}",
                code=code,
                target=name,
                message_at=on(self.day()) if self.draw.random() < 0.8 else None,
                received_at=on(TODAY),
            )
        now = standings_on([document], date(2030, 1, 1))[document.pk]
        document.sdi_state, document.sdi_since = now.state, now.since
        document.save()

    def _payments(self, row: Instalment) -> None:
        for _ in range(self.draw.choice([0, 0, 1, 2])):
            day, amount = self.day(), Decimal(self.draw.randint(1, 5000)) / 100
            undone = on(TODAY) if self.draw.random() < 0.2 else None
            payment = Payment.objects.create(
                company=self.company,
                party=row.party,
                date=day,
                amount=amount,
                currency=row.currency,
                source="hand",
                recorded_at=on(day),
                undone_at=undone if self.draw.random() < 0.3 else None,
            )
            notes = [each for each in self.rows if each.amount < 0 and each.pk != row.pk]
            by_note = notes and row.amount > 0 and self.draw.random() < 0.3
            Allocation.objects.create(
                company=self.company,
                instalment=row,
                payment=None if by_note else payment,
                credit=self.draw.choice(notes) if by_note else None,
                amount=(amount / self.draw.choice([1, 2])).quantize(Decimal("0.01")),
                date=day,
                created_at=on(day),
                undone_at=undone,
            )
        Instalment.objects.filter(pk=row.pk).update(balance=max(row.amount, NOTHING))

    def _history(self, row: Instalment) -> None:
        for occurrence in range(1, self.draw.choice([1, 1, 2, 3])):
            content = Content.objects.create(
                company=self.company,
                key=f"{row.pk}.{occurrence}",
                channel="email",
                created_at=on(TODAY),
            )
            step = self.draw.choice([*self.steps, None])
            failed = self.draw.random() < 0.3
            Reminder.objects.create(
                company=self.company,
                instalment=row,
                content=content,
                step=step,
                offset_days=step.offset_days if step else None,
                occurrence=occurrence,
                round=self.draw.choice([1, 2]),
                frozen_balance=row.amount,
                issued_date=self.draw.choice([self.day(), None]),
                is_void=failed or self.draw.random() < 0.2,
                is_failed=failed,
                channel="email",
            )
        if self.draw.random() < 0.2:
            SkippedStep.objects.create(
                company=self.company,
                instalment=row,
                step=self.steps[1],
                offset_days=15,
                day=self.day(),
                created_at=on(self.day()),
            )

    def _hold(self, row: Instalment) -> None:
        targets: list[dict[str, Any]] = [
            {"instalment": row},
            {"document": row.document},
            {"party": row.party},
        ]
        Hold.objects.create(
            company=self.company,
            kind=self.draw.choice(["dispute", "snooze", "legal"]),
            from_date=self.day(),
            until_date=self.draw.choice([None, self.day() + timedelta(days=60)]),
            created_at=on(TODAY),
            released_at=on(self.day()) if self.draw.random() < 0.4 else None,
            **self.draw.choice(targets),
        )

    def _pairs(self) -> None:
        pro_formas = Document.objects.filter(kind="proforma").order_by("pk")
        invoices = Document.objects.filter(kind="fattura").order_by("pk")
        for pro_forma, invoice in zip(pro_formas, invoices, strict=False):
            invoice.replaces = pro_forma
            invoice.is_replacement_confirmed = self.draw.choice([True, False, None])
            invoice.save()


def read_plainly(row: Instalment, today: date, as_of: date | None) -> InstalmentFacts:
    """One instalment, one fact after the other."""
    document = row.document
    standing = SdiStanding(SdiState(document.sdi_state), document.sdi_since)
    if as_of:
        standing = standings_on([document], as_of)[document.pk]
    credit = credit_of(row.party, row.currency, as_of)
    late = row.party.instalments.filter(currency=row.currency, amount__gt=0, due_date__lt=today)
    overdue = [max(balance_of(each, as_of) if as_of else each.balance, NOTHING) for each in late]
    return InstalmentFacts(
        balance=balance_of(row, as_of),
        collectible=compute_collectible(
            DocumentKind(document.kind),
            standing=standing,
            document_date=document.date,
            today=today,
            rule=IssueRule(document.company.sdi_rule),
            is_public_body=document.is_public_body,
            is_approved=document.sdi_override,
        ),
        currency=row.currency,
        method=row.method,
        is_replaced=is_replaced(document),
        holds=holds_of(row, as_of),
        credit_of_customer=credit,
        overdue_of_customer=sum(overdue, NOTHING),
    )


def balance_of(row: Instalment, as_of: date | None) -> Decimal:
    def moved(rows: Sequence[Allocation]) -> Decimal:
        mine = [a for a in rows if a.undone_at is None and not (as_of and a.date > as_of)]
        return sum((a.amount for a in mine), NOTHING)

    return row.amount - moved(list(row.allocations.all())) + moved(list(row.netted.all()))


def credit_of(party: Party, currency: str, as_of: date | None) -> Decimal:
    total = NOTHING
    for payment in party.payments.filter(undone_at__isnull=True, currency=currency):
        if not (as_of and payment.date > as_of):
            used = payment.allocations.filter(undone_at__isnull=True)
            counted = [each.amount for each in used if not (as_of and each.date > as_of)]
            total += payment.amount - sum(counted, NOTHING)
    for note in Instalment.objects.filter(party=party, currency=currency, amount__lt=0):
        total -= balance_of(note, as_of)
    return total


def is_replaced(document: Document) -> bool:
    pairs = [(document.replaces, document)] if document.replaces else []
    pairs += [(document, invoice) for invoice in document.replaced_by.all()]
    for pro_forma, invoice in pairs:
        confirmed = invoice.is_replacement_confirmed
        if confirmed is False:
            continue
        silent = pro_forma if confirmed or invoice.date < pro_forma.date else invoice
        if silent.pk == document.pk:
            return True
    return False


def holds_of(row: Instalment, as_of: date | None) -> tuple[HoldFact, ...]:
    found = []
    for holds in (row.holds, row.document.holds, row.party.holds):
        for each in holds.order_by("pk"):
            released = each.released_at and each.released_at.astimezone(ROME).date()
            if released is None or (as_of and released > as_of):
                found.append(HoldFact(each.kind, each.from_date, each.until_date, each.amount))
    return tuple(found)


def history_plainly(row: Instalment, as_of: date | None) -> tuple[set[IssuedStep], set[object]]:
    issued = {
        IssuedStep(each.issued_date, each.step_id, each.offset_days, each.occurrence, each.round)
        for each in row.reminders.all()
        if each.issued_date and not each.is_void and not (as_of and each.issued_date > as_of)
    }
    issued |= {
        IssuedStep(each.day, each.step_id, each.offset_days, each.occurrence, each.round, True)
        for each in row.skipped_steps.all()
        if not as_of or min(each.day, each.created_at.astimezone(ROME).date()) <= as_of
    }
    failed: set[object] = {
        (each.step_id, each.occurrence)
        for each in row.reminders.filter(is_failed=True, round=row.round)
        if each.step_id
    }
    return issued, failed


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("as_of", [None, TODAY, TODAY - timedelta(days=40)])
def test_facts_in_sets_are_those_read_one_by_one(seed: int, as_of: date | None) -> None:
    ledger = Ledger(seed)
    today = as_of or TODAY
    plain = {row.pk: read_plainly(row, today, as_of) for row in ledger.rows}
    read = instalment_facts(list(plain), today, as_of=as_of)
    assert read.keys() == plain.keys()
    planned = planned_facts(ledger.company, list(plain), today, as_of=as_of)
    for row in ledger.rows:
        given, wanted = planned[row.pk], plain[row.pk]
        for name in InstalmentFacts.__dataclass_fields__:
            if name == "overdue_of_customer" and not wanted.credit_of_customer:
                continue  # nobody asks
            assert getattr(read[row.pk], name) == getattr(wanted, name), name
            assert getattr(given.facts, name) == getattr(wanted, name), name
        issued, failed = history_plainly(row, as_of)
        assert (set(given.history.issued), set(given.history.failed)) == (issued, failed)
        assert given.facts.terms.payment_day == row.party.payment_day


def test_no_instalments_have_no_facts() -> None:
    company = Company.objects.create(name="Azienda di prova S.r.l.")
    assert instalment_facts([], TODAY, as_of=TODAY) == {}
    assert planned_facts(company, [], TODAY, as_of=TODAY) == {}
    assert not histories_of([])


def test_the_last_answer_is_the_one_of_the_day() -> None:
    company = Company.objects.create(name="Azienda di prova S.r.l.")
    row, other = add_document(add_party(company), "100", "200")
    run = Run.objects.create(company=company, day=TODAY, started_at=clock.now())
    for days, reason in ((-5, "not_yet"), (-3, "too_soon"), (2, "settled")):
        Decision.objects.create(
            company=company,
            instalment=row,
            run=run,
            day=TODAY + timedelta(days=days),
            answer="wait",
            reason=reason,
        )
    ids = [row.pk, other.pk]
    assert last_answers(ids, TODAY) == {row.pk: StoredAnswer("wait", reason="too_soon")}
    assert last_answers(ids, TODAY + timedelta(days=9))[row.pk].reason == "settled"

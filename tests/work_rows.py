"""A company with a programme and a morning's list, for the tests of the work list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sollecito.accounts.models import Company
from sollecito.domain.policies import Approval, Policy, Step, StepKind
from sollecito.dunning import models
from sollecito.dunning.models import Draft, Reminder
from sollecito.flows import clock
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.run_programmes import run_programmes
from sollecito.flows.save_policy import save_policy
from sollecito.ledger.models import ContactPoint, Instalment, Party
from sollecito.outbox.models import Content
from tests.builders import Row, invoice_bytes

GENTLE = Policy(
    name="Gentile",
    steps=(
        Step(StepKind.PRE_DUE, -3),
        Step(StepKind.FIRST, 3),
        Step(StepKind.REMINDER, 10),
        Step(StepKind.REMINDER, 20, repeat_days=30),
    ),
    attach_invoices=False,
)
AUTOMATIC = Approval.AUTOMATIC


def add_programme(company: Company, policy: Policy = GENTLE, **changes: Any) -> models.Policy:
    """The company's default programme."""
    row = save_policy(company, policy, user=None, is_default=True)
    models.Policy.objects.filter(pk=row.pk).update(**changes)
    return row


def vat_of(number: int) -> str:
    """A P. IVA whose check digit is right."""
    body = f"{3_000_000 + number:07d}001"[:10]
    odd = sum(int(digit) for digit in body[::2])
    even = sum((int(digit) * 2 - 9) if int(digit) > 4 else int(digit) * 2 for digit in body[1::2])
    return f"{body}{(10 - (odd + even) % 10) % 10}"


def add_debtors(company: Company, count: int, *, late: int = 5, start: int = 1) -> list[Party]:
    """Customers with an address and an invoice each, ``late`` days overdue."""
    today = clock.today()
    files = [
        _invoice(company, number, today - timedelta(days=late))
        for number in range(start, start + count)
    ]
    before = set(Party.objects.filter(company=company).values_list("pk", flat=True))
    import_files(files, company=company)
    made = list(Party.objects.filter(company=company).exclude(pk__in=before).order_by("name"))
    for party in made:
        address = f"cliente{party.pk}@cliente.example"
        ContactPoint.objects.create(company=company, party=party, kind="email", value=address)
    return made


def _invoice(company: Company, number: int, due: date) -> NamedFile:
    content = invoice_bytes(
        number=f"{number}/W",
        seller_vat=company.vat_number,
        day=(due - timedelta(days=30)).isoformat(),
        total="122.00",
        rows=(Row("122.00", due.isoformat()),),
        buyer_name=f"Cliente {number:03} S.r.l.",
        buyer_vat=vat_of(number),
    )
    return NamedFile(f"IT{company.vat_number}_w{number:04}.xml", content=content)


def plan(company: Company) -> list[Draft]:
    """The morning's list."""
    run_programmes(company)
    return open_drafts(company)


def open_drafts(company: Company) -> list[Draft]:
    """Drafts that nobody decided on."""
    rows = Draft.objects.filter(company=company, is_open=True)
    return list(rows.select_related("content", "party").order_by("party__name"))


def add_draft(company: Company, instalment: Instalment) -> Draft:
    """A draft as a run leaves it, of a programme that is switched off since."""
    steps = (Step(StepKind.REMINDER, 10),)
    policy = save_policy(company, Policy(name="Spenta", steps=steps), user=None, is_active=False)
    step = policy.steps.get()
    content = Content.objects.create(
        company=company,
        key=f"plan:file:{instalment.pk}:1:{step.pk}:1",
        channel="file",
        is_automatic=True,
        created_at=clock.now(),
    )
    Reminder.objects.create(
        company=company,
        content=content,
        instalment=instalment,
        step=step,
        kind=step.kind,
        frozen_balance=instalment.balance,
    )
    return Draft.objects.create(
        content=content,
        company=company,
        party=instalment.party,
        policy=policy,
        step=step,
        group=content.key,
        day=clock.today(),
        offset_days=step.offset_days,
        amount=instalment.balance,
        grouping=policy.grouping,
    )

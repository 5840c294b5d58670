from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sollecito.accounts.models import Company
from sollecito.domain.aging import Bucket, sum_buckets
from sollecito.domain.documents import DocumentKind
from sollecito.domain.sdi import IssueRule, SdiState
from sollecito.domain.standing import InstalmentStatus
from sollecito.dunning.models import Hold, Reminder
from sollecito.dunning.queries import LedgerRow, ledger_query, ledger_rows
from sollecito.flows import clock
from sollecito.flows.record_payments import record_payment
from sollecito.ledger import queries
from sollecito.ledger.models import Document, Instalment, Party
from sollecito.ledger.queries import (
    SORTS,
    LedgerFilter,
    blocked_documents,
    group_by_customer,
    party_names,
    sort_instalments,
    total_instalments,
)
from sollecito.outbox.models import Content
from tests.ledger_rows import add_document, add_party

TODAY = date(2026, 4, 10)
SEEDS = range(6)


@pytest.fixture
def company(db: None) -> Company:
    return Company.objects.create(name="Noi S.r.l.", vat_number="99900010473")


def random_ledger(company: Company, seed: int) -> None:
    draw = random.Random(seed)
    company.sdi_rule = draw.choice(list(IssueRule))
    company.save()
    parties = [add_party(company, f"Cliente {n}") for n in range(4)]
    kinds = list(DocumentKind)
    for _ in range(60):
        kind = draw.choice(kinds)
        sign = -1 if kind is DocumentKind.CREDIT_NOTE else 1
        day = TODAY - timedelta(days=draw.choice([0, 4, 5, 6, 14, 15, 16, 60, 130]))
        rows = add_document(
            draw.choice(parties),
            *(Decimal(sign * draw.randint(1, 50_000)) / 100 for _ in range(draw.randint(1, 3))),
            kind=kind,
            day=day,
            due=TODAY + timedelta(days=draw.choice([-95, -91, -90, -61, -60, -31, -30, -1, 0, 1])),
            sdi_state=draw.choice(list(SdiState)),
            sdi_since=draw.choice([None, day, day + timedelta(days=1)]),
            sdi_override=draw.random() < 0.3,
            is_public_body=draw.random() < 0.4,
            currency=draw.choice(["EUR", "EUR", "GBP"]),
            due_date_assumed=draw.random() < 0.1,
            method=draw.choice(["", "MP05", "MP22"]),
        )
        for row in rows:
            part = draw.choice([Decimal(0), row.amount, row.amount / 2]).quantize(Decimal("0.01"))
            Instalment.objects.filter(pk=row.pk).update(balance=row.amount - part)


def rows_of(company: Company, wanted: LedgerFilter | None = None) -> list[LedgerRow]:
    found = ledger_query(company, wanted or LedgerFilter(), TODAY)
    return ledger_rows(sort_instalments(found, "due"), company, TODAY)


@pytest.mark.parametrize("seed", SEEDS)
def test_statuses_in_the_database_are_those_of_the_rules(company: Company, seed: int) -> None:
    random_ledger(company, seed)
    everything = rows_of(company)
    found: set[int] = set()
    for status in InstalmentStatus:
        wanted = {row.id for row in everything if row.status == status}
        assert {row.id for row in rows_of(company, LedgerFilter(status=status))} == wanted, status
        found |= wanted
    assert found == {row.id for row in everything}


@pytest.mark.parametrize("seed", SEEDS)
def test_totals_are_the_sums_of_the_rows(company: Company, seed: int) -> None:
    random_ledger(company, seed)
    for wanted in (LedgerFilter(), LedgerFilter(due="overdue"), LedgerFilter(kinds=("fattura",))):
        everything = [row for row in rows_of(company, wanted) if row.balance > 0]
        totals = total_instalments(ledger_query(company, wanted, TODAY), company, TODAY)
        assert [total.currency for total in totals] == [
            code for code in ("EUR", "GBP") if code in {row.currency for row in everything}
        ]
        for total in totals:
            mine = [row for row in everything if row.currency == total.currency]
            good = [row for row in mine if row.collectible]
            assert total.amount == sum(row.balance for row in good)
            assert total.count == len(good)
            assert total.not_collectible == sum(row.balance for row in mine) - total.amount
            assert total.ages == sum_buckets(
                ((None if row.due_date_assumed else row.due_date, row.balance) for row in good),
                TODAY,
            )
            late = [row for row in good if row.due_date < TODAY and not row.due_date_assumed]
            assert total.overdue == sum(row.balance for row in late)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_age_clicks_through_to_its_rows(company: Company, seed: int) -> None:
    random_ledger(company, seed)
    (total, *_) = total_instalments(ledger_query(company, LedgerFilter(), TODAY), company, TODAY)
    for bucket in Bucket:
        rows = rows_of(company, LedgerFilter(bucket=bucket))
        good = [row for row in rows if row.collectible and row.currency == total.currency]
        assert sum(row.balance for row in good) == total.ages[bucket]


def test_every_filter_narrows(company: Company) -> None:
    rossi, verdi = add_party(company, "Caffè Rossi"), add_party(company, "Verdi")
    (one,) = add_document(rossi, "100", number="12/A", due=date(2026, 3, 31))
    (two,) = add_document(verdi, "250", kind="proforma", due=date(2026, 4, 30))
    Document.objects.filter(pk=two.document_id).update(search_text="7 ord-55 z1a2b3c4d5")
    cases = {
        one.pk: [
            LedgerFilter(kinds=("fattura",)),
            LedgerFilter(due="overdue"),
            LedgerFilter(status="overdue"),
            LedgerFilter(text="rossi"),
            LedgerFilter(text="12/a"),
            LedgerFilter(customer_id=rossi.pk),
            LedgerFilter(due_to=date(2026, 3, 31)),
            LedgerFilter(amount_to=Decimal(100)),
            LedgerFilter(bucket=Bucket.DAYS_1_30),
            LedgerFilter(ids=(one.pk,)),
        ],
        two.pk: [
            LedgerFilter(kinds=("proforma", "ricevuta")),
            LedgerFilter(due="future"),
            LedgerFilter(status="open"),
            LedgerFilter(text="VERDI"),
            LedgerFilter(text="ORD-55"),
            LedgerFilter(due_from=date(2026, 4, 30)),
            LedgerFilter(amount_from=Decimal("100.01")),
            LedgerFilter(bucket=Bucket.NOT_DUE),
        ],
    }
    for key, filters in cases.items():
        for wanted in filters:
            assert [row.id for row in rows_of(company, wanted)] == [key], wanted
    assert rows_of(company, LedgerFilter(text="nessuno")) == []


def test_another_company_sees_nothing(company: Company) -> None:
    other = Company.objects.create(name="Altri", vat_number="99900020472")
    (mine,) = add_document(add_party(company), "100")
    assert rows_of(other) == []
    assert rows_of(other, LedgerFilter(ids=(mine.pk,), text="rossi")) == []


def hold(row: Instalment, target: str, kind: str = "promise", **fields: object) -> None:
    keys = {"instalment": row.pk, "document": row.document_id, "party": row.party_id}
    Hold.objects.create(
        company=row.company, kind=kind, from_date=TODAY, created_at=clock.now(),
        **{f"{target}_id": keys[target]}, **fields,
    )  # fmt: skip


@pytest.mark.parametrize("target", ["instalment", "document", "party"])
def test_holds_on_any_of_the_three_are_shown_and_filtered(company: Company, target: str) -> None:
    one, two = add_document(add_party(company), "100", "100")
    add_document(add_party(company, "Altri"), "100")
    hold(one, target, until_date=TODAY)
    rows = rows_of(company, LedgerFilter(hold="promise"))
    assert {row.id for row in rows} == ({one.pk} if target == "instalment" else {one.pk, two.pk})
    assert {(row.hold, row.hold_until) for row in rows} == {("promise", TODAY)}
    assert rows_of(company, LedgerFilter(hold="dispute")) == []


def test_holds_that_are_over_or_released_do_not_count(company: Company) -> None:
    (row,) = add_document(add_party(company), "100")
    hold(row, "instalment", until_date=TODAY - timedelta(days=1))
    hold(row, "instalment", released_at=clock.now())
    assert rows_of(company, LedgerFilter(hold="promise")) == []
    assert rows_of(company)[0].hold is None
    hold(row, "instalment", "dispute", amount=Decimal(10))
    assert rows_of(company)[0].hold == "dispute"


def test_reminders_are_counted_with_their_last_day(company: Company) -> None:
    (row,) = add_document(add_party(company), "100")
    for number, (day, void) in enumerate([(1, False), (5, False), (9, True)]):
        content = Content.objects.create(
            company=company, key=str(number), channel="email", created_at=clock.now()
        )
        Reminder.objects.create(
            company=company, instalment=row, content=content, frozen_balance=100,
            issued_date=date(2026, 4, day), is_void=void,
        )  # fmt: skip
    (shown,) = rows_of(company)
    assert (shown.reminders, shown.last_reminder) == (2, date(2026, 4, 5))


def test_the_row_on_the_wire(company: Company) -> None:
    (row,) = add_document(
        add_party(company, "Rossi"), "1220.5", number="12/A", due=date(2026, 3, 31)
    )
    assert rows_of(company)[0].wire() == {
        "id": row.pk,
        "company": company.pk,
        "customer": "Rossi",
        "customer_id": row.party_id,
        "kind": "fattura",
        "number": "12/A",
        "series": "",
        "document_date": "2026-01-31",
        "seq": 1,
        "due_date": "2026-03-31",
        "amount": "1220.50",
        "balance": "1220.50",
        "currency": "EUR",
        "status": "overdue",
        "collectible": True,
        "hold": None,
        "reminders": 0,
        "last_reminder": None,
    }
    Instalment.objects.update(due_date_assumed=True)
    assert rows_of(company)[0].wire()["due_date_assumed"] is True


def test_credit_notes_are_never_collectible(company: Company) -> None:
    (row,) = add_document(add_party(company), "-50", kind="nota_di_credito")
    (shown,) = rows_of(company)
    assert (shown.collectible, shown.can_remind, shown.status) == (False, False, "open")
    Instalment.objects.filter(pk=row.pk).update(balance=Decimal(0))
    assert rows_of(company)[0].status == "paid"
    Instalment.objects.filter(pk=row.pk).update(balance=Decimal(-20))
    assert rows_of(company)[0].status == "partly_paid"


def test_a_pro_forma_and_its_invoice_are_not_asked_for_twice(company: Company) -> None:
    party = add_party(company)
    (old,) = add_document(party, "100", kind="proforma")
    (new,) = add_document(party, "100", kind="fattura", day=date(2026, 2, 10))
    Document.objects.filter(pk=new.document_id).update(replaces=old.document_id)
    assert {row.id: row.collectible for row in rows_of(company)} == {old.pk: True, new.pk: False}
    total = total_instalments(ledger_query(company, LedgerFilter(), TODAY), company, TODAY)[0]
    assert (total.amount, total.not_collectible, total.count) == (Decimal(100), Decimal(100), 1)


def test_the_past_is_told_again(company: Company) -> None:
    (row,) = add_document(add_party(company), "100", due=date(2026, 3, 1))
    record_payment(company, {row.pk: Decimal(100)}, amount=Decimal(100), day=date(2026, 4, 5))
    then = date(2026, 4, 4)
    (shown,) = ledger_rows(Instalment.objects.all(), company, then, as_of=then)
    assert (shown.balance, shown.status, shown.days) == (Decimal(100), "overdue", 34)
    assert rows_of(company)[0].status == "paid"


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS), "nonsense", ""])
def test_sorting_loses_nobody(company: Company, sort: str) -> None:
    random_ledger(company, 1)
    found = sort_instalments(ledger_query(company, LedgerFilter(), TODAY), sort)
    keys = [row.id for row in ledger_rows(found, company, TODAY)]
    assert sorted(keys) == sorted(Instalment.objects.values_list("pk", flat=True))
    pages = [[row.id for row in ledger_rows(found[n : n + 20], company, TODAY)] for n in (0, 20)]
    assert pages == [keys[:20], keys[20:40]]
    if sort.removeprefix("-") == "balance":
        balances = [row.balance for row in ledger_rows(found, company, TODAY)]
        assert balances == sorted(balances, reverse=sort.startswith("-"))


def test_groups_put_the_largest_overdue_first(company: Company) -> None:
    rossi, verdi = add_party(company, "Rossi"), add_party(company, "Verdi")
    add_document(rossi, "100", due=date(2026, 4, 1))
    add_document(rossi, "500", due=date(2026, 5, 1))
    add_document(verdi, "200", due=date(2026, 4, 1))
    groups = list(group_by_customer(ledger_query(company, LedgerFilter(), TODAY), TODAY))
    names = party_names({group["party_id"] for group in groups})
    assert [(names[group["party_id"]], group["overdue"], group["total"]) for group in groups] == [
        ("Verdi", Decimal(200), Decimal(200)),
        ("Rossi", Decimal(100), Decimal(600)),
    ]


def test_blocked_documents_are_few_and_known(company: Company) -> None:
    party = add_party(company)
    (bad,) = add_document(party, "1", kind="fattura_elettronica", sdi_state="rejected")
    (new,) = add_document(party, "1", kind="fattura_elettronica", day=TODAY - timedelta(days=4))
    add_document(party, "1", kind="fattura_elettronica", day=TODAY - timedelta(days=5))
    blocked = blocked_documents(company, TODAY)
    assert (blocked.rejected, blocked.waiting) == ([bad.document_id], [new.document_id])
    assert Party.objects.count() == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_many_keys_give_what_few_give(
    company: Company, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random_ledger(company, seed)
    filters = [*(LedgerFilter(status=s) for s in InstalmentStatus), LedgerFilter(text="cliente 1")]
    filters += [LedgerFilter(text="1"), LedgerFilter()]
    few = [answer(company, wanted) for wanted in filters]
    monkeypatch.setattr(queries, "FEW", 1)
    assert [answer(company, wanted) for wanted in filters] == few


def answer(company: Company, wanted: LedgerFilter) -> object:
    found = ledger_query(company, wanted, TODAY)
    return rows_of(company, wanted), total_instalments(found, company, TODAY)

"""A ledger of a million open instalments, made by SQL: most wait, some are due today.

Every row follows from its number, so the same sizes give the same ledger on both databases.
Today's are those whose number is a multiple of ``instalments / due``: a quarter each for a step
before the due date, the first after it, the second, and its repetition. The others wait for the
next step, with the reminders that brought them there and the answer that was stored last; some
are paid in part, some are held.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

TODAY = date(2026, 6, 10)  # a Wednesday
YESTERDAY = TODAY - timedelta(days=1)
NOON = datetime(2026, 6, 9, 12, tzinfo=ZoneInfo("Europe/Rome"))
MIXED = "(n * 997 % 1000)"


@dataclass(frozen=True, slots=True)
class Sent:
    """One step, and which time it was sent; ``days`` from the due date."""

    step: int
    occurrence: int
    offset: int
    days: int
    kind: str


def sent_steps() -> Iterator[Sent]:
    """What the programme may have sent of one instalment: -10, +15, +30 every 30."""
    yield Sent(1, 1, -10, -10, "promemoria")
    yield Sent(2, 1, 15, 15, "primo_sollecito")
    for number in range(5):
        yield Sent(3, number + 1, 30, 30 + 30 * number, "sollecito")


def fill(instalments: int, due: int, customers: int) -> None:
    """Make the company, its programme, its ledger, what was sent and decided so far."""
    from django.db import connection  # noqa: PLC0415  after django.setup()

    stride = instalments // due
    _add_company()
    _add_customers(customers)
    _add_documents(instalments, customers)
    _add_instalments(instalments, stride, customers)
    _add_holds(instalments, stride)
    _add_payments()
    for number, sent in enumerate(sent_steps()):
        _add_reminders(sent, number * customers, customers)
    _add_answers(stride)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _advance_sequences(cursor)
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _add_company() -> None:
    from sollecito.accounts.models import Company  # noqa: PLC0415  after django.setup()
    from sollecito.dunning.models import Policy, Run, Step  # noqa: PLC0415  same
    from sollecito.ledger.models import StoredFile  # noqa: PLC0415  same

    company = Company.objects.create(pk=1, name="Bench S.r.l.", takings_answered_at=NOON)
    policy = Policy.objects.create(
        pk=1, company=company, name="Promemoria e solleciti", is_default=True, reviewed_at=NOON
    )
    for sent in sent_steps():
        if sent.occurrence == 1:
            Step.objects.create(
                pk=sent.step,
                company=company,
                policy=policy,
                kind=sent.kind,
                offset_days=sent.offset,
                channels=["email"],
                repeat_days=30 if sent.step == 3 else None,
            )
    Run.objects.create(pk=1, company=company, kind="nightly", day=YESTERDAY, started_at=NOON)
    StoredFile.objects.create(pk=1, company=company, sha256="0" * 64, name="", size=0, data=b"")


def _add_customers(count: int) -> None:
    from sollecito.ledger.models import ContactPoint, Party  # noqa: PLC0415  after django.setup()

    insert(
        Party,
        numbers(count),
        id="n",
        identity="'IT:' || n",
        name="'Cliente di prova numero ' || n || ' S.r.l.'",
        kind="'impresa'",
        vat_number="CAST(10000000000 + n AS varchar(28))",
        street="'Via dei Collaudi ' || n",
        city="'Bologna'",
        language="CASE WHEN n % 50 = 0 THEN 'en' ELSE 'it' END",
    )
    insert(ContactPoint, numbers(count), party_id="n", kind="'email'", value=ADDRESS)


ADDRESS = "'amministrazione' || n || '@cliente.example'"


def _customer_of(number: str, customers: int) -> str:
    return f"(({number} * 997 + {number} / 75) % {customers} + 1)"


def _add_documents(instalments: int, customers: int) -> None:
    """One document for every two instalments; four in five delivered by the SdI."""
    from sollecito.ledger.models import Document, SdiNotification  # noqa: PLC0415  after django.setup()

    count = instalments // 2 + 1
    insert(
        Document,
        numbers(count),
        id="n",
        party_id=_customer_of("n", customers),
        kind="CASE WHEN n % 5 = 0 THEN 'fattura' ELSE 'fattura_elettronica' END",
        number="n || '/B'",
        date=literal(TODAY - timedelta(days=100)),
        year="2026",
        total="1220",
        expected="1220",
        source="'file'",
        fingerprint="'f' || n",
        file_key="CASE WHEN n % 5 = 0 THEN '' ELSE 'it12345670157_' || n END",
        sdi_state="CASE WHEN n % 5 = 0 THEN 'none' ELSE 'delivered' END",
        references="""'[{"kind": "order", "number": "ORD-1", "cig": "", "cup": ""}]'""",
        search_text="n || '/b ord-1'",
    )
    insert(
        SdiNotification,
        f"{numbers(count)} WHERE n % 5 <> 0",
        file_id="1",
        sha256="'receipt-' || n",
        code="'RC'",
        target="'it12345670157_' || n",
        sdi_id="CAST(n AS varchar(30))",
        message_at=literal(NOON - timedelta(days=98)),
    )


def _add_instalments(count: int, stride: int, customers: int) -> None:
    """Due dates in every place between two steps, and the day of the next step."""
    from sollecito.dunning.models import NextLook  # noqa: PLC0415  after django.setup()
    from sollecito.ledger.models import Instalment  # noqa: PLC0415  same

    document = "((n + 1) / 2)"
    insert(
        Instalment,
        numbers(count),
        id="n",
        document_id=document,
        party_id=_customer_of(document, customers),
        kind=f"CASE WHEN {document} % 5 = 0 THEN 'fattura' ELSE 'fattura_elettronica' END",
        seq="(n - 1) % 2 + 1",
        of="2",
        due_date=days_from(
            TODAY,
            f"CASE WHEN n % {stride} = 0"
            f" THEN CASE n / {stride} % 4"
            " WHEN 0 THEN 10 WHEN 1 THEN -15 WHEN 2 THEN -30 ELSE -60 END"
            f" WHEN {MIXED} < 600 THEN 20 + n % 70 WHEN {MIXED} < 700 THEN 1 + n % 8"
            f" WHEN {MIXED} < 800 THEN -1 - n % 9 WHEN {MIXED} < 850 THEN -20 - n % 6"
            " ELSE -38 - n % 18 - 30 * (n % 5) END",
        ),
        is_touched="FALSE",
        amount="100 + n % 5000",
        balance="CASE WHEN n % 7 = 0 THEN 50 + n % 5000 ELSE 100 + n % 5000 END",
        method="'MP05'",
        iban="'IT60X0542811101000000123456'",
    )
    insert(
        NextLook,
        numbers(count),
        instalment_id="n",
        day=days_from(
            TODAY,
            f"CASE WHEN n % {stride} = 0 THEN 0 WHEN {MIXED} < 600 THEN 10 + n % 70"
            f" WHEN {MIXED} < 700 THEN 16 + n % 8 WHEN {MIXED} < 800 THEN 14 - n % 9"
            f" WHEN {MIXED} < 850 THEN 10 - n % 6 ELSE 22 - n % 18 END",
        ),
    )


def _add_holds(count: int, stride: int) -> None:
    """One in two hundred is held, none of those due today."""
    from sollecito.dunning.models import Hold  # noqa: PLC0415  after django.setup()

    insert(
        Hold,
        f"{numbers(count)} WHERE n % 200 = 1 AND n % {stride} <> 0",
        kind="'snooze'",
        instalment_id="n",
        from_date=literal(TODAY - timedelta(days=5)),
        until_date=literal(TODAY + timedelta(days=20)),
    )


def _add_payments() -> None:
    """Fifty on every seventh instalment."""
    from sollecito.ledger.models import Allocation, Payment  # noqa: PLC0415  after django.setup()

    sevenths = "FROM ledger_instalment WHERE id % 7 = 0"
    before = literal(TODAY - timedelta(days=20))
    insert(
        Payment,
        sevenths,
        id="id",
        party_id="party_id",
        date=before,
        amount="50",
        source="'hand'",
    )
    insert(
        Allocation,
        sevenths,
        instalment_id="id",
        payment_id="id",
        date=before,
        amount="50",
    )


def _add_reminders(sent: Sent, first: int, customers: int) -> None:
    """A step of every instalment it came for before today; a content for each customer."""
    from sollecito.dunning.models import Draft, Reminder  # noqa: PLC0415  after django.setup()
    from sollecito.outbox.models import Content, Message  # noqa: PLC0415  same

    name = f"{sent.step}.{sent.occurrence}"
    rows = numbers(customers)
    content = {"content_id": f"{first} + n"}
    insert(
        Content,
        rows,
        id=content["content_id"],
        key=f"'plan:email:{name}:' || n",
        channel="'email'",
        is_automatic="TRUE",
    )
    insert(Message, rows, **content, address=ADDRESS, status="'accepted'")
    insert(
        Draft,
        rows,
        **content,
        party_id="n",
        policy_id="1",
        step_id=str(sent.step),
        group=f"'{name}:' || n",
        day=days_from(TODAY, "-1 - n % 60"),
        offset_days=str(sent.offset),
        amount="100",
        grouping="'customer'",
        is_open="FALSE",
        is_issued="TRUE",
    )
    due = literal(TODAY - timedelta(days=sent.days))
    insert(
        Reminder,
        f"FROM ledger_instalment WHERE due_date < {due}",
        instalment_id="id",
        content_id=f"{first} + party_id",
        step_id=str(sent.step),
        occurrence=str(sent.occurrence),
        offset_days=str(sent.offset),
        channel="'email'",
        kind=f"'{sent.kind}'",
        frozen_balance="balance",
        issued_date=days_from("due_date", str(sent.days)),
    )


def _add_answers(stride: int) -> None:
    """The last answer of each: wait, until the day of the next step."""
    from sollecito.dunning.models import Decision  # noqa: PLC0415  after django.setup()

    insert(
        Decision,
        "FROM dunning_nextlook",
        instalment_id="instalment_id",
        run_id="1",
        day=literal(YESTERDAY),
        answer="'wait'",
        policy_id="1",
        until="day",
        reason=f"CASE WHEN instalment_id % 200 = 1 AND instalment_id % {stride} <> 0"
        " THEN 'hold_snooze' ELSE 'not_yet' END",
    )


def insert(model: Any, rows: str, /, **expressions: str) -> None:
    """One for each of ``rows``: the columns named, the defaults of the model elsewhere."""
    from django.db import connection  # noqa: PLC0415  after django.setup()

    columns, values = [], []
    options = model._meta  # noqa: SLF001  Django documents it
    for field in options.concrete_fields:
        given = expressions.get(field.attname)
        if given is None and field.primary_key:
            continue
        columns.append(f'"{field.column}"')
        values.append(given or _default(field))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {options.db_table} ({', '.join(columns)})"
            f" SELECT {', '.join(values)} {rows}"
        )


def _default(field: Any) -> str:
    if field.attname == "company_id":
        return "1"
    if field.get_internal_type() == "DateTimeField" and not field.null:
        return literal(NOON)
    value = field.get_default()
    return {"[]": "'[]'", "{}": "'{}'"}.get(str(value)) or literal(value)


def literal(value: object) -> str:
    """A value as SQL of both databases."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return days_from(value.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%d %H:%M:%S"), "")
    if isinstance(value, date):
        return days_from(value, "0")
    return str(value) if isinstance(value, int) else f"'{value}'"


def days_from(day: date | str, days: str) -> str:
    """A date so many days after another one, or a column; a moment where ``days`` is empty."""
    from django.db import connection  # noqa: PLC0415  after django.setup()

    is_postgres = connection.vendor == "postgresql"
    if not days:
        return f"TIMESTAMPTZ '{day}+00'" if is_postgres else f"'{day}'"
    start = day if isinstance(day, str) else f"{'DATE ' if is_postgres else ''}'{day}'"
    return f"({start} + ({days}))" if is_postgres else f"date({start}, ({days}) || ' days')"


def numbers(count: int) -> str:
    """A table with one column ``n``, from 1 to ``count``."""
    return (
        f"FROM (WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < {count})"  # noqa: S608  a number
        " SELECT n FROM t) AS t"
    )


def _advance_sequences(cursor: Any) -> None:
    """Rows that bring their own ids leave PostgreSQL's sequences behind."""
    from django.apps import apps  # noqa: PLC0415  after django.setup()
    from django.core.management.color import no_style  # noqa: PLC0415  same
    from django.db import connection  # noqa: PLC0415  same

    for statement in connection.ops.sequence_reset_sql(no_style(), list(apps.get_models())):
        cursor.execute(statement)

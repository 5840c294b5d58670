"""Rows of ledger and outbox for the tests of delivery, made in bulk."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from sollecito.accounts.models import Company
from sollecito.dunning.models import Reminder
from sollecito.ledger.models import Allocation, Document, Instalment, Party, Payment
from sollecito.outbox.models import Content, Message, Sender

WRITER = "solleciti@example.test"
LINE = b"riga di prova di un sollecito, lunga quanto una riga vera di una mail\r\n"


def make_company(name: str = "Azienda di prova") -> Company:
    return Company.objects.create(name=name, vat_number=uuid.uuid4().hex[:11])


def make_instalments(
    company: Company, count: int, amount: Decimal = Decimal("100.00")
) -> list[Instalment]:
    """Invoices of one instalment each, of one customer each, all overdue."""
    tag = uuid.uuid4().hex[:8]
    parties = Party.objects.bulk_create(
        Party(company=company, name=f"Cliente {n}", identity=f"{tag}-{n}") for n in range(count)
    )
    day = timezone.localdate() - timedelta(days=60)
    documents = Document.objects.bulk_create(
        Document(
            company=company,
            party=party,
            kind="fattura",
            number=f"{tag}/{n}",
            date=day,
            year=day.year,
            total=amount,
            expected=amount,
            source="hand",
            fingerprint=tag,
        )
        for n, party in enumerate(parties)
    )
    return Instalment.objects.bulk_create(
        Instalment(
            company=company,
            document=document,
            party_id=document.party_id,
            seq=1,
            due_date=day + timedelta(days=30),
            amount=amount,
            balance=amount,
        )
        for document in documents
    )


def queue_contents(
    company: Company,
    instalments: Sequence[Instalment],
    *,
    recipients: int = 1,
    size: int = 500,
    channel: str = "email",
    sender: Sender | None = None,
    is_automatic: bool = False,
) -> list[Content]:
    """One queued content an instalment, ``recipients`` rows each."""
    now = timezone.now()
    tag = uuid.uuid4().hex[:8]
    filler = LINE * max(1, size // len(LINE))
    contents = []
    readers = [
        [f"{tag}.{number}.{place}@example.test" for place in range(recipients)]
        for number, _ in enumerate(instalments)
    ]
    for number, _ in enumerate(instalments):
        message_id = f"<{tag}.{number}@example.test>"
        head = (
            f"From: {WRITER}\r\nTo: {', '.join(readers[number])}\r\n"
            f"Message-ID: {message_id}\r\nSubject: {number}\r\n\r\n"
        )
        raw = head.encode() + filler
        contents.append(
            Content(
                company=company,
                key=f"{tag}:{number}",
                channel=channel,
                sender=sender,
                message_id=message_id,
                raw=raw,
                sha256=hashlib.sha256(raw).hexdigest(),
                envelope_from=WRITER,
                subject=str(number),
                is_automatic=is_automatic,
                created_at=now,
                queued_at=now,
                expires_at=now + timedelta(hours=48),
            )
        )
    with transaction.atomic():
        contents = Content.objects.bulk_create(contents)
        Message.objects.bulk_create(
            Message(
                company=company,
                content=content,
                address=address,
                status="queued",
                not_before=now - timedelta(seconds=1),
            )
            for content, addresses in zip(contents, readers, strict=True)
            for address in addresses
        )
        Reminder.objects.bulk_create(
            Reminder(
                company=company,
                content=content,
                instalment=instalment,
                frozen_balance=instalment.amount,
                issued_date=date.today(),  # noqa: DTZ011  the day of the test
            )
            for content, instalment in zip(contents, instalments, strict=True)
        )
    return contents


def queue(count: int = 1, *, company: Company | None = None, **options: object) -> list[Content]:
    """As ``queue_contents``, for instalments made on the spot."""
    owner = company or make_company()
    return queue_contents(owner, make_instalments(owner, count), **options)  # type: ignore[arg-type]  # passed on


def pay(instalment: Instalment, amount: Decimal | None = None) -> None:
    """Record a payment as the product does: lock the instalment, allocate, refresh."""
    with transaction.atomic():
        row = Instalment.objects.select_for_update().get(pk=instalment.pk)
        paid = amount or row.amount
        payment = Payment.objects.create(
            company_id=row.company_id,
            party_id=row.party_id,
            date=timezone.localdate(),
            amount=paid,
            source="hand",
            recorded_at=timezone.now(),
        )
        Allocation.objects.create(
            company_id=row.company_id,
            instalment=row,
            payment=payment,
            amount=paid,
            date=payment.date,
            created_at=timezone.now(),
        )
        row.balance -= paid
        row.save(update_fields=["balance"])

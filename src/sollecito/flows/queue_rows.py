"""Rows beside a content in the queue: attachments, first events, history."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal

from sollecito.accounts.models import User
from sollecito.domain.money import format_money
from sollecito.domain.wording.naming import list_documents
from sollecito.flows import audit, clock
from sollecito.flows.freeze_mail import PreparedMail, all_recipients
from sollecito.outbox.models import Attachment, Content, DeliveryEvent, Message


def write_attachments(mail: PreparedMail, content: Content) -> None:
    """Name what the frozen bytes carry."""
    Attachment.objects.bulk_create(
        Attachment(
            content=content,
            company=content.company,
            position=position,
            name=each.name,
            media_type=each.media_type,
            size=len(each.content),
            sha256=hashlib.sha256(each.content).hexdigest(),
        )
        for position, each in enumerate(mail.attachments, start=1)
    )


def write_queued(messages: Iterable[Message], words: str, user: User | None) -> None:
    """The event with which each message's way begins."""
    DeliveryEvent.objects.bulk_create(
        DeliveryEvent(
            company_id=message.company_id,
            message=message,
            at=clock.now(),
            kind="queued",
            text=words,
            user=user,
        )
        for message in messages
    )


def write_audit(mail: PreparedMail, content: Content, user: User | None) -> None:
    """The reminder in the history of each instalment."""
    draft = mail.draft
    named = list_documents((*draft.facts.items, *draft.facts.upcoming), "it")
    asked = sum((item.balance for item in draft.facts.items), Decimal(0))
    addresses = ", ".join(box.address for box, _ in all_recipients(draft))
    for pk in draft.instalment_ids:
        audit.record(
            draft.company,
            user,
            "reminder_sent",
            target=f"instalment:{pk}",
            text=f"Sollecito a {addresses}: {named}.",
            details={
                "content": content.pk,
                "amount": format_money(asked, draft.facts.currency),
                "sha256": mail.sha256,
            },
        )

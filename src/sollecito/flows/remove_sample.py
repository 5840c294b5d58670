"""Remove the sample company with all it brought: rows, logins, and its mail in the mailbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Manager

from sollecito.accounts.models import Company, User
from sollecito.channels.local_mailbox import delete_mail
from sollecito.dunning.models import (
    AttachedFile,
    Hold,
    Policy,
    PolicyChoice,
    Reminder,
    SkippedStep,
)
from sollecito.ledger.models import (
    Document,
    ImportBatch,
    Party,
    Payment,
    SdiNotification,
    StoredFile,
)
from sollecito.outbox.models import Content, Message, Sender

IN_THIS_ORDER: tuple[Manager[Any], ...] = (
    *(Reminder.objects, SkippedStep.objects, Content.objects, PolicyChoice.objects, Policy.objects),
    *(Sender.objects, Hold.objects, AttachedFile.objects, SdiNotification.objects),
    *(Payment.objects, Document.objects, ImportBatch.objects, Party.objects, StoredFile.objects),
)
"""What refers to others goes before them."""


def remove_sample() -> bool:
    """Remove every sample company; whether there was one. Real companies are not touched.

    A login that also works for a real company stays.
    """
    companies = list(Company.objects.filter(is_sample=True))
    for company in companies:
        _throw_mail_away(company)
        with transaction.atomic():
            people = list(company.memberships.values_list("user_id", flat=True))
            for rows in IN_THIS_ORDER:
                rows.filter(company=company).delete()
            company.delete()
            User.objects.filter(pk__in=people, memberships__isnull=True).delete()
    return bool(companies)


def _throw_mail_away(company: Company) -> None:
    kept = Message.objects.filter(
        company=company, content__channel__in=["file", "sms"], content__sender=None
    ).exclude(reference="")
    for name in kept.values_list("reference", flat=True).distinct():
        delete_mail(Path(settings.MAILBOX), name)

"""A trial of a model to oneself: through the outbox, marked as one, never to the customer."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.transitions import Status
from sollecito.flows import audit, clock
from sollecito.flows.check_text import WrittenText
from sollecito.flows.choose_return_path import choose_return_path
from sollecito.flows.count_quota import reserve
from sollecito.flows.make_trial import Trial, make_mail_trial, make_sms_trial
from sollecito.flows.preview_template import preview_template
from sollecito.flows.queue_rows import write_queued
from sollecito.flows.save_template import TemplateRefusedError, TextPlace
from sollecito.ledger.models import Party
from sollecito.outbox.models import Content, Message

KIND = "prova"
LIFE = timedelta(hours=2)


def send_trial(
    company: Company,
    place: TextPlace,
    written: WrittenText,
    *,
    user: User,
    token: str,
    party: Party | None = None,
    number: str = "",
) -> Content:
    """Queue the message for the user's own address, as it reads on ``party`` or on the sample.

    An SMS goes to ``number``, else to the user's own phone, through the company's gateway. The
    same token sends once. Raises TemplateRefusedError, NothingToShowError, NoSuchTextError,
    NotIncludedError, NoSenderError, and FieldsRefusedError (``number``).
    """
    key = f"trial:{user.pk}:{token}"
    if done := Content.objects.filter(company=company, key=key).first():
        return done
    shown = preview_template(company, place, written, party=party, user=user)
    if shown.check.problems:
        raise TemplateRefusedError(shown.check.problems)
    if shown.sms:
        made = make_sms_trial(company, shown, key, number or user.phone)
    else:
        made = make_mail_trial(company, place.code, shown, user, key)
    with transaction.atomic():
        reserve(company, made.account.channel)
        content = _queue(company, made, user, key)
        audit.record(
            company,
            user,
            "trial_sent",
            target=f"content:{content.pk}",
            text=f"Prova del modello «{place.code}» a {made.address}.",
        )
    return content


def _queue(company: Company, made: Trial, user: User, key: str) -> Content:
    now = clock.now()
    content = Content.objects.create(
        company=company,
        key=key,
        channel=made.account.channel,
        kind=KIND,
        sender=made.account.sender,
        message_id=made.name,
        raw=made.raw,
        sha256=hashlib.sha256(made.raw).hexdigest(),
        envelope_from=choose_return_path(made.account, made.name),
        subject=made.title[:250],
        text=made.text,
        created_by=user,
        created_at=now,
        approved_by=user,
        approved_at=now,
        queued_at=now,
        expires_at=clock.real_now() + LIFE,
    )
    message = Message.objects.create(
        company=company,
        content=content,
        address=made.address,
        status=Status.QUEUED,
        not_before=clock.real_now(),
    )
    write_queued([message], "Prova, per chi la chiede.", user)
    return content

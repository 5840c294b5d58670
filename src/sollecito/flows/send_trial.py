"""A trial of a model to oneself: through the outbox, marked as one, never to the customer."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.domain.transitions import Status
from sollecito.dunning.template_queries import template_book
from sollecito.flows import audit, clock
from sollecito.flows.check_text import WrittenText
from sollecito.flows.choose_model import account_for
from sollecito.flows.choose_return_path import choose_return_path
from sollecito.flows.choose_sender import SendingAccount, choose_sender
from sollecito.flows.preview_template import ShownText, preview_template
from sollecito.flows.queue_rows import write_queued
from sollecito.flows.save_template import TemplateRefusedError, TextPlace
from sollecito.formats.mime import Mail, Mailbox, make_message_id, make_mime
from sollecito.ledger.models import Party
from sollecito.outbox.models import Content, Message

KIND = "prova"
LIFE = timedelta(hours=2)
MARKS = {"it": "Prova", "en": "Trial"}
SAID = {
    "it": "Questa è una prova chiesta da {name}: non è stata inviata a nessun altro.",
    "en": "This is a trial asked for by {name}: it was sent to nobody else.",
}


class NoTrialError(Exception):
    """An SMS has no trial by mail."""


def send_trial(
    company: Company,
    place: TextPlace,
    written: WrittenText,
    *,
    user: User,
    token: str,
    party: Party | None = None,
) -> Content:
    """Queue the message for the user's own address, as it reads on ``party`` or on the sample.

    The same token sends once. Raises TemplateRefusedError, NothingToShowError, NoSuchTextError,
    NoTrialError.
    """
    key = f"trial:{user.pk}:{token}"
    if done := Content.objects.filter(company=company, key=key).first():
        return done
    shown = preview_template(company, place, written, party=party, user=user)
    if shown.check.problems:
        raise TemplateRefusedError(shown.check.problems)
    if shown.sms is not None:
        raise NoTrialError("La prova di un SMS non si manda per e-mail: guarda l'anteprima.")
    account = account_for(company, template_book(company), place.code, choose_sender(company))
    mail = _write(company, shown, account, user, key)
    with transaction.atomic():
        content = _queue(company, mail, account, user, key)
        audit.record(
            company,
            user,
            "trial_sent",
            target=f"content:{content.pk}",
            text=f"Prova del modello «{place.code}» a {user.email}.",
        )
    return content


def _write(
    company: Company, shown: ShownText, account: SendingAccount, user: User, key: str
) -> Mail:
    secret = hashlib.sha256(b"message-id:" + settings.SECRET_KEY.encode()).digest()
    mark, words = MARKS[shown.language], SAID[shown.language].format(name=user.name or user.email)
    return Mail(
        sender=account.shown,
        to=(Mailbox(user.email, user.name),),
        reply_to=account.reply_to,
        subject=f"[{mark}] {shown.subject}",
        text=f"{words}\n\n{shown.text}",
        date=clock.now().astimezone(ZoneInfo(company.time_zone)).replace(microsecond=0),
        message_id=make_message_id(f"{company.pk}:{key}", secret, account.domain),
        table=shown.case.table,
        language=shown.language,
    )


def _queue(company: Company, mail: Mail, account: SendingAccount, user: User, key: str) -> Content:
    raw, now = make_mime(mail), clock.now()
    content = Content.objects.create(
        company=company,
        key=key,
        channel=account.channel,
        kind=KIND,
        sender=account.sender,
        message_id=mail.message_id,
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        envelope_from=choose_return_path(account, mail.message_id),
        subject=mail.subject[:250],
        text=mail.text,
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
        address=user.email,
        status=Status.QUEUED,
        not_before=clock.real_now(),
    )
    write_queued([message], "Prova, per chi la chiede.", user)
    return content

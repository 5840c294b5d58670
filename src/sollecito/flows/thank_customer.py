"""Thank for a payment by hand: the bytes that were seen, queued once for each token."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from sollecito.accounts.models import User
from sollecito.flows import audit
from sollecito.flows.compose_thanks import compose_thanks
from sollecito.flows.count_quota import NotIncludedError, reserve
from sollecito.flows.freeze_mail import PreparedMail, prepare_mail
from sollecito.flows.preview_reminders import Seen
from sollecito.flows.queue_content import write_content, write_messages
from sollecito.flows.reminder_options import PREFILLED, RefusedInstalment, Ways
from sollecito.flows.send_reminder import UNDO, SendOutcome
from sollecito.ledger.models import Payment
from sollecito.outbox.models import Content


def preview_thanks(
    payment: Payment,
    *,
    token: str,
    user: User | None = None,
    options: Ways = PREFILLED,
    seen: Mapping[str, Seen] | None = None,
) -> tuple[tuple[PreparedMail, ...], tuple[RefusedInstalment, ...]]:
    """The bytes that would leave on each channel, and what is refused; nothing is stored."""
    mails: list[PreparedMail] = []
    refused: list[RefusedInstalment] = []
    for way in options if isinstance(options, tuple) else (options,):
        made = compose_thanks(payment, user=user, options=way)
        refused += made.refused
        for draft in made.drafts:
            if draft.problems:
                words = " ".join(f"{p.message} {p.hint}".strip() for _, p in draft.problems)
                refused.append(RefusedInstalment(0, draft.problems[0][1].code, words))
                continue
            mail = prepare_mail(draft, token=token)
            if seen and mail.key in seen:
                mail = prepare_mail(draft, token=token, moment=seen[mail.key].moment)
            mails.append(mail)
    return tuple(mails), tuple(refused)


def thank_customer(
    payment: Payment,
    *,
    token: str,
    user: User | None = None,
    options: Ways = PREFILLED,
    seen: Mapping[str, Seen] | None = None,
) -> SendOutcome:
    """Queue the thank-you; it can be taken back for ten seconds, as a reminder.

    It asks for nothing, so that it is no reminder: the rules do not count it.
    """
    company = payment.company
    sent = Content.objects.filter(company=company, key__startswith=f"hand:{token}:")
    if done := tuple(sent.order_by("id")):
        return SendOutcome(contents=done, already_sent=True)
    mails, refused = preview_thanks(payment, token=token, user=user, options=options, seen=seen)
    if refused:
        return SendOutcome(refused=refused)
    changed = tuple(m for m in mails if seen is not None and not _is_as_seen(m, seen))
    if changed:
        return SendOutcome(changed=changed)
    try:
        with transaction.atomic():
            contents = tuple(_queue(payment, mail, user) for mail in mails)
    except NotIncludedError as error:
        return SendOutcome(refused=(RefusedInstalment(0, error.reason, str(error)),))
    except IntegrityError:
        return SendOutcome(contents=tuple(sent.order_by("id")), already_sent=True)
    return SendOutcome(contents=contents)


def _queue(payment: Payment, mail: PreparedMail, user: User | None) -> Content:
    reserve(payment.company, mail.draft.account.channel)
    content = write_content(mail, user)
    write_messages(mail, content, user, UNDO)
    audit.record(
        payment.company,
        user,
        "thanks_sent",
        target=f"party:{payment.party_id}",
        text=f"Ringraziamento a {', '.join(box.address for box in mail.draft.to)}.",
        details={"content": content.pk, "payment": payment.pk, "sha256": mail.sha256},
    )
    return content


def _is_as_seen(mail: PreparedMail, seen: Mapping[str, Seen]) -> bool:
    return mail.key in seen and mail.sha256 == seen[mail.key].sha256

"""The bytes of a trial: the mail or the SMS that a model would be, for who writes it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import Problem
from sollecito.domain.phones import NotMobile, parse_mobile
from sollecito.domain.sms import normalise
from sollecito.dunning.template_queries import template_book
from sollecito.flows import clock
from sollecito.flows.choose_model import account_for
from sollecito.flows.choose_sender import SendingAccount, choose_sender
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.preview_template import ShownText
from sollecito.flows.reminder_options import LONGEST_TITLE, SMS
from sollecito.formats.mime import Mail, Mailbox, make_message_id, make_mime
from sollecito.formats.texts import make_sms_id, make_text

MARKS = {"it": "Prova", "en": "Trial"}
SAID = {
    "it": "Questa è una prova chiesta da {name}: non è stata inviata a nessun altro.",
    "en": "This is a trial asked for by {name}: it was sent to nobody else.",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """Prova: its bytes, and where they go."""

    account: SendingAccount
    address: str
    name: str
    raw: bytes
    title: str
    text: str


def make_sms_trial(company: Company, shown: ShownText, key: str, number: str) -> Trial:
    """The very text that a customer would get. Raises FieldsRefusedError (``number``)."""
    mobile = parse_mobile(number, "IT")
    if isinstance(mobile, NotMobile):
        hint = "Scrivi il tuo, per esempio 333 1234567."
        said = "A questo numero un SMS non arriva: serve un cellulare."
        raise FieldsRefusedError({"number": Problem("no_mobile", said, hint)})
    account, text = choose_sender(company, SMS), normalise(shown.text)
    name = make_sms_id(f"{company.pk}:{key}", _secret())
    return Trial(account, mobile, name, make_text(text), f"SMS: {text}"[:LONGEST_TITLE], text)


def make_mail_trial(company: Company, code: str, shown: ShownText, user: User, key: str) -> Trial:
    """The mail, marked as a trial."""
    account = account_for(company, template_book(company), code, choose_sender(company))
    mail = _write(company, shown, account, user, key)
    raw = make_mime(mail)
    return Trial(account, user.email, mail.message_id, raw, mail.subject, mail.text)


def _secret() -> bytes:
    return hashlib.sha256(b"message-id:" + settings.SECRET_KEY.encode()).digest()


def _write(
    company: Company, shown: ShownText, account: SendingAccount, user: User, key: str
) -> Mail:
    mark, words = MARKS[shown.language], SAID[shown.language].format(name=user.name or user.email)
    return Mail(
        sender=account.shown,
        to=(Mailbox(user.email, user.name),),
        reply_to=account.reply_to,
        subject=f"[{mark}] {shown.subject}",
        text=f"{words}\n\n{shown.text}",
        date=clock.now().astimezone(ZoneInfo(company.time_zone)).replace(microsecond=0),
        message_id=make_message_id(f"{company.pk}:{key}", _secret(), account.domain),
        table=shown.case.table,
        language=shown.language,
    )

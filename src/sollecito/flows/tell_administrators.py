"""Tell everybody who manages a company that something a thief would change was changed."""

from __future__ import annotations

import uuid
from zoneinfo import ZoneInfo

from django.conf import settings

from sollecito.accounts.models import Company, Membership, User
from sollecito.flows import clock
from sollecito.flows.choose_sender import (
    SendingAccount,
    account_of,
    choose_sender,
    instance_account,
    usable_senders,
)
from sollecito.flows.queue_notice import queue_notice
from sollecito.outbox.models import Sender

MANAGERS = (Membership.Role.OWNER, Membership.Role.OFFICE)
NOT_YOU = (
    "Se non l'hai deciso tu, entra subito in Sollecito, premi «Ferma invii», rimetti i dati di "
    "prima e cambia la password degli utenti."
)


def tell_administrators(
    company: Company, what: str, *, user: User | None, changed: Sender | None = None
) -> bool:
    """Queue the notice to titolari and amministrazione, whoever made the change among them.

    ``what`` is a sentence without its full stop. It leaves by another account than ``changed``
    where there is one. Returns whether there was anybody to tell.
    """
    addresses = managers_of(company)
    if not addresses:
        return False
    moment = clock.now().astimezone(ZoneInfo(company.time_zone))
    author = f"{user.name} ({user.email})" if user else "chi amministra l'installazione"
    text = (
        f"Buongiorno,\n{what}.\n\nAzienda: {company.name}\nChi: {author}\n"
        f"Quando: {moment:%d/%m/%Y alle %H:%M}\n\n{NOT_YOU}"
    )
    return queue_notice(
        company,
        f"changed:{uuid.uuid4().hex}",
        account=_account(company, changed),
        addresses=addresses,
        subject=f"{company.name}: {what}"[:200],
        text=text,
    )


def managers_of(company: Company) -> list[str]:
    """Who may change settings: their addresses, without the disabled."""
    rows = Membership.objects.filter(company=company, role__in=MANAGERS, user__is_active=True)
    return list(rows.order_by("user_id").values_list("user__email", flat=True))


def _account(company: Company, changed: Sender | None) -> SendingAccount:
    """An account that the change cannot have broken, if there is any."""
    if changed is None or company.is_sample:
        return choose_sender(company)
    if settings.SMTP_URL:
        return instance_account(company)
    other = usable_senders(company).exclude(pk=changed.pk).first()
    return account_of(other) if other else choose_sender(company)

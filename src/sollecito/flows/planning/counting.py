"""What was issued so far, as the caps see it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sollecito.accounts.models import Company
from sollecito.domain.grouping import (
    COMPANY_CAP,
    CUSTOMER_CAP,
    POLICY_CAP,
    READER_GAP,
    SMS_CAP,
    Caps,
    Counter,
)
from sollecito.dunning.models import Policy
from sollecito.dunning.plan_queries import automatic_sent, last_texts

CAP_WORDS = {
    CUSTOMER_CAP: "Il cliente ha già ricevuto oggi una comunicazione: si decide di nuovo domani.",
    POLICY_CAP: "Il programma ha raggiunto le sue comunicazioni di oggi.",
    COMPANY_CAP: "L'azienda ha raggiunto le sue comunicazioni di oggi.",
    SMS_CAP: "Il cliente ha ricevuto un SMS negli ultimi sette giorni: questo aspetta.",
    READER_GAP: "Lo stesso indirizzo ha ricevuto da poco un altro sollecito: si aspetta.",
}


def caps_of(company: Company) -> Caps:
    """Tetti dell'azienda e dei suoi programmi."""
    capped = Policy.objects.filter(company=company, day_cap__gt=0)
    return Caps(
        per_customer=company.customer_day_cap,
        per_company=company.company_day_cap,
        reader_gap_days=company.reader_gap_days,
        per_policy=dict(capped.values_list("pk", "day_cap")),
    )


def make_counter(
    company: Company,
    today: date,
    readers: Collection[str] | None = None,
    *,
    caps: Caps | None = None,
) -> Counter:
    """Begin to count on a day; with ``readers`` only what they got of earlier days matters."""
    caps = caps or caps_of(company)
    sent = automatic_sent(company, today, caps.reader_gap_days, readers)
    return Counter(caps, sent, last_texts(company, today, caps.sms_gap_days))

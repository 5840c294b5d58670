"""Che cosa fare adesso: what the home page says of the day's reminders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sollecito.accounts.models import Company, User
from sollecito.dunning.run_queries import last_failed_run
from sollecito.dunning.work_list import (
    Shelf,
    WorkFilter,
    agents_charged,
    filter_work,
    sum_work,
)
from sollecito.web.templatetags.sollecito import money


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do now: what, why, and the button that starts it."""

    icon: str
    title: str
    text: str
    href: str
    act: str


def work_tasks(company: Company, user: User, today: date) -> Iterator[Task]:
    """A run that broke, what is to be sent, what lacks something, what waits for a cap."""
    if last_failed_run(company):
        title = _("Il controllo delle scadenze non è riuscito")
        text = _("I solleciti di oggi possono essere incompleti: riprova.")
        yield Task("alert-triangle", title, text, reverse("web:today"), _("Guarda"))
    rows = filter_work(company, WorkFilter(agents=agents_charged(company, user)), today)
    counts = dict.fromkeys(Shelf, 0)
    amounts: dict[str, Decimal] = {}
    for each in sum_work(rows):
        counts[each.shelf] += each.count
        if each.shelf == Shelf.TO_SEND:
            amounts[each.currency] = each.amount
    if counts[Shelf.TO_SEND]:
        yield _to_send(counts[Shelf.TO_SEND], amounts)
    if counts[Shelf.INCOMPLETE]:
        yield _incomplete(counts[Shelf.INCOMPLETE])
    if counts[Shelf.WAITING]:
        yield _waiting(counts[Shelf.WAITING])


def _to_send(count: int, amounts: dict[str, Decimal]) -> Task:
    title = ngettext("%(n)d sollecito da inviare", "%(n)d solleciti da inviare", count)
    sums = " + ".join(money(amount, currency) for currency, amount in amounts.items())
    text = _("Chiedono in tutto %(amount)s. Guardali e decidi.") % {"amount": sums}
    return Task("send", title % {"n": count}, text, reverse("web:today"), _("Comincia"))


def _incomplete(count: int) -> Task:
    title = ngettext("%(n)d sollecito da completare", "%(n)d solleciti da completare", count)
    text = _("Manca qualcosa, di solito l’indirizzo: si scrive lì.")
    href = f"{reverse('web:today')}?vista=da_completare"
    return Task("pencil", title % {"n": count}, text, href, _("Completa"))


def _waiting(count: int) -> Task:
    title = ngettext("%(n)d sollecito in attesa", "%(n)d solleciti in attesa", count)
    text = _("Partirebbero oggi, ma qualcuno riceverebbe troppo: si decide di nuovo domani.")
    href = f"{reverse('web:today')}?vista=in_attesa"
    return Task("hourglass", title % {"n": count}, text, href, _("Vedi"))

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
from sollecito.dunning.call_queries import calls_to_make
from sollecito.dunning.hold_queries import open_tasks, outcomes_to_ask
from sollecito.dunning.queries import notes_to_link
from sollecito.dunning.run_queries import last_failed_run
from sollecito.dunning.work_list import (
    Shelf,
    WorkFilter,
    agents_charged,
    filter_work,
    sum_work,
)
from sollecito.ledger.bank_queries import movements_to_review
from sollecito.ledger.queries import small_residuals
from sollecito.web.templatetags.sollecito import money, write_day


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


def call_tasks(company: Company, today: date) -> Iterator[Task]:
    """Calls whose day has come."""
    if calls := calls_to_make(company, today):
        title = ngettext("%(n)d telefonata da fare", "%(n)d telefonate da fare", len(calls))
        text = ", ".join(call.party.name for call in calls[:3])
        href = reverse("web:tasks")
        yield Task("phone", title % {"n": len(calls)}, text, href, _("Chiama"))


def bank_tasks(company: Company) -> Iterator[Task]:
    """Movements of the bank that a person must match."""
    if count := movements_to_review(company).count():
        title = ngettext(
            "%(n)d movimento di banca da abbinare", "%(n)d movimenti di banca da abbinare", count
        )
        text = _("Finché non dici che cosa pagano, quelle rate si sollecitano ancora.")
        yield Task("building-bank", title % {"n": count}, text, reverse("web:bank"), _("Abbina"))


def hold_tasks(company: Company, today: date) -> Iterator[Task]:
    """Effects whose outcome is not known, and what procedures and endings ask for."""
    outcomes = outcomes_to_ask(company, today)
    presented = sum(each.is_presented for each in outcomes)
    href = reverse("web:tasks")
    if presented:
        title = ngettext(
            "%(n)d esito da verificare in banca", "%(n)d esiti da verificare in banca", presented
        )
        text = _("RiBa, SDD o assegni presentati e scaduti: incassati, o tornati insoluti?")
        yield Task("building-bank", title % {"n": presented}, text, href, _("Verifica"))
    if silent := len(outcomes) - presented:
        title = ngettext(
            "%(n)d effetto scaduto e mai presentato",
            "%(n)d effetti scaduti e mai presentati",
            silent,
        )
        text = _("Finché non dici com’è andata, non si sollecitano.")
        yield Task("building-bank", title % {"n": silent}, text, href, _("Completa"))
    tasks = open_tasks(company)
    if count := tasks.count():
        title = ngettext(
            "%(n)d compito per procedure e clienti cessati",
            "%(n)d compiti per procedure e clienti cessati",
            count,
        )
        nearest = tasks.filter(due_date__isnull=False).first()
        day = write_day(nearest.due_date) if nearest and nearest.due_date else ""
        text = _("Il primo entro il %s.") % day if day else _("Mancano dati o recapiti.")
        yield Task("gavel", title % {"n": count}, text, href, _("Vedi"))


def residual_tasks(company: Company) -> Iterator[Task]:
    """Small residuals of part-paid rate, to be allowed in bulk (abbuono)."""
    rows = small_residuals(company)
    if count := rows.count():
        title = ngettext(
            "%(n)d piccolo residuo da abbuonare", "%(n)d piccoli residui da abbuonare", count
        )
        text = _("Rate incassate quasi per intero: ne mancano al massimo %s.")
        href = f"{reverse('web:payment_close')}?residui=1"
        limit = money(company.allowance_limit)
        yield Task("discount", title % {"n": count}, text % limit, href, _("Guarda"))


def note_tasks(company: Company) -> Iterator[Task]:
    """Credit notes that name nothing, or more than is left of what they name."""
    if count := notes_to_link(company).count():
        title = ngettext(
            "%(n)d nota di credito da collegare", "%(n)d note di credito da collegare", count
        )
        text = _("Non dice quale fattura corregge: collegala, e si chiede solo il netto.")
        href = f"{reverse('web:tasks')}#note"
        yield Task("discount", title % {"n": count}, text, href, _("Collega"))


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

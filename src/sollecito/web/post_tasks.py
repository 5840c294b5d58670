"""Che cosa fare adesso: what the home page says of what came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sollecito.accounts.models import Company
from sollecito.dunning.models import CustomerReply
from sollecito.flows import clock
from sollecito.ledger.contact_queries import customers_reached_by
from sollecito.outbox.models import Mailbox, Message, Suppression
from sollecito.outbox.queries import mails_to_look_at
from sollecito.web.home_tasks import Task

RECENT = timedelta(days=30)


def post_tasks(company: Company) -> Iterator[Task]:
    """Answers to read, doubts to settle, dead addresses to correct, mailboxes not read."""
    if count := CustomerReply.objects.filter(company=company, seen_at__isnull=True).count():
        title = ngettext("%(n)d risposta da leggere", "%(n)d risposte da leggere", count)
        text = _("I solleciti automatici di chi ha risposto aspettano che qualcuno legga.")
        yield Task("message", title % {"n": count}, text, reverse("web:replies"), _("Leggi"))
    if count := Message.objects.filter(company=company, status="unknown").count():
        title = ngettext("%(n)d invio incerto", "%(n)d invii incerti", count)
        text = _("La risposta del server non è arrivata: nessuno li rimanda da solo. Decidi tu.")
        href = reverse("web:uncertain")
        yield Task("help-circle", title % {"n": count}, text, href, _("Decidi"))
    yield from _dead(company)
    yield from _loose(company)
    if unread := Mailbox.objects.filter(company=company).exclude(problem="").first():
        title = _("La casella %(address)s non si legge") % {"address": unread.sender.from_address}
        href = reverse("web:settings_sender", args=[unread.sender_id])
        yield Task("alert-triangle", title, unread.problem, href, _("Controlla"))


def _loose(company: Company) -> Iterator[Task]:
    """What arrived in the last weeks about a message that is not here."""
    since = clock.now() - RECENT
    if count := mails_to_look_at(company).filter(arrived_at__gte=since).count():
        title = ngettext("%(n)d ricevuta da guardare", "%(n)d ricevute da guardare", count)
        text = _(
            "Parlano di messaggi che qui non ci sono, non si sono potute leggere, o la loro firma "
            "non torna."
        )
        yield Task("mail-question", title % {"n": count}, text, reverse("web:loose"), _("Guarda"))


def _dead(company: Company) -> Iterator[Task]:
    """Addresses that a bounce showed to be dead and that some customer still has."""
    dead = Suppression.objects.filter(company=company, lifted_at__isnull=True)
    known = list(dead.values_list("address", flat=True))
    if not (reached := customers_reached_by(company, known)):
        return
    count = len(reached)
    title = ngettext(
        "%(n)d cliente con un indirizzo tornato indietro",
        "%(n)d clienti con un indirizzo tornato indietro",
        count,
    )
    text = _("La casella non esiste più: correggi l’indirizzo, oppure premi «Riprova».")
    href = (
        reverse("web:customer", args=[min(reached)])
        if count == 1
        else f"{reverse('web:customers')}?quali=tornati"
    )
    yield Task("mail-off", title % {"n": count}, text, href, _("Correggi"))

"""What a customer wrote back: attached to it, and its automatic reminders wait until it is seen."""

from __future__ import annotations

from sollecito.domain.arrived import Arrived, Kind
from sollecito.domain.transitions import Command
from sollecito.dunning.models import CustomerReply, Reminder
from sollecito.flows import audit
from sollecito.flows.arriving.learning import learn_seen
from sollecito.flows.arriving.matching import Match
from sollecito.flows.choose_policy import choice_of, choose_policy
from sollecito.flows.planning.levels import Level, Wanted
from sollecito.flows.touch_instalments import touch_customer
from sollecito.flows.withdraw_messages import withdraw_rows
from sollecito.ledger.models import Party
from sollecito.outbox.models import Message, ReceivedMail

WAITING = ("approved", "queued", "retry")
ANSWERED = "Il cliente ha risposto: leggi la risposta prima di scrivergli ancora."


def keep_answer(match: Match, arrived: Arrived, mail: ReceivedMail) -> None:
    """Attach an answer to every customer that the communication was about.

    What was approved and has not left goes back to review. An answer by PEC stops the programme
    of the customer altogether: a person starts it again.
    """
    content = match.content
    learn_seen(content, mail, address=arrived.sender, text="Il destinatario ha risposto.")
    spoken = Reminder.objects.filter(content=content).values("instalment__party")
    is_pec = arrived.kind is Kind.PEC_MAIL
    for party in Party.objects.filter(pk__in=spoken).select_related("company"):
        CustomerReply.objects.create(
            company=content.company, party=party, mail=mail, at=mail.arrived_at, is_pec=is_pec
        )
        touch_customer(party)
        _take_back(party)
        audit.record(
            content.company,
            None,
            "customer_replied",
            target=f"party:{party.pk}",
            text=f"Risposta da {arrived.sender}: «{arrived.subject}».",
            details={"mail": mail.pk, "content": content.pk},
        )
        if is_pec:
            _stop_programme(party)


def _take_back(party: Party) -> None:
    waiting = Message.objects.select_for_update().filter(
        company_id=party.company_id,
        status__in=WAITING,
        content__is_automatic=True,
        content__reminders__instalment__party=party,
    )
    ids = set(waiting.order_by().values_list("pk", flat=True))
    rows = Message.objects.filter(pk__in=ids).order_by("pk")
    withdraw_rows(rows, Command.SEND_BACK, ANSWERED)


def _stop_programme(party: Party) -> None:
    level = Level(party=party)
    now = choice_of(party.company, level)
    if not now.is_paused:
        wanted = Wanted(now.policy, is_paused=True, needs_review=now.needs_review)
        choose_policy(party.company, level, wanted, user=None)

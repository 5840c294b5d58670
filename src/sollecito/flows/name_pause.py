"""What of a customer makes its automatic reminders rest, in a sentence with its cure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sollecito.domain.money import format_money
from sollecito.dunning.plan_queries import Planned


def name_pause(planned: Planned) -> str:
    """Empty where nothing of the customer does: then the switches do."""
    if planned.has_answered:
        return _(
            "Il cliente ha risposto: leggi la risposta sulla sua scheda, poi i solleciti "
            "riprendono."
        )
    if planned.we_owe > 0:
        words = _(
            "Siamo anche debitori di questo cliente per %(owed)s: compensa dalla sua scheda, "
            "oppure scrivi a mano."
        )
        return words % {"owed": format_money(planned.we_owe, planned.facts.currency)}
    if planned.has_open_note:
        return _(
            "C'è una nota di credito da collegare: abbinala dalla scheda del cliente, poi i "
            "solleciti riprendono."
        )
    return ""

"""Words of the pages of the rules: kinds, channels, choices, days. No rules here."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sollecito.domain.policies import (
    Approval,
    Escalation,
    Grouping,
    Policy,
    Step,
    StepKind,
)

KINDS: dict[str, str | Promise] = {
    StepKind.PRE_DUE: gettext_lazy("Promemoria"),
    StepKind.FIRST: gettext_lazy("Primo sollecito"),
    StepKind.REMINDER: gettext_lazy("Sollecito"),
    StepKind.STATEMENT: gettext_lazy("Estratto conto"),
    StepKind.RETURNED: gettext_lazy("Effetto insoluto"),
    StepKind.FORMAL_NOTICE: gettext_lazy("Messa in mora"),
}
CHANNELS: dict[str, str | Promise] = {
    "email": gettext_lazy("E-mail"),
    "sms": gettext_lazy("SMS"),
    "pec": gettext_lazy("PEC"),
    "letter": gettext_lazy("Lettera"),
    "call": gettext_lazy("Telefonata"),
    "file": gettext_lazy("Posta locale"),
}
ESCALATIONS: dict[str, str | Promise] = {
    Escalation.IN_ORDER: gettext_lazy("Un passo alla volta, in ordine, anche se si è in ritardo"),
    Escalation.LATEST: gettext_lazy(
        "Subito il passo più avanti fra quelli già arrivati; i precedenti si saltano"
    ),
}
GROUPINGS: dict[str, str | Promise] = {
    Grouping.CUSTOMER: gettext_lazy("Una per cliente, con tutte le sue rate"),
    Grouping.KIND_AND_CUSTOMER: gettext_lazy("Una per tipo di sollecito e cliente"),
    Grouping.SINGLE: gettext_lazy("Una per ogni rata"),
}
APPROVALS: dict[str, str | Promise] = {
    Approval.REVIEW: gettext_lazy("Sempre da approvare: aspetta una persona"),
    Approval.AUTOMATIC: gettext_lazy("Parte da solo"),
}
CONSEQUENCES: dict[str, str | Promise] = {
    "messa_in_mora": gettext_lazy("Invieremo una lettera formale di messa in mora"),
    "forniture": gettext_lazy("Sospenderemo consegne e prestazioni"),
    "legale": gettext_lazy("Affideremo la pratica al legale"),
}
PRESETS: dict[str, tuple[str | Promise, str | Promise]] = {
    "quindicesimo": (
        gettext_lazy("Dal 15° giorno, ogni 5"),
        gettext_lazy("Un sollecito dal quindicesimo giorno, ripetuto finché non è pagata."),
    ),
    "mensile": (
        gettext_lazy("Promemoria, estratto conto, sollecito mensile"),
        gettext_lazy("Avvisa prima, manda l’estratto conto, poi sollecita una volta al mese."),
    ),
    "gentile": (
        gettext_lazy("Gentile"),
        gettext_lazy("Passi piccoli e cortesi; la messa in mora solo se la approvi tu."),
    ),
}
LEVELS: dict[str, str | Promise] = {
    "company": gettext_lazy("l’azienda"),
    "segment": gettext_lazy("la categoria"),
    "party": gettext_lazy("il cliente"),
    "instalment": gettext_lazy("la rata"),
    "instance": gettext_lazy("tutta l’installazione"),
}


def short_offset(days: int) -> str:
    """``−10``, ``0``, ``+15``: the place on the time line."""
    return f"−{-days}" if days < 0 else f"+{days}" if days else "0"


def when(days: int) -> str:
    """``10 giorni prima della scadenza``."""
    if days == 0:
        return _("il giorno della scadenza")
    if days < 0:
        words = ngettext(
            "%(n)d giorno prima della scadenza", "%(n)d giorni prima della scadenza", -days
        )
        return words % {"n": -days}
    words = ngettext("%(n)d giorno dopo la scadenza", "%(n)d giorni dopo la scadenza", days)
    return words % {"n": days}


def repetition(step: Step) -> str:
    """``ogni 30 giorni finché non è pagata``; empty where it is sent once."""
    if not step.repeat_days:
        return ""
    days = ngettext("ogni giorno", "ogni %(n)d giorni", step.repeat_days) % {"n": step.repeat_days}
    if step.max_repeats is None:
        return _("%(days)s finché non è pagata") % {"days": days}
    times = ngettext(
        "ancora al massimo %(n)d volta", "ancora al massimo %(n)d volte", step.max_repeats
    )
    return f"{days}, {times % {'n': step.max_repeats}}"


def sentence(policy: Policy) -> str:
    """The whole rule in one line, for who does not see the time line."""
    parts = [
        ", ".join(filter(None, (f"{KINDS[step.kind]} {when(step.offset_days)}", repetition(step))))
        for step in policy.steps
    ]
    return "; ".join(parts)

"""How many SMS, how many parts, what they cost: in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sollecito.flows.price_texts import TextsPriced
from sollecito.web.templatetags.sollecito import money


def say_texts(priced: TextsPriced) -> list[str]:
    """One sentence on the SMS of an order, one on those that were not counted; none without."""
    if not priced.messages:
        return []
    count = {"n": priced.messages}
    first = ngettext("Uno è un SMS", "%(n)s sono SMS", priced.messages) % count
    parts = ngettext("%(n)s parte", "%(n)s parti", priced.parts) % {"n": priced.parts}
    if priced.numbers > priced.messages - priced.uncounted:
        parts = _("%(parts)s a %(n)s numeri") % {"parts": parts, "n": priced.numbers}
    words = f"{first}: {parts}"
    if priced.costs:
        cost = " + ".join(money(amount, currency) for currency, amount in priced.costs)
        words = _("%(words)s, circa %(cost)s") % {"words": words, "cost": cost}
        if priced.unpriced:
            words = _("%(words)s e il prezzo di %(n)s senza prezzo nel mittente") % {
                "words": words,
                "n": priced.unpriced,
            }
    said = [f"{words}." if priced.parts else f"{first}."]
    if priced.uncounted:
        late = ngettext(
            "Di %(n)s SMS le parti si sapranno quando parte.",
            "Di %(n)s SMS le parti si sapranno quando partono.",
            priced.uncounted,
        )
        said.append(late % {"n": priced.uncounted})
    return said

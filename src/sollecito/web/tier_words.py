"""Words for what a tier holds."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sollecito.accounts.models import Tier
from sollecito.domain.tiers import AUTOMATIC, FORMAL, LETTERS, PEC, PLANS, SMS

MODULE_NAMES: dict[str, str | Promise] = {
    AUTOMATIC: _("Solleciti automatici"),
    PEC: _("PEC"),
    SMS: _("SMS"),
    LETTERS: _("Lettere"),
    PLANS: _("Piani di rientro"),
    FORMAL: _("Messe in mora"),
}
KIND_NAMES: dict[str, str | Promise] = {"email": _("E-mail"), "pec": _("PEC"), "sms": _("SMS")}


def modules_of(tier: Tier) -> list[str | Promise]:
    """The names of what it has."""
    return [name for code, name in MODULE_NAMES.items() if code in tier.modules]


def included_of(tier: Tier) -> list[tuple[str | Promise, int | None]]:
    """How many of each kind a month; ``None`` is unlimited."""
    return [
        (KIND_NAMES["email"], tier.included_email),
        (KIND_NAMES["pec"], tier.included_pec),
        (KIND_NAMES["sms"], tier.included_sms),
    ]

"""Abbonamenti: what a hosted firm may use, and how many messages a month are included."""

from __future__ import annotations

from dataclasses import dataclass

AUTOMATIC, PEC, SMS, LETTERS, PLANS = "automatic", "pec", "sms", "letters", "plans"
FORMAL = "formal"
MODULES: dict[str, str] = {
    AUTOMATIC: "Solleciti automatici",
    PEC: "PEC",
    SMS: "SMS",
    LETTERS: "Lettere",
    PLANS: "Piani di rientro",
    FORMAL: "Messe in mora",
}
MODULE_OF_CHANNEL = {"pec": PEC, "sms": SMS, "letter": LETTERS}
COUNTED_AS = {"email": "email", "file": "email", "pec": "pec", "sms": "sms"}
"""Channels whose messages count, and with which of the three numbers."""
COUNTED_NAMES = {"email": "e-mail", "pec": "PEC", "sms": "SMS"}
LOW_SHARE = 80
"""Percent of what is included at which people are told."""


@dataclass(frozen=True, slots=True)
class TierPreset:
    """Abbonamento pronto: ``None`` is unlimited; nothing included is 0."""

    code: str
    name: str
    modules: tuple[str, ...]
    included_email: int | None
    included_pec: int | None
    included_sms: int | None


PRESETS = (
    TierPreset("essential", "Essential", (), 5, 0, 0),
    TierPreset("medium", "Medium", tuple(MODULES), None, None, 50),
    TierPreset("full", "Completo", tuple(MODULES), None, None, None),
)


@dataclass(frozen=True, slots=True)
class Quota:
    """Invii inclusi nel mese, of one kind; ``included`` is never unlimited."""

    kind: str
    included: int
    used: int

    @property
    def left(self) -> int:
        """How many may still leave this month."""
        return max(0, self.included - self.used)

    @property
    def is_low(self) -> bool:
        """Four fifths are used, or less than one is left."""
        return self.used * 100 >= self.included * LOW_SHARE

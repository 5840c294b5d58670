"""Where an entry that closes instalments comes from: money, or something that is none."""

from __future__ import annotations

from django.db import models


class PaymentSource(models.TextChoices):
    """Origine di un incasso, o di una chiusura senza denaro."""

    HAND = "hand", "registrato a mano"
    ADVANCE = "advance", "anticipo sul documento"
    SHEET = "sheet", "da foglio"
    DECLARED = "declared", "dichiarato come già incassato"
    REPLACED = "replaced", "proforma sostituita (non è denaro)"
    ALLOWANCE = "allowance", "abbuono"
    SETTLEMENT = "settlement", "saldo e stralcio"
    LOSS = "loss", "perdita su crediti"
    BANK = "bank", "dall'estratto conto"
    WITHHELD = "withheld", "ritenuta subita"
    COSTS = "costs", "spese bancarie"
    DISCOUNT = "discount", "sconto per pagamento anticipato"
    OFFSET = "offset", "compensazione"


GROSS_ROWS = "gross_rows"
"""The warning of an import that ``Amounts`` answers: ``domain.terms``."""


class Amounts(models.TextChoices):
    """Rate al lordo: written gross though withholding or split payment is declared."""

    PENDING = "pending", "da scegliere"
    GROSS = "gross", "lordo"
    NET = "net", "netto"


WRITTEN_OFF = (PaymentSource.ALLOWANCE, PaymentSource.SETTLEMENT, PaymentSource.LOSS)
"""Stralci: the creditor gave the rest up."""
NOT_MONEY = (
    PaymentSource.REPLACED,
    *WRITTEN_OFF,
    PaymentSource.WITHHELD,
    PaymentSource.COSTS,
    PaymentSource.DISCOUNT,
    PaymentSource.OFFSET,
)

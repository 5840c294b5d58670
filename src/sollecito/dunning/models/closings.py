"""Why a debt was closed without money, and who approved it."""

from __future__ import annotations

from django.db import models

from sollecito.accounts.models import Company
from sollecito.ledger.models import Payment


class Closing(models.Model):
    """Chiusura senza denaro. ``payment`` is its entry; ``beside`` the money that it came with."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    payment = models.OneToOneField(Payment, models.CASCADE, related_name="closing")
    beside = models.ForeignKey(Payment, models.CASCADE, null=True, related_name="closings")
    reason = models.CharField("motivo", max_length=300, blank=True)
    approved_by = models.CharField("approvata da", max_length=100, blank=True)

    class Meta:
        verbose_name = "chiusura senza denaro"
        verbose_name_plural = "chiusure senza denaro"

    def __str__(self) -> str:
        return self.reason

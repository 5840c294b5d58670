"""What of a payment went to interest and costs, beside what its documents are owed."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company
from sollecito.ledger.models.scadenzario import Instalment, Payment


class InterestTaken(models.Model):
    """Interessi e spese incassati (art. 1194 c.c.) of one instalment by one payment.

    Undone with its payment. ``Payment.interest`` is the sum of a payment's rows.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    payment = models.ForeignKey(Payment, models.CASCADE, related_name="interest_taken")
    instalment = models.ForeignKey(Instalment, models.CASCADE, related_name="interest_taken")
    interest = models.DecimalField("interessi", max_digits=14, decimal_places=2)
    costs = models.DecimalField("spese", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "interessi e spese incassati"
        verbose_name_plural = "interessi e spese incassati"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "payment", "instalment"], name="interest_taken_once"
            ),
            models.CheckConstraint(
                condition=Q(interest__gte=0, costs__gte=0) & (Q(interest__gt=0) | Q(costs__gt=0)),
                name="interest_taken_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instalment_id}: {self.interest} + {self.costs}"

    @property
    def total(self) -> Decimal:
        """Interest and costs."""
        return self.interest + self.costs

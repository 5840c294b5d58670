"""Tassi di interesse that a person added: the shipped ones are files beside the app."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sollecito.accounts.models import Company, User


class InterestRate(models.Model):
    """Tasso pubblicato after this version was made, as a company's people added it."""

    class Kind(models.TextChoices):
        REFERENCE = "reference", "tasso BCE di riferimento (D.Lgs. 231/2002)"
        LEGAL = "legal", "interesse legale"

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    kind = models.CharField("tipo", max_length=10, choices=Kind)
    first_date = models.DateField("dal")
    last_date = models.DateField("al")
    percent = models.DecimalField("per cento", max_digits=6, decimal_places=3)
    source = models.CharField("fonte", max_length=300)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "tasso di interesse"
        verbose_name_plural = "tassi di interesse"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "first_date"], name="interest_rate_once"
            ),
            models.CheckConstraint(
                condition=Q(last_date__gte=F("first_date")), name="interest_rate_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_date}: {self.percent}"

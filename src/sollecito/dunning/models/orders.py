"""Ordini di invio: a person said "send these"; the work goes on when the page is closed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company, User


class SendOrder(models.Model):
    """Ordine di invio: drafts that a person told to send, approved a few at a time.

    ``contents`` are those not looked at yet, ``done`` those approved, ``refused`` those that were
    not, with code and sentence. ``ended_at`` is when the last was looked at, or it was stopped.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="send_orders")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    contents = models.JSONField("da approvare", default=list)
    done = models.JSONField("approvate", default=list)
    refused = models.JSONField("non approvate", default=list)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField("concluso il", null=True)
    leaves_at = models.DateTimeField("parte il", null=True)

    class Meta:
        verbose_name = "ordine di invio"
        verbose_name_plural = "ordini di invio"
        indexes = [
            models.Index(
                fields=["id"], condition=Q(ended_at__isnull=True), name="send_order_waiting"
            ),
            models.Index(fields=["company", "user", "-id"], name="send_order_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.looked_at}/{self.total}"

    @property
    def looked_at(self) -> int:
        """How many were approved or refused."""
        return len(self.done) + len(self.refused)

    @property
    def total(self) -> int:
        """How many there are in all."""
        return len(self.contents) + self.looked_at

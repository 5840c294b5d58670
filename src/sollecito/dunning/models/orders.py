"""What a person ordered that takes long: it goes on when the page is closed."""

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


class ActivationOrder(models.Model):
    """Avvio di una regola: what a person chose, and how far the old instalments are looked at.

    The rule begins to work once all are: ``ended_at`` is then. ``reach`` says for whom,
    ``segment`` which category; ``day`` is the one on which it was asked for; ``last_instalment``
    is the id of the last one looked at. ``governed`` counts those that follow the rule.
    """

    class Reach(models.TextChoices):
        COMPANY = "company", "tutti i clienti"
        SEGMENT = "segment", "una categoria"
        SAME = "same", "chi ha già la regola"

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    policy = models.ForeignKey("dunning.Policy", models.CASCADE, related_name="activation_orders")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reach = models.CharField("per chi", max_length=10, choices=Reach)
    segment = models.CharField("categoria", max_length=100, blank=True)
    start = models.CharField("da quale livello", max_length=10)
    day_cap = models.PositiveIntegerField("comunicazioni al giorno", default=0)
    day = models.DateField("chiesto il")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField("concluso il", null=True)
    last_instalment = models.BigIntegerField("ultima rata guardata", default=0)
    total = models.PositiveIntegerField("rate da guardare", default=0)
    looked_at = models.PositiveIntegerField("rate guardate", default=0)
    governed = models.PositiveIntegerField("rate della regola", default=0)
    skipped = models.PositiveIntegerField("livelli saltati", default=0)

    class Meta:
        verbose_name = "avvio di una regola"
        verbose_name_plural = "avvii di regole"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "policy"],
                condition=Q(ended_at__isnull=True),
                name="activation_order_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id}: {self.looked_at}/{self.total}"

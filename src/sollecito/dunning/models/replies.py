"""What customers wrote back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company, User
from sollecito.ledger.models import Party
from sollecito.outbox.models import ReceivedMail


class CustomerReply(models.Model):
    """Risposta di un cliente: until somebody has seen it, its automatic reminders wait.

    A mail about the debts of several customers of one contact has a row for each.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="customer_replies")
    party = models.ForeignKey(Party, models.CASCADE, related_name="replies")
    mail = models.ForeignKey(ReceivedMail, models.PROTECT, related_name="replies")
    at = models.DateTimeField("arrivata il")
    is_pec = models.BooleanField("per PEC", default=False)
    seen_at = models.DateTimeField("letta il", null=True)
    seen_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "risposta"
        verbose_name_plural = "risposte"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "party", "mail"], name="customer_reply_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "party"],
                condition=Q(seen_at__isnull=True),
                name="customer_reply_unseen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.mail_id}"

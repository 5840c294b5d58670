"""Messages written by hand that could not leave."""

from __future__ import annotations

from django.db import models

from sollecito.accounts.models import Company, User
from sollecito.ledger.models import Party


class SavedDraft(models.Model):
    """Bozza salvata: what a person wrote, kept until it is sent or thrown away.

    ``written`` holds the choices of ``flows.reminder_options.ReminderOptions``; ``reason`` is the
    sentence that says why it did not leave.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="saved_drafts")
    party = models.ForeignKey(Party, models.CASCADE, related_name="+", verbose_name="cliente")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    instalments = models.JSONField("rate", default=list)
    title = models.CharField("oggetto", max_length=250)
    written = models.JSONField(default=dict)
    reason = models.CharField("perché non è partita", max_length=300)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "bozza salvata"
        verbose_name_plural = "bozze salvate"
        indexes = [models.Index(fields=["company", "-created_at"], name="saved_draft_recent")]

    def __str__(self) -> str:
        return self.title

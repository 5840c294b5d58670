"""Effects that a bank statement brought back."""

from __future__ import annotations

from django.db import models

from sollecito.accounts.models import Company, User
from sollecito.dunning.models.hold_details import Presentation
from sollecito.dunning.models.holds import Hold
from sollecito.ledger.models import BankMovement, Payment


class ReturnedMovement(models.Model):
    """Insoluto trovato in banca: a movement and the effect that it brought back.

    ``outcome``, ``outcome_date``, ``payment`` and ``was_released`` are what was known of the
    effect before, to be put back when it is undone. ``was_reopened``: a person had reopened the
    instalment already, and the movement only confirms it.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    movement = models.OneToOneField(BankMovement, models.CASCADE, related_name="returned")
    fee_movement = models.ForeignKey(
        BankMovement, models.SET_NULL, null=True, related_name="fee_of_returns"
    )
    hold = models.ForeignKey(Hold, models.CASCADE, related_name="returned_by")
    outcome = models.CharField(
        "esito prima", max_length=10, choices=Presentation.Outcome, blank=True
    )
    outcome_date = models.DateField("esito prima del", null=True)
    payment = models.ForeignKey(Payment, models.SET_NULL, null=True, related_name="+")
    was_released = models.BooleanField("blocco già tolto", default=False)
    was_reopened = models.BooleanField("già riaperta", default=False)
    reason = models.CharField("motivo", max_length=300, blank=True)
    score = models.PositiveSmallIntegerField("punteggio", default=0)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "insoluto trovato in banca"

    def __str__(self) -> str:
        return f"{self.movement_id} → {self.hold_id}"

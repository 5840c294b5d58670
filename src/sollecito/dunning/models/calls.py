"""Telefonate: those to be made, and what was heard in those that were."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company, User
from sollecito.ledger.models import Instalment, Party


class PhoneCall(models.Model):
    """Telefonata. To be made by ``due_date`` until ``made_at`` says when it was.

    ``follows`` is the call that asked for this one. ``covers``: what it was about.
    """

    class Outcome(models.TextChoices):
        NO_ANSWER = "no_answer", "non risponde"
        WRONG_NUMBER = "wrong_number", "numero errato"
        CALL_BACK = "call_back", "richiamare"
        WILL_PAY = "will_pay", "paga in una data"
        SAYS_PAID = "says_paid", "dice di aver già pagato"
        NOT_RECEIVED = "not_received", "non ha ricevuto il documento"
        DISPUTES = "disputes", "contesta"
        INSTALMENTS = "instalments", "chiede di pagare a rate"
        WRONG_PERSON = "wrong_person", "non è il referente giusto"
        GAVE_TO_AGENT = "gave_to_agent", "ha consegnato all'agente"

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, related_name="phone_calls")
    covers = models.ManyToManyField(Instalment, related_name="phone_calls")
    due_date = models.DateField("da fare il", null=True)
    made_at = models.DateTimeField("fatta il", null=True)
    phone = models.CharField("numero", max_length=40, blank=True)
    person = models.CharField("con chi", max_length=100, blank=True)
    outcome = models.CharField("esito", max_length=20, choices=Outcome, blank=True)
    note = models.CharField("nota", max_length=500, blank=True)
    follows = models.ForeignKey("self", models.SET_NULL, null=True, related_name="followed_by")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "telefonata"
        verbose_name_plural = "telefonate"
        indexes = [
            models.Index(
                fields=["company", "due_date"],
                condition=Q(made_at__isnull=True),
                name="phone_call_open",
            ),
            models.Index(fields=["company", "party"], name="phone_call_party"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.outcome or self.due_date}"

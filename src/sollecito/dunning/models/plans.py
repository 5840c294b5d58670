"""Promesse e piani di rientro: what was agreed, and whether it is kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company, User
from sollecito.dunning.models.holds import Hold
from sollecito.ledger.models import Instalment, Party
from sollecito.outbox.models import Content


class Promise(models.Model):
    """Promessa di pagamento: by its date, and kept or broken three working days later."""

    class Status(models.TextChoices):
        OPEN = "open", "in attesa"
        KEPT = "kept", "mantenuta"
        BROKEN = "broken", "non mantenuta"
        WITHDRAWN = "withdrawn", "ritirata"

    company = models.ForeignKey(Company, models.CASCADE, related_name="promises")
    party = models.ForeignKey(Party, models.CASCADE, related_name="promises")
    hold = models.OneToOneField(Hold, models.CASCADE, related_name="promise")
    date = models.DateField("promessa per il")
    amount = models.DecimalField("importo promesso", max_digits=14, decimal_places=2)
    currency = models.CharField("valuta", max_length=3, default="EUR")
    owed = models.DecimalField("residuo quando fu promesso", max_digits=14, decimal_places=2)
    status = models.CharField("esito", max_length=10, choices=Status, default=Status.OPEN)
    settled_date = models.DateField("esito del", null=True)

    class Meta:
        verbose_name = "promessa"
        indexes = [
            models.Index(
                fields=["company", "date"], condition=Q(status="open"), name="promise_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.amount}"


class RepaymentPlan(models.Model):
    """Piano di rientro: chosen instalments, paid at new dates. Proposed, accepted, kept, broken."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "proposto"
        ACCEPTED = "accepted", "accettato"
        KEPT = "kept", "mantenuto"
        BROKEN = "broken", "decaduto"
        WITHDRAWN = "withdrawn", "ritirato"

    company = models.ForeignKey(Company, models.CASCADE, related_name="repayment_plans")
    party = models.ForeignKey(Party, models.CASCADE, related_name="repayment_plans")
    status = models.CharField("stato", max_length=10, choices=Status, default=Status.PROPOSED)
    currency = models.CharField("valuta", max_length=3, default="EUR")
    total = models.DecimalField("totale", max_digits=14, decimal_places=2)
    tolerance_days = models.PositiveSmallIntegerField("giorni di tolleranza", default=5)
    covers = models.ManyToManyField(Instalment, related_name="repayment_plans")
    remind_days = models.PositiveSmallIntegerField("promemoria giorni prima", default=3)
    created_at = models.DateTimeField()
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    accepted_date = models.DateField("accettato il", null=True)
    accepted_by = models.CharField("accettato da", max_length=200, blank=True)
    acceptance = models.ForeignKey(Content, models.SET_NULL, null=True, related_name="+")
    acceptance_text = models.TextField("messaggio di accettazione", blank=True)
    acceptance_file = models.ForeignKey(
        "dunning.AttachedFile", models.SET_NULL, null=True, related_name="+"
    )
    ended_date = models.DateField("finito il", null=True)
    note = models.CharField("nota", max_length=300, blank=True)

    class Meta:
        verbose_name = "piano di rientro"
        verbose_name_plural = "piani di rientro"
        indexes = [
            models.Index(
                fields=["company", "party"],
                condition=Q(status__in=["proposed", "accepted"]),
                name="repayment_plan_live",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.total} {self.status}"


class PlanInstalment(models.Model):
    """Rata di un piano di rientro; ``reminded_date`` is the day of its courtesy notice."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    plan = models.ForeignKey(RepaymentPlan, models.CASCADE, related_name="rates")
    seq = models.PositiveSmallIntegerField("rata")
    due_date = models.DateField("entro il")
    amount = models.DecimalField("importo", max_digits=14, decimal_places=2)
    reminded_date = models.DateField("promemoria del", null=True)

    class Meta:
        verbose_name = "rata del piano"
        verbose_name_plural = "rate del piano"
        constraints = [
            models.UniqueConstraint(fields=["company", "plan", "seq"], name="plan_rate_seq"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.due_date} {self.amount}"

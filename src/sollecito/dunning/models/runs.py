"""Runs of the planner, and the answers it gave: what was decided of any day can be told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company
from sollecito.dunning.models.policies import Policy, Step
from sollecito.ledger.models import Instalment


class Run(models.Model):
    """Esecuzione: one look at what is due. A nightly one is unique for its company and day."""

    class Kind(models.TextChoices):
        NIGHTLY = "nightly", "notturna"
        EVENT = "event", "dopo un evento"
        MANUAL = "manual", "a mano"

    class Status(models.TextChoices):
        RUNNING = "running", "in corso"
        DONE = "done", "conclusa"
        FAILED = "failed", "fallita"

    company = models.ForeignKey(Company, models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    day = models.DateField("giorno")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    error = models.CharField("errore", max_length=500, blank=True)

    class Meta:
        verbose_name = "esecuzione"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "day"], condition=Q(kind="nightly"), name="run_nightly"
            ),
        ]
        indexes = [models.Index(fields=["company", "-day", "-id"], name="run_recent")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class Decision(models.Model):
    """Risposta: what ``domain.schedule.decide`` said of an instalment, kept where it changed.

    The answer of any day is the last one stored up to it.
    """

    # Written by the ten thousand a night: no index that nobody asks.
    company = models.ForeignKey(Company, models.CASCADE, related_name="decisions", db_index=False)
    instalment = models.ForeignKey(
        Instalment, models.CASCADE, related_name="decisions", db_index=False
    )
    run = models.ForeignKey(
        Run, models.SET_NULL, null=True, related_name="decisions", db_index=False
    )
    day = models.DateField("giorno")
    answer = models.CharField("risposta", max_length=5)
    policy = models.ForeignKey(Policy, models.SET_NULL, null=True, related_name="+", db_index=False)
    step = models.ForeignKey(Step, models.SET_NULL, null=True, related_name="+", db_index=False)
    rank = models.PositiveSmallIntegerField("livello", null=True)
    occurrence = models.PositiveSmallIntegerField("volta", null=True)
    until = models.DateField("fino al", null=True)
    reason = models.CharField("motivo", max_length=30, blank=True)

    class Meta:
        verbose_name = "risposta"
        verbose_name_plural = "risposte"
        indexes = [models.Index(fields=["instalment", "day", "id"], name="decision_instalment")]

    def __str__(self) -> str:
        return f"{self.day} {self.instalment_id}: {self.answer}"


class NextLook(models.Model):
    """Quando si riguarda una rata: the first day on which its answer may differ by itself.

    Written by the runs alone, derived from the answer and rebuildable; null where only an event
    can change it, which sets ``Instalment.is_touched``. Narrow, because every night writes it for
    all that is due.
    """

    instalment = models.OneToOneField(
        Instalment, models.CASCADE, primary_key=True, related_name="next_look"
    )
    company = models.ForeignKey(Company, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField("giorno", null=True)

    class Meta:
        verbose_name = "prossimo controllo"
        verbose_name_plural = "prossimi controlli"
        indexes = [models.Index(fields=["company", "day", "instalment"], name="next_look_day")]

    def __str__(self) -> str:
        return f"{self.instalment_id}: {self.day}"


class CompanyTouch(models.Model):
    """Events that concern every instalment of a company: how many came, how many were looked at.

    One row counts for them all, whatever is open: a person waits for the event.
    """

    company = models.OneToOneField(Company, models.CASCADE, primary_key=True, related_name="touch")
    count = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "evento di tutta l'azienda"

    def __str__(self) -> str:
        return f"{self.company_id}: {self.seen}/{self.count}"

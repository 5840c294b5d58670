"""Reminders: the only link between a content and instalments; what was skipped; drafts."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company, User
from sollecito.dunning.models.policies import Policy, Step
from sollecito.ledger.models import Instalment, Party, PaymentContact
from sollecito.outbox.models import Content

STATEMENT = "estratto_conto"
"""It names every open item, so that its amount is not what it speaks of."""


class Reminder(models.Model):
    """Sollecito: one instalment in one content, with the balance frozen when it was queued.

    The only link between a content and instalments. ``step`` is null by hand; ``offset_days`` is
    the step's when it was made. It counts as issued from ``issued_date`` on (null in a draft),
    unless ``is_void`` (cancelled, or failed for good). ``is_failed``: every message of its
    content failed, and nothing has cured that since.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="reminders")
    instalment = models.ForeignKey(Instalment, models.CASCADE, related_name="reminders")
    content = models.ForeignKey(Content, models.CASCADE, related_name="reminders")
    round = models.PositiveSmallIntegerField("giro", default=1)
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="reminders")
    occurrence = models.PositiveSmallIntegerField("volta", default=1)
    offset_days = models.SmallIntegerField("giorni dalla scadenza", null=True)
    channel = models.CharField("canale", max_length=10, blank=True)
    kind = models.CharField("tipo", max_length=40, blank=True)
    frozen_balance = models.DecimalField("residuo", max_digits=14, decimal_places=2)
    issued_date = models.DateField("inviato il", null=True)
    is_void = models.BooleanField("non conta", default=False)
    is_failed = models.BooleanField("non consegnabile", default=False)

    class Meta:
        verbose_name = "sollecito"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "content", "instalment"], name="reminder_once"
            ),
            models.UniqueConstraint(
                fields=["company", "instalment", "round", "step", "occurrence", "channel"],
                condition=Q(is_void=False, step__isnull=False),
                name="reminder_step_once",
            ),
        ]
        indexes = [
            models.Index(fields=["instalment", "issued_date"], name="reminder_instalment"),
            models.Index(
                fields=["company", "instalment"],
                condition=Q(issued_date__isnull=True, is_void=False),
                name="reminder_draft",
            ),
            models.Index(
                fields=["company", "instalment"],
                condition=Q(is_failed=True),
                name="reminder_failed",
            ),
            models.Index(
                fields=["company", "issued_date"],
                condition=Q(issued_date__isnull=False, is_void=False),
                name="reminder_recent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instalment_id}: {self.kind}"


class SkippedStep(models.Model):
    """Livello saltato da una persona: counts for the order, not for the gap.

    ``is_ahead``: said before its turn; it counts once the order comes to it.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    instalment = models.ForeignKey(Instalment, models.CASCADE, related_name="skipped_steps")
    round = models.PositiveSmallIntegerField("giro", default=1)
    step = models.ForeignKey(Step, models.PROTECT, related_name="+")
    occurrence = models.PositiveSmallIntegerField("volta", default=1)
    offset_days = models.SmallIntegerField("giorni dalla scadenza")
    day = models.DateField("saltato il")
    is_ahead = models.BooleanField("prima del suo turno", default=False)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "livello saltato"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "instalment", "round", "step", "occurrence"],
                name="skipped_step_once",
            ),
        ]
        indexes = [models.Index(fields=["instalment"], name="skipped_step_instalment")]

    def __str__(self) -> str:
        return f"{self.instalment_id}: {self.step_id}"


class Draft(models.Model):
    """Bozza di una comunicazione automatica: what a run proposed, and what it waits for.

    ``review`` lists why a person must approve it (codes of ``domain.approvals``); ``obstacle``
    says what it lacks ("Da completare") or which cap it waits for. Kept after it was sent: one
    ``is_issued`` counts on ``day`` for the caps, and for what is usual, as its reminders do.
    ``amount`` is what it asks for, ``later`` what it names apart because it is not due yet.
    ``edits`` is what a person wrote in it, kept when its sending was taken back.
    ``party`` is whose step gives the tone, ``contact`` who answers for its payments; where the
    draft is about several ``customers``, the others are those of its reminders.
    """

    content = models.OneToOneField(Content, models.CASCADE, primary_key=True, related_name="draft")
    company = models.ForeignKey(Company, models.CASCADE, related_name="drafts")
    party = models.ForeignKey(Party, models.CASCADE, related_name="drafts")
    contact = models.ForeignKey(PaymentContact, models.SET_NULL, null=True, related_name="drafts")
    customers = models.PositiveSmallIntegerField("clienti", default=1)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="drafts")
    step = models.ForeignKey(Step, models.PROTECT, related_name="+")
    group = models.CharField("comunicazione", max_length=200)
    day = models.DateField("proposta il")
    offset_days = models.SmallIntegerField("giorni dalla scadenza")
    amount = models.DecimalField("importo", max_digits=14, decimal_places=2)
    later = models.DecimalField(
        "non ancora scaduto", max_digits=14, decimal_places=2, default=Decimal(0)
    )
    currency = models.CharField("valuta", max_length=3, default="EUR")
    grouping = models.CharField(max_length=20)
    review = models.JSONField("da approvare perché", default=list)
    obstacle = models.CharField("manca", max_length=30, blank=True)
    obstacle_text = models.CharField(max_length=300, blank=True)
    edits = models.JSONField("modifiche", null=True)
    is_open = models.BooleanField("da decidere", default=True)
    is_by_rule = models.BooleanField("approvata per regola", default=False)
    is_issued = models.BooleanField("approvata e non ripresa", default=False)

    class Meta:
        verbose_name = "bozza"
        verbose_name_plural = "bozze"
        indexes = [
            models.Index(fields=["company", "party"], condition=Q(is_open=True), name="draft_open"),
            models.Index(
                fields=["company", "day", "group"],
                condition=Q(is_issued=True),
                name="draft_issued",
            ),
            models.Index(
                fields=["company"],
                condition=Q(is_open=False, is_issued=False, edits__isnull=False),
                name="draft_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content_id}: {self.obstacle}"

    @property
    def is_joint(self) -> bool:
        """Whether it is about several customers of one payment contact."""
        return self.customers > 1

    @property
    def addressee(self) -> str:
        """To whom it is written: the customer, or who answers for several."""
        return self.contact.name if self.contact and self.is_joint else self.party.name

    @property
    def has_old_words(self) -> bool:
        """What a person wrote in it was for another amount: it is offered, not sent."""
        written = self.edits or {}
        if not written.get("text") or self.kind == STATEMENT:
            return False
        return Decimal(str(written.get("owed", 0))) != self.amount + self.later

    @property
    def kind(self) -> str:
        """What is said: the step's kind, unless an effect came back and that is said first."""
        return self.content.kind or self.step.kind

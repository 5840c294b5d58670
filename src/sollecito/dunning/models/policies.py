"""Programmi di solleciti: policies, their steps, who has which, who is charged with them."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company, User
from sollecito.domain import policies as values
from sollecito.ledger.models import Agent, Instalment, Party
from sollecito.outbox.models import Sender


class Policy(models.Model):
    """Programma di solleciti: see ``domain.policies.Policy`` for the meaning of its options.

    ``reviewed_at``: a person saw its first messages; until then none is approved by rule.
    ``day_cap``: most communications a day, 0 for none. ``from_date``: what was decided at its
    activation begins then.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="policies")
    name = models.CharField("nome", max_length=100)
    escalation = models.CharField(max_length=10, default=values.Escalation.IN_ORDER.value)
    min_gap_days = models.PositiveSmallIntegerField(
        "giorni tra due solleciti", default=values.MIN_GAP_DAYS
    )
    grouping = models.CharField(
        "raggruppamento", max_length=20, default=values.Grouping.CUSTOMER.value
    )
    working_days_only = models.BooleanField("solo giorni lavorativi", default=True)
    minimum_balance = models.DecimalField(
        "residuo minimo", max_digits=14, decimal_places=2, default=values.MINIMUM_BALANCE
    )
    approval = models.CharField("approvazione", max_length=10, default=values.Approval.REVIEW.value)
    cc_agent = models.BooleanField("in copia all'agente", default=False)
    attach_invoices = models.BooleanField("allega le fatture", default=True)
    attach_statement = models.BooleanField("allega l'estratto conto", default=False)
    announce_collections = models.BooleanField("annuncia RiBa, SDD e MAV", default=False)
    day_cap = models.PositiveIntegerField("comunicazioni al giorno", default=0)
    is_default = models.BooleanField("predefinito", default=False)
    is_active = models.BooleanField("attivo", default=True)
    reviewed_at = models.DateTimeField("prima revisione", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "programma di solleciti"
        verbose_name_plural = "programmi di solleciti"
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="policy_name"),
            models.UniqueConstraint(
                fields=["company"], condition=Q(is_default=True), name="policy_default"
            ),
            models.CheckConstraint(condition=Q(min_gap_days__gte=1), name="policy_gap"),
            models.CheckConstraint(
                condition=Q(minimum_balance__gte=Decimal(0)), name="policy_minimum"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """Livello di un programma. A retired one stays for the history that names it."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    policy = models.ForeignKey(Policy, models.CASCADE, related_name="steps")
    kind = models.CharField("tipo", max_length=20)
    offset_days = models.SmallIntegerField("giorni dalla scadenza")
    channels = models.JSONField("canali", default=list)
    channel_mode = models.CharField(max_length=20, default=values.ChannelMode.ALL.value)
    template = models.CharField("modello", max_length=40, blank=True)
    sender = models.ForeignKey(
        Sender, models.SET_NULL, null=True, related_name="+", verbose_name="mittente"
    )
    consequence = models.CharField("conseguenza", max_length=20, blank=True)
    approval = models.CharField("approvazione", max_length=10, blank=True)
    cc_agent = models.BooleanField("in copia all'agente", null=True)
    attach_invoices = models.BooleanField("allega le fatture", null=True)
    attach_statement = models.BooleanField("allega l'estratto conto", null=True)
    require_attachments = models.BooleanField("solo con gli allegati", default=False)
    with_interest = models.BooleanField("dice gli interessi maturati", default=False)
    repeat_days = models.PositiveSmallIntegerField("ogni giorni", null=True)
    max_repeats = models.PositiveSmallIntegerField("ripetizioni", null=True)
    retired_at = models.DateTimeField("tolto il", null=True)

    class Meta:
        verbose_name = "livello"
        verbose_name_plural = "livelli"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "policy", "offset_days"],
                condition=Q(retired_at__isnull=True),
                name="step_offset",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offset_days:+d} {self.kind}"


class PolicyChoice(models.Model):
    """Scelta per azienda, categoria, cliente o rata: its policy, and the two switches.

    The row without party, instalment and segment is the company's own. ``is_paused`` and
    ``needs_review`` add up over the levels; the policy comes whole from the first that has one.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="policy_choices")
    segment = models.CharField("categoria cliente", max_length=60, blank=True)
    party = models.ForeignKey(
        Party, models.CASCADE, null=True, related_name="policy_choices", verbose_name="cliente"
    )
    instalment = models.ForeignKey(
        Instalment, models.CASCADE, null=True, related_name="policy_choices", verbose_name="rata"
    )
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="choices")
    is_paused = models.BooleanField("nessun sollecito automatico", default=False)
    needs_review = models.BooleanField("sempre da approvare", default=False)

    class Meta:
        verbose_name = "scelta del programma"
        verbose_name_plural = "scelte del programma"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "segment"],
                condition=Q(party__isnull=True, instalment__isnull=True),
                name="policy_choice_segment",
            ),
            models.UniqueConstraint(
                fields=["company", "party"],
                condition=Q(party__isnull=False),
                name="policy_choice_party",
            ),
            models.UniqueConstraint(
                fields=["company", "instalment"],
                condition=Q(instalment__isnull=False),
                name="policy_choice_instalment",
            ),
            models.CheckConstraint(
                condition=Q(party__isnull=True, instalment__isnull=True)
                | Q(party__isnull=False, instalment__isnull=True, segment="")
                | Q(party__isnull=True, instalment__isnull=False, segment=""),
                name="policy_choice_one_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.segment or self.party_id or self.instalment_id}: {self.policy_id}"


class Charge(models.Model):
    """Incarico: a user who sees the reminders of the day; without agent, of all customers."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="charges")
    user = models.ForeignKey(User, models.CASCADE, related_name="charges")
    agent = models.ForeignKey(Agent, models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = "incarico"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "user", "agent"],
                condition=Q(agent__isnull=False),
                name="charge_once",
            ),
            models.UniqueConstraint(
                fields=["company", "user"], condition=Q(agent__isnull=True), name="charge_of_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.agent_id}"

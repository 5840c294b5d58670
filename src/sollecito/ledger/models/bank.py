"""What the bank says: statements, their movements, what each was matched to, and learned rules."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company, User
from sollecito.ledger.models.scadenzario import ImportBatch, Party, Payment


class BankStatement(models.Model):
    """Estratto conto importato. ``until`` is the last day that it speaks of."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="bank_statements")
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, related_name="statements")
    name = models.CharField("file", max_length=400)
    format = models.CharField("formato", max_length=20)
    account = models.CharField("conto", max_length=34, blank=True)
    until = models.DateField("movimenti fino al")
    imported_at = models.DateTimeField("importato il")

    class Meta:
        verbose_name = "estratto conto"
        verbose_name_plural = "estratti conto"
        indexes = [models.Index(fields=["company", "-until"], name="bank_statement_until")]

    def __str__(self) -> str:
        return f"{self.account} {self.until}"


class BankMovement(models.Model):
    """Movimento di conto. ``amount`` above 0 came in; a pending one is not money yet."""

    class Status(models.TextChoices):
        PENDING = "pending", "non ancora contabilizzato"
        OPEN = "open", "da abbinare"
        MATCHED = "matched", "abbinato"
        IGNORED = "ignored", "non riguarda i clienti"

    company = models.ForeignKey(Company, models.CASCADE, related_name="bank_movements")
    statement = models.ForeignKey(BankStatement, models.CASCADE, related_name="movements")
    account = models.CharField("conto", max_length=34, blank=True)
    booking_date = models.DateField("data contabile")
    value_date = models.DateField("data valuta", null=True)
    amount = models.DecimalField("importo", max_digits=14, decimal_places=2)
    currency = models.CharField("valuta", max_length=3, default="EUR")
    counterparty = models.CharField("controparte", max_length=140, blank=True)
    iban = models.CharField("IBAN della controparte", max_length=34, blank=True)
    tax_code = models.CharField("codice fiscale", max_length=16, blank=True)
    text = models.TextField("descrizione", blank=True)
    end_to_end = models.CharField("riferimento end-to-end", max_length=70, blank=True)
    reference = models.CharField("riferimento strutturato", max_length=70, blank=True)
    bank_id = models.CharField("riferimento della banca", max_length=70, blank=True)
    code = models.CharField("causale ABI", max_length=20, blank=True)
    is_return = models.BooleanField("storno o insoluto", default=False)
    status = models.CharField("stato", max_length=10, choices=Status, default=Status.OPEN)

    class Meta:
        verbose_name = "movimento"
        verbose_name_plural = "movimenti"
        indexes = [
            models.Index(fields=["company", "-booking_date", "-id"], name="bank_movement_day"),
            models.Index(fields=["company", "status", "-booking_date"], name="bank_movement_todo"),
        ]

    def __str__(self) -> str:
        return f"{self.booking_date} {self.amount}"


class MovementMatch(models.Model):
    """Abbinamento di un movimento: a payment made from it, and why. Undone with its payment.

    ``credits`` are the allocations of credit notes netted in the same step.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    movement = models.ForeignKey(BankMovement, models.CASCADE, related_name="matches")
    payment = models.OneToOneField(Payment, models.CASCADE, related_name="movement_match")
    reason = models.CharField("motivo", max_length=300, blank=True)
    score = models.PositiveSmallIntegerField("punteggio", default=0)
    is_automatic = models.BooleanField("automatico", default=False)
    credits = models.JSONField("note di credito abbinate", default=list)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "abbinamento di un movimento"

    def __str__(self) -> str:
        return f"{self.movement_id} → {self.payment_id}"


class BankRule(models.Model):
    """Regola imparata: who pays from this IBAN, or under this name. People see and delete it."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="bank_rules")
    iban = models.CharField("IBAN", max_length=34, blank=True)
    name = models.CharField("nome sul bonifico", max_length=140, blank=True)
    party = models.ForeignKey(Party, models.CASCADE, related_name="bank_rules")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "regola imparata"
        constraints = [
            models.CheckConstraint(
                condition=~Q(iban="", name="") & (Q(iban="") | Q(name="")),
                name="bank_rule_one_sign",
            ),
            models.UniqueConstraint(
                fields=["company", "iban", "name", "party"], name="bank_rule_each_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.iban or self.name} → {self.party_id}"

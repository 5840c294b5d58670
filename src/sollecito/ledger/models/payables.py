"""What the company owes a customer that is its supplier too, and what of it was compensated."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company, User
from sollecito.ledger.models.scadenzario import ImportBatch, Party, Payment


class Payable(models.Model):
    """Nostro debito verso un cliente. What is left of it is amount − active ``OffsetPart``.

    Typed by a person, or from a FatturaPA file whose buyer is the company. ``settled_at``: paid
    otherwise, or no debt after all.
    """

    class Source(models.TextChoices):
        HAND = "hand", "scritto a mano"
        FILE = "file", "file FatturaPA"

    company = models.ForeignKey(Company, models.CASCADE, related_name="payables")
    party = models.ForeignKey(Party, models.CASCADE, related_name="payables")
    number = models.CharField("numero", max_length=60, blank=True)
    date = models.DateField("data")
    due_date = models.DateField("scadenza", null=True, blank=True)
    amount = models.DecimalField("importo", max_digits=14, decimal_places=2)
    currency = models.CharField("valuta", max_length=3, default="EUR")
    note = models.CharField("nota", max_length=300, blank=True)
    source = models.CharField("origine", max_length=10, choices=Source, default=Source.HAND)
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, related_name="payables")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField("pagato o tolto il", null=True)

    class Meta:
        verbose_name = "nostro debito verso un cliente"
        verbose_name_plural = "nostri debiti verso i clienti"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payable_positive"),
            models.UniqueConstraint(
                fields=["company", "party", "number", "date"],
                condition=Q(source="file"),
                name="payable_of_file_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "party"],
                condition=Q(settled_at__isnull=True),
                name="payable_open",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.note or str(self.amount)


class OffsetPart(models.Model):
    """Parte compensata: what of a payable a compensation closed.

    ``payment`` is the closing on our side; undone with it, this counts no more.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    payable = models.ForeignKey(Payable, models.CASCADE, related_name="offsets")
    payment = models.ForeignKey(Payment, models.CASCADE, related_name="offsets")
    amount = models.DecimalField("importo", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "parte compensata"
        verbose_name_plural = "parti compensate"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "payable", "payment"], name="offset_part_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="offset_part_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.payable_id}: {self.amount}"

"""Il fascicolo di un cliente: what a person keeps with it, for who will claim the credit."""

from __future__ import annotations

from django.db import models

from sollecito.accounts.models import Company, User
from sollecito.ledger.models import Document, Party, StoredFile


class AttachedFile(models.Model):
    """File allegato a mano al fascicolo di un cliente: order, delivery note, contract."""

    class Kind(models.TextChoices):
        ORDER = "order", "ordine"
        DELIVERY_NOTE = "delivery_note", "documento di trasporto"
        CONTRACT = "contract", "contratto"
        LETTER = "letter", "corrispondenza"
        OTHER = "other", "altro"

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, related_name="attached_files")
    document = models.ForeignKey(
        Document, models.SET_NULL, null=True, related_name="attached_files"
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField("nome", max_length=255)
    kind = models.CharField("che cos'è", max_length=20, choices=Kind, default=Kind.OTHER)
    note = models.CharField("nota", max_length=300, blank=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "file allegato"
        verbose_name_plural = "file allegati"
        indexes = [models.Index(fields=["company", "party"], name="attached_file_party")]

    def __str__(self) -> str:
        return self.name

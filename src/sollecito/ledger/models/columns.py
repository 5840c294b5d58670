"""What a person said of the columns of a sheet."""

from __future__ import annotations

from django.db import models

from sollecito.accounts.models import Company


class SheetMapping(models.Model):
    """Colonne di un foglio come le ha corrette l'utente, ricordate per intestazione."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    header_key = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)

    class Meta:
        verbose_name = "colonne di un foglio"
        constraints = [
            models.UniqueConstraint(fields=["company", "header_key"], name="sheet_mapping_once"),
        ]

    def __str__(self) -> str:
        return self.header_key

"""How a customer is reached: its own addresses, and who answers for the payments of several."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company
from sollecito.ledger.models.scadenzario import Party


class PaymentContact(models.Model):
    """Contatto dei pagamenti: a person or an office that answers for several customers.

    The administrator of some condominiums, the central office of a group. Only customers that
    point to the same row may share a message, whatever their addresses say.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="payment_contacts")
    name = models.CharField("denominazione", max_length=140)
    person = models.CharField("persona", max_length=100, blank=True)
    note = models.TextField("note", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "contatto dei pagamenti"
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="payment_contact_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactPoint(models.Model):
    """Recapito: e-mail, PEC, phone; of a customer or of a payment contact, with its purpose."""

    class Kind(models.TextChoices):
        EMAIL = "email", "e-mail"
        PEC = "pec", "PEC"
        PHONE = "phone", "telefono"

    class Purpose(models.TextChoices):
        PAYMENTS = "payments", "pagamenti"
        GENERAL = "general", "generale"

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, null=True, related_name="contact_points")
    contact = models.ForeignKey(
        PaymentContact, models.CASCADE, null=True, related_name="contact_points"
    )
    kind = models.CharField("tipo", max_length=10, choices=Kind)
    value = models.CharField("recapito", max_length=254)
    purpose = models.CharField("scopo", max_length=10, choices=Purpose, default=Purpose.PAYMENTS)
    person = models.CharField("persona", max_length=100, blank=True)

    class Meta:
        verbose_name = "recapito"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "party", "kind", "value"], name="contact_point_once"
            ),
            models.UniqueConstraint(
                fields=["contact", "kind", "value"], name="contact_point_of_contact"
            ),
            models.CheckConstraint(
                condition=Q(party__isnull=False, contact__isnull=True)
                | Q(party__isnull=True, contact__isnull=False),
                name="contact_point_of_one",
            ),
        ]

    def __str__(self) -> str:
        return self.value

"""Modelli di comunicazione: what a company made of the texts that ship, and its own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company, User
from sollecito.outbox.models import Sender


class Template(models.Model):
    """Modello di una azienda. ``code`` is that of a default, or of its own one.

    ``base`` is the default whose placeholders it may use and whose kind its messages are; without
    versions a model reads as its default does. ``is_off`` takes it from the choices. ``sender``
    and the attachments are what a message of it starts with. ``checked_words`` names who checked
    a text that needs a lawyer.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="templates")
    code = models.CharField("codice", max_length=40)
    base = models.CharField("modello predefinito", max_length=40)
    name = models.CharField("nome", max_length=100, blank=True)
    is_off = models.BooleanField("non in uso", default=False)
    sender = models.ForeignKey(
        Sender, models.SET_NULL, null=True, related_name="+", verbose_name="mittente"
    )
    attach_invoices = models.BooleanField("allega le fatture", default=False)
    attach_statement = models.BooleanField("allega l'estratto conto", default=False)
    checked_words = models.CharField("verificato da", max_length=200, blank=True)
    checked_at = models.DateTimeField("verificato il", null=True)
    checked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    archived_at = models.DateTimeField("tolto il", null=True)

    class Meta:
        verbose_name = "modello di comunicazione"
        verbose_name_plural = "modelli di comunicazione"
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="template_code"),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class TemplateVersion(models.Model):
    """Versione of the text of a model, in a language and for a channel. Never changed.

    ``channel`` empty is for every channel that has no text of its own. ``is_default``: from here
    on the default text counts, whatever it is by then. ``note`` says where a text came from.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    template = models.ForeignKey(Template, models.CASCADE, related_name="versions")
    language = models.CharField("lingua", max_length=2)
    channel = models.CharField("canale", max_length=10, blank=True)
    number = models.PositiveIntegerField("versione")
    subject = models.CharField("oggetto", max_length=250, blank=True)
    private_subject = models.CharField("oggetto per i privati", max_length=250, blank=True)
    text = models.TextField("testo", blank=True)
    is_default = models.BooleanField("predefinito", default=False)
    is_current = models.BooleanField("in uso", default=True)
    note = models.CharField("nota", max_length=100, blank=True)
    saved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField("salvata il")

    class Meta:
        verbose_name = "versione di un modello"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "template", "language", "channel", "number"],
                name="template_version_number",
            ),
            models.UniqueConstraint(
                fields=["company", "template", "language", "channel"],
                condition=Q(is_current=True),
                name="template_version_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id}/{self.language}/{self.number}"

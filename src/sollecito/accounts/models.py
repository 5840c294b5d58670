"""Who: companies, users, what each may do, and who did what."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


class Tier(models.Model):
    """Abbonamento: what a hosted firm may use; a firm without one may use everything.

    ``modules`` are codes of ``domain.tiers.MODULES``. Included messages are per calendar month of
    the firm: null is unlimited.
    """

    code = models.SlugField("codice", max_length=30, unique=True)
    name = models.CharField("nome", max_length=60)
    modules = models.JSONField("moduli", default=list)
    included_email = models.PositiveIntegerField("e-mail al mese", null=True)
    included_pec = models.PositiveIntegerField("PEC al mese", null=True)
    included_sms = models.PositiveIntegerField("SMS al mese", null=True)

    class Meta:
        verbose_name = "abbonamento"

    def __str__(self) -> str:
        return self.name


class Company(models.Model):
    """Azienda: the creditor using the system; the tenant."""

    class SdiRule(models.TextChoices):
        AT_ONCE = "at_once", "subito"
        AFTER_FIVE_DAYS = "after_five_days", "dopo cinque giorni"
        RECEIPT_ONLY = "receipt_only", "solo con una ricevuta"

    class AutoMatch(models.TextChoices):
        NONE = "none", "mai da soli"
        DOCUMENT = "document", "quando il bonifico dice il documento"
        ALL = "all", "anche per il solo importo, quando non può essere altro"

    name = models.CharField("ragione sociale", max_length=200)
    short_name = models.CharField("nome breve", max_length=20, blank=True)
    vat_number = models.CharField("partita IVA", max_length=28, blank=True)
    tax_code = models.CharField("codice fiscale", max_length=28, blank=True)
    street = models.CharField("indirizzo", max_length=200, blank=True)
    postcode = models.CharField("CAP", max_length=10, blank=True)
    city = models.CharField("comune", max_length=100, blank=True)
    province = models.CharField("provincia", max_length=10, blank=True)
    country = models.CharField("nazione", max_length=2, default="IT")
    email = models.EmailField("e-mail", blank=True)
    pec = models.EmailField("PEC", blank=True)
    phone = models.CharField("telefono", max_length=40, blank=True)
    contact_name = models.CharField("chi firma i solleciti", max_length=100, blank=True)
    contact_role = models.CharField("ruolo di chi firma", max_length=100, blank=True)
    representative = models.CharField("chi firma gli atti formali", max_length=200, blank=True)
    time_zone = models.CharField("fuso orario", max_length=50, default="Europe/Rome")
    patron_day = models.CharField("santo patrono (MM-GG)", max_length=5, blank=True)
    default_days = models.PositiveSmallIntegerField("giorni di pagamento abituali", default=30)
    sdi_rule = models.CharField(
        "fattura senza ricevuta SdI",
        max_length=20,
        choices=SdiRule,
        default=SdiRule.AFTER_FIVE_DAYS,
    )
    window_start = models.TimeField("invii dalle", default=time(10, 30))
    window_end = models.TimeField("invii alle", default=time(17, 30))
    automation_paused_at = models.DateTimeField("solleciti automatici fermi dal", null=True)
    plan_time = models.TimeField("ora del controllo notturno", default=time(6, 0))
    quiet_august = models.BooleanField("pausa 8-24 agosto", default=False)
    quiet_christmas = models.BooleanField("pausa 23 dicembre-6 gennaio", default=False)
    customer_day_cap = models.PositiveSmallIntegerField("al giorno per cliente", default=1)
    company_day_cap = models.PositiveIntegerField("al giorno in tutto", default=0)
    reader_gap_days = models.PositiveSmallIntegerField("giorni per lettore", default=7)
    fresh_takings_days = models.PositiveSmallIntegerField("giorni di incassi freschi", default=3)
    allowance_limit = models.DecimalField(
        "abbuono senza approvazione fino a", max_digits=8, decimal_places=2, default=Decimal("5.00")
    )
    auto_match = models.CharField(
        "incassi abbinati da soli", max_length=10, choices=AutoMatch, default=AutoMatch.ALL
    )
    bank_fee_limit = models.DecimalField(
        "spese bancarie tollerate", max_digits=6, decimal_places=2, default=10
    )
    holds_when_we_owe = models.BooleanField("fermi se siamo anche debitori", default=True)
    holds_open_notes = models.BooleanField("fermi con note di credito da collegare", default=False)
    keeps_purchases = models.BooleanField("tiene i debiti dalle fatture d'acquisto", default=False)
    takings_current_at = models.DateTimeField("incassi aggiornati il", null=True)
    takings_answered_at = models.DateTimeField("incassi pregressi dichiarati il", null=True)
    agents_weekday = models.PositiveSmallIntegerField("giorno dell'elenco agli agenti", default=0)
    is_sample = models.BooleanField("azienda di esempio", default=False)
    tier = models.ForeignKey(
        Tier, models.PROTECT, null=True, related_name="companies", verbose_name="abbonamento"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "azienda"
        constraints = [
            models.UniqueConstraint(
                fields=["vat_number"], condition=~models.Q(vat_number=""), name="company_vat"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Closure(models.Model):
    """Chiusura dell'azienda: days on which it does not work, both ends included."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="closures")
    first_date = models.DateField("dal")
    last_date = models.DateField("al")
    note = models.CharField("motivo", max_length=100, blank=True)

    class Meta:
        verbose_name = "chiusura"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_date__gte=models.F("first_date")), name="closure_order"
            ),
        ]
        indexes = [models.Index(fields=["company", "first_date"], name="closure_first")]

    def __str__(self) -> str:
        return f"{self.first_date} {self.last_date}"


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Utente: signs in with an e-mail address."""

    email = models.EmailField("e-mail", unique=True)
    name = models.CharField("nome e cognome", max_length=100)
    phone = models.CharField("telefono diretto", max_length=40, blank=True)
    is_active = models.BooleanField("attivo", default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "utente"

    def __str__(self) -> str:
        return self.name or self.email


class Membership(models.Model):
    """Ruolo di un utente in un'azienda."""

    class Role(models.TextChoices):
        OWNER = "titolare", "Titolare"
        OFFICE = "amministrazione", "Amministrazione"
        VIEWER = "lettura", "Sola lettura"

    company = models.ForeignKey(Company, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField("ruolo", max_length=20, choices=Role)

    class Meta:
        verbose_name = "ruolo"
        constraints = [
            models.UniqueConstraint(fields=["company", "user"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class AuditEntry(models.Model):
    """Chi ha fatto che cosa: written by flows, never changed.

    ``target`` names a row as ``instalment:12``; ``details`` carries the values before and after.
    """

    company = models.ForeignKey(Company, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = "registrazione"
        indexes = [
            models.Index(fields=["company", "target", "at"], name="audit_target"),
            models.Index(fields=["company", "at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target}"

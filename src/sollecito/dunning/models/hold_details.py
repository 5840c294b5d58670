"""What some holds must know, one table for each kind, and the errands that they bring."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company, User
from sollecito.domain import hold_details as values
from sollecito.dunning.models.holds import Hold
from sollecito.ledger.models import Payment


def choices_of(
    names: dict[values.Effect, str] | dict[values.ProcedureKind, str],
) -> list[tuple[str, str]]:
    """Choices of a column from words of the domain."""
    return [(kind.value, word) for kind, word in names.items()]


class Presentation(models.Model):
    """Effetto at the bank: RiBa, SDD, MAV, cheque, bill; and what became of it.

    ``round`` is the round that began when it was returned; ``payment`` what was recorded subject
    to collection (salvo buon fine).
    """

    class Outcome(models.TextChoices):
        COLLECTED = "incassata", "incassata salvo buon fine"
        RETURNED = "insoluta", "tornata insoluta"

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    hold = models.OneToOneField(Hold, models.CASCADE, related_name="presentation")
    effect = models.CharField("effetto", max_length=10, choices=choices_of(values.EFFECTS))
    bank = models.CharField("banca", max_length=100, blank=True)
    due_date = models.DateField("scadenza dell'effetto", null=True)
    presented_date = models.DateField("presentato il", null=True)
    outcome = models.CharField("esito", max_length=10, choices=Outcome, blank=True)
    outcome_date = models.DateField("esito del", null=True)
    fee = models.DecimalField("spese", max_digits=14, decimal_places=2, default=0)
    payment = models.ForeignKey(Payment, models.SET_NULL, null=True, related_name="+")
    round = models.PositiveSmallIntegerField("giro", null=True)

    class Meta:
        verbose_name = "effetto presentato"
        verbose_name_plural = "effetti presentati"
        indexes = [
            models.Index(
                fields=["company"], condition=Q(outcome="insoluta"), name="presentation_returned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.effect} {self.due_date or ''}".strip()

    @property
    def value(self) -> values.Presented:
        """As the rules read it."""
        return values.Presented(values.Effect(self.effect), self.bank, self.due_date)


class Procedure(models.Model):
    """Procedura concorsuale of a customer."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    hold = models.OneToOneField(Hold, models.CASCADE, related_name="procedure")
    kind = models.CharField("procedura", max_length=30, choices=choices_of(values.PROCEDURES))
    opened_date = models.DateField("aperta il")
    curator = models.CharField("curatore", max_length=150, blank=True)
    pec = models.CharField("PEC del curatore", max_length=254, blank=True)
    hearing_date = models.DateField("udienza di verifica", null=True)

    class Meta:
        verbose_name = "procedura concorsuale"
        verbose_name_plural = "procedure concorsuali"

    def __str__(self) -> str:
        return f"{self.kind} {self.opened_date}"

    @property
    def value(self) -> values.Insolvency:
        """As the rules read it."""
        kind = values.ProcedureKind(self.kind)
        return values.Insolvency(kind, self.opened_date, self.curator, self.pec, self.hearing_date)


class Succession(models.Model):
    """Cessata o deceduto: since when, and who answers now."""

    class Ending(models.TextChoices):
        CEASED = "cessata", "attività cessata"
        DEAD = "deceduto", "deceduto"

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    hold = models.OneToOneField(Hold, models.CASCADE, related_name="succession")
    ending = models.CharField("che cosa è successo", max_length=10, choices=Ending)
    since_date = models.DateField("dal", null=True)
    name = models.CharField("eredi o liquidatore", max_length=150, blank=True)
    email = models.CharField("e-mail", max_length=254, blank=True)
    pec = models.CharField("PEC", max_length=254, blank=True)
    phone = models.CharField("telefono", max_length=40, blank=True)

    class Meta:
        verbose_name = "successione"
        verbose_name_plural = "successioni"

    def __str__(self) -> str:
        return f"{self.ending} {self.name}".strip()

    @property
    def value(self) -> values.Successor:
        """As the rules read it."""
        return values.Successor(
            values.Ending(self.ending),
            *(self.since_date, self.name, self.email, self.pec, self.phone),
        )


class HoldTask(models.Model):
    """Compito che un blocco porta con sé: ticked off by a person, or settled by itself."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="hold_tasks")
    hold = models.ForeignKey(Hold, models.CASCADE, related_name="tasks")
    errand = models.CharField(
        "compito", max_length=25, choices=[(each.value, each.value) for each in values.Errand]
    )
    due_date = models.DateField("entro il", null=True)
    done_date = models.DateField("fatto il", null=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "compito"
        verbose_name_plural = "compiti"
        constraints = [
            models.UniqueConstraint(fields=["company", "hold", "errand"], name="hold_task_once"),
        ]
        indexes = [
            models.Index(
                fields=["company", "due_date"],
                condition=Q(done_date__isnull=True),
                name="hold_task_open",
            ),
        ]

    def __str__(self) -> str:
        return self.errand

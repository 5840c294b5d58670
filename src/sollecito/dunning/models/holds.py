"""What holds reminders back (blocchi)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company, User
from sollecito.domain.hold_details import HoldDetails
from sollecito.ledger.models import Document, Instalment, Party


class Hold(models.Model):
    """Blocco: a reason not to remind a customer, a document or an instalment.

    ``until_date`` is the last blocked day; null means until a person (or the bank) ends it.
    """

    class Kind(models.TextChoices):
        ARRANGEMENT = "arrangement", "Sospesa per accordo"
        DISPUTE = "dispute", "Contestata"
        PROMISE = "promise", "Promessa di pagamento"
        SNOOZE = "snooze", "Sospesa fino al"
        CLAIMED_PAID = "claimed_paid", "Dice di aver pagato"
        IN_COLLECTION = "in_collection", "RiBa, SDD o MAV presentata"
        LEGAL = "legal", "Al legale"
        INSOLVENCY = "insolvency", "Procedura concorsuale"
        CEASED = "ceased", "Cessata o deceduto"

    company = models.ForeignKey(Company, models.CASCADE, related_name="holds")
    kind = models.CharField("tipo", max_length=15, choices=Kind)
    party = models.ForeignKey(Party, models.CASCADE, null=True, related_name="holds")
    document = models.ForeignKey(Document, models.CASCADE, null=True, related_name="holds")
    instalment = models.ForeignKey(Instalment, models.CASCADE, null=True, related_name="holds")
    plan = models.ForeignKey(
        "dunning.RepaymentPlan", models.CASCADE, null=True, related_name="holds"
    )
    from_date = models.DateField("dal")
    until_date = models.DateField("fino al", null=True)
    amount = models.DecimalField("importo", max_digits=14, decimal_places=2, null=True)
    reason = models.CharField("motivo", max_length=300, blank=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    released_at = models.DateTimeField("tolto il", null=True)

    class Meta:
        verbose_name = "blocco"
        constraints = [
            models.CheckConstraint(
                condition=Q(party__isnull=False, document__isnull=True, instalment__isnull=True)
                | Q(party__isnull=True, document__isnull=False, instalment__isnull=True)
                | Q(party__isnull=True, document__isnull=True, instalment__isnull=False),
                name="hold_one_target",
            ),
        ]
        indexes = [
            models.Index(
                fields=["instalment"],
                condition=Q(released_at__isnull=True, instalment__isnull=False),
                name="hold_instalment",
            ),
            models.Index(
                fields=["document"],
                condition=Q(released_at__isnull=True, document__isnull=False),
                name="hold_document",
            ),
            models.Index(
                fields=["party"],
                condition=Q(released_at__isnull=True, party__isnull=False),
                name="hold_party",
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def target(self) -> Party | Document | Instalment:
        """What it is set on."""
        found = self.instalment or self.document or self.party
        assert found is not None  # noqa: S101  the check constraint says so
        return found

    @property
    def customer(self) -> Party:
        """Whose it is."""
        target = self.target
        return target if isinstance(target, Party) else target.party

    @property
    def target_name(self) -> str:
        """As the audit names a row: ``instalment:12``."""
        target = self.target
        return f"{type(target).__name__.lower()}:{target.pk}"

    @property
    def details(self) -> HoldDetails | None:
        """What its kind must know, where somebody wrote it."""
        for name in ("presentation", "procedure", "succession"):
            if found := getattr(self, name, None):
                known: HoldDetails = found.value
                return known
        return None

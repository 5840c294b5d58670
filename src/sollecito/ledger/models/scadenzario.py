"""The scadenzario: who owes what, from which document, since when, and what came in."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from sollecito.accounts.models import Company, User
from sollecito.domain.documents import CustomerKind, DocumentKind
from sollecito.ledger.sources import Amounts, PaymentSource


def choices_of(kinds: type[DocumentKind | CustomerKind]) -> list[tuple[str, str]]:
    """Choices of a column from an enum of the domain."""
    return [(kind.value, kind.value.replace("_", " ")) for kind in kinds]


class StoredFile(models.Model):
    """File conservato: an original or a made PDF, compressed (zlib), each content once."""

    company = models.ForeignKey(Company, models.CASCADE, null=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    name = models.CharField("nome", max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    data = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "file conservato"
        constraints = [
            models.UniqueConstraint(fields=["company", "sha256"], name="stored_file_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Agent(models.Model):
    """Agente. ``has_weekly_list``: a list once a week instead of copies of every reminder."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    name = models.CharField("nome", max_length=100)
    email = models.EmailField("e-mail", blank=True)
    phone = models.CharField("telefono", max_length=40, blank=True)
    has_weekly_list = models.BooleanField("elenco settimanale", default=False)
    is_forewarned = models.BooleanField("avviso il giorno prima", default=False)

    class Meta:
        verbose_name = "agente"
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="agent_name")]

    def __str__(self) -> str:
        return self.name


class BankAccount(models.Model):
    """Conto su cui farsi pagare."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="bank_accounts")
    iban = models.CharField("IBAN", max_length=34)
    holder = models.CharField("intestatario", max_length=140)
    bank = models.CharField("banca", max_length=100, blank=True)
    bic = models.CharField("BIC", max_length=11, blank=True)
    is_default = models.BooleanField("predefinito", default=False)

    class Meta:
        verbose_name = "conto"
        constraints = [
            models.UniqueConstraint(fields=["company", "iban"], name="bank_account_iban"),
            models.UniqueConstraint(
                fields=["company"], condition=Q(is_default=True), name="bank_account_default"
            ),
        ]

    def __str__(self) -> str:
        return self.iban


class Party(models.Model):
    """Soggetto; cliente, debitore. ``identity`` comes from ``domain.parties.identity_key``."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="parties")
    identity = models.CharField(max_length=300)
    name = models.CharField("denominazione", max_length=200)
    kind = models.CharField("tipo di cliente", max_length=20, choices=choices_of(CustomerKind))
    is_kind_confirmed = models.BooleanField("tipo confermato", default=False)
    vat_country = models.CharField(max_length=2, blank=True)
    vat_number = models.CharField("partita IVA", max_length=28, blank=True)
    tax_code = models.CharField("codice fiscale", max_length=28, blank=True)
    code = models.CharField("codice cliente", max_length=50, blank=True)
    street = models.CharField("indirizzo", max_length=200, blank=True)
    postcode = models.CharField("CAP", max_length=10, blank=True)
    city = models.CharField("comune", max_length=100, blank=True)
    province = models.CharField("provincia", max_length=10, blank=True)
    country = models.CharField("nazione", max_length=2, blank=True)
    language = models.CharField("lingua", max_length=2, default="it")
    segment = models.CharField("categoria cliente", max_length=60, blank=True)
    contact_name = models.CharField("referente", max_length=100, blank=True)
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="parties")
    payment_contact = models.ForeignKey(
        "ledger.PaymentContact", models.SET_NULL, null=True, blank=True, related_name="customers"
    )
    payment_day = models.PositiveSmallIntegerField("giorno fisso di pagamento", default=0)
    grace_days = models.PositiveSmallIntegerField("giorni di tolleranza", default=0)
    interest_regime = models.CharField("legge degli interessi", max_length=10, blank=True)
    interest_percent = models.DecimalField(
        "tasso del contratto", max_digits=6, decimal_places=3, null=True, blank=True
    )
    contract_date = models.DateField("data del contratto", null=True, blank=True)
    auto_copy = models.BooleanField("invio copia automatico della fattura", default=False)
    note = models.TextField("note", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "cliente"
        constraints = [
            models.UniqueConstraint(fields=["company", "identity"], name="party_identity"),
        ]
        indexes = [
            models.Index(fields=["company", "name"], name="party_name"),
            models.Index(fields=["company", "vat_number"], name="party_vat_number"),
            models.Index(fields=["company", "tax_code"], name="party_tax_code"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """Importazione: one upload or one command, with a report per file."""

    class Status(models.TextChoices):
        PENDING = "pending", "in coda"
        RUNNING = "running", "in corso"
        DONE = "done", "conclusa"
        UNDONE = "undone", "annullata"

    company = models.ForeignKey(Company, models.CASCADE, null=True, related_name="imports")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    source = models.CharField(max_length=20, default="web")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    worker_lease_until = models.DateTimeField(null=True)
    total = models.PositiveIntegerField("file da leggere", default=0)
    done = models.PositiveIntegerField("file letti", default=0)
    errors = models.PositiveIntegerField("file con errori", default=0)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = "importazione"
        indexes = [models.Index(fields=["company", "-started_at"], name="import_recent")]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class ImportItem(models.Model):
    """File di un'importazione: what it gave, and why. ``problems`` is a list of Problem values."""

    class Outcome(models.TextChoices):
        PENDING = "pending", "in coda"
        IMPORTED = "imported", "importato"
        DUPLICATE = "duplicate", "già presente"
        SKIPPED = "skipped", "lasciato da parte"
        FAILED = "failed", "non leggibile"
        WAITING = "waiting", "in attesa del documento"
        TO_CONFIRM = "to_confirm", "colonne da confermare"

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="items")
    company = models.ForeignKey(Company, models.CASCADE, null=True, related_name="+")
    name = models.CharField("file", max_length=400)
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField("esito", max_length=10, choices=Outcome, default=Outcome.PENDING)
    reason = models.CharField("motivo", max_length=500, blank=True)
    documents = models.PositiveIntegerField("documenti", default=0)
    instalments = models.PositiveIntegerField("rate", default=0)
    problems = models.JSONField(default=list)

    class Meta:
        verbose_name = "file importato"
        indexes = [models.Index(fields=["batch", "outcome"], name="import_item_outcome")]

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    """Documento: fattura, parcella, proforma, ricevuta, nota di credito.

    Unique by company, kind, number as written, year of its date, and series where the source
    has a field for it. ``file_key`` is the normalised name by which SdI notifications find it;
    ``fingerprint`` tells a duplicate from a conflict.
    """

    class Source(models.TextChoices):
        FILE = "file", "file FatturaPA"
        SHEET = "sheet", "foglio"
        HAND = "hand", "inserita a mano"

    company = models.ForeignKey(Company, models.CASCADE, related_name="documents")
    party = models.ForeignKey(Party, models.PROTECT, related_name="documents")
    kind = models.CharField("tipo", max_length=20, choices=choices_of(DocumentKind))
    type_code = models.CharField("TipoDocumento", max_length=4, blank=True)
    number = models.CharField("numero", max_length=60)
    series = models.CharField("sezionale", max_length=20, blank=True)
    date = models.DateField("data")
    year = models.PositiveSmallIntegerField("anno")
    currency = models.CharField("valuta", max_length=3, default="EUR")
    total = models.DecimalField("totale", max_digits=14, decimal_places=2)
    expected = models.DecimalField("da incassare", max_digits=14, decimal_places=2)
    source = models.CharField(max_length=10, choices=Source)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="documents")
    file_key = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=1)
    fingerprint = models.CharField(max_length=64)
    recipient_code = models.CharField("codice destinatario", max_length=7, blank=True)
    is_public_body = models.BooleanField("verso ente pubblico", default=False)
    sdi_state = models.CharField("stato SdI", max_length=20, default="none")
    sdi_since = models.DateField("stato SdI dal", null=True)
    sdi_override = models.BooleanField("incassabile per decisione", default=False)
    references = models.JSONField("riferimenti", default=list)
    reasons = models.JSONField("causali", default=list)
    warnings = models.JSONField("avvisi", default=list)
    amounts = models.CharField("importi delle rate", max_length=7, choices=Amounts, blank=True)
    search_text = models.CharField(max_length=500, blank=True)
    own_pdf = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    courtesy_copy = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, related_name="documents")
    replaces = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="replaced_by", verbose_name="sostituisce"
    )
    is_replacement_confirmed = models.BooleanField("sostituzione confermata", null=True)
    note = models.TextField("note", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "documento"
        verbose_name_plural = "documenti"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "number", "year", "series"], name="document_identity"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "file_key"], name="document_file_key"),
            models.Index(fields=["company", "party"], name="document_party"),
            models.Index(fields=["company", "kind"], name="document_kind"),
            models.Index(fields=["company", "sdi_state", "date"], name="document_sdi"),
            models.Index(
                fields=["company", "sdi_state", "sdi_since"],
                condition=Q(is_public_body=True),
                name="document_public",
            ),
            models.Index(
                fields=["company", "replaces"],
                condition=Q(replaces__isnull=False),
                name="document_replaces",
            ),
            models.Index(fields=["company", "search_text"], name="document_search"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class OtherFile(models.Model):
    """Altro file di un documento: a later transmission of it, found by SdI notifications too."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, models.CASCADE, related_name="other_files")
    file_key = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=1)
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "altro file del documento"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "document", "file_key"], name="other_file_once"
            ),
        ]
        indexes = [models.Index(fields=["company", "file_key"], name="other_file_key")]

    def __str__(self) -> str:
        return self.file_key


class Instalment(models.Model):
    """Rata, scadenza: what is reminded.

    ``balance`` (residuo) is a derived copy of amount − active allocations, kept by
    ``flows.refresh_balances`` in the transaction that changes either; the gate and ``doctor``
    derive it anew and never trust the copy. ``kind`` is its document's, which never changes.
    ``is_touched``: an event came since the planner looked at it; it clears what it looks at.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="instalments")
    document = models.ForeignKey(Document, models.CASCADE, related_name="instalments")
    party = models.ForeignKey(Party, models.PROTECT, related_name="instalments")
    kind = models.CharField("tipo", max_length=20, choices=choices_of(DocumentKind))
    seq = models.PositiveSmallIntegerField("rata")
    of = models.PositiveSmallIntegerField("di", default=1)
    due_date = models.DateField("scadenza")
    due_date_assumed = models.BooleanField("scadenza presunta", default=False)
    amount = models.DecimalField("importo", max_digits=14, decimal_places=2)
    balance = models.DecimalField("residuo", max_digits=14, decimal_places=2)
    currency = models.CharField("valuta", max_length=3, default="EUR")
    method = models.CharField("modalità", max_length=4, blank=True)
    is_advance = models.BooleanField("anticipo già incassato", default=False)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    beneficiary = models.CharField("beneficiario", max_length=200, blank=True)
    bank = models.CharField("banca", max_length=100, blank=True)
    bic = models.CharField("BIC", max_length=11, blank=True)
    discount_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    discount_until = models.DateField(null=True)
    payment_code = models.CharField(max_length=60, blank=True)
    round = models.PositiveSmallIntegerField("giro", default=1)
    is_touched = models.BooleanField("da riguardare", default=True)
    note = models.TextField("note", blank=True)

    class Meta:
        verbose_name = "rata"
        verbose_name_plural = "rate"
        constraints = [
            models.UniqueConstraint(fields=["company", "document", "seq"], name="instalment_seq"),
        ]
        indexes = [
            models.Index(fields=["company", "due_date", "id"], name="instalment_due"),
            models.Index(
                fields=[
                    *("company", "balance", "due_date", "id"),
                    *("currency", "due_date_assumed", "kind"),
                ],
                name="instalment_balance",
            ),
            models.Index(fields=["company", "method"], name="instalment_method"),
            models.Index(
                fields=["company", "id"],
                condition=Q(is_touched=True),
                name="instalment_touched",
            ),
            models.Index(
                fields=["company", "due_date", "id"],
                condition=Q(balance__gt=0),
                name="instalment_open_due",
            ),
            models.Index(
                fields=["company", "party", "due_date"],
                condition=Q(balance__gt=0),
                name="instalment_open_party",
            ),
            models.Index(fields=["party"], condition=Q(amount__lt=0), name="instalment_credit"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.seq}"


class Payment(models.Model):
    """Incasso. What is not allocated stays as the customer's credit.

    A closing without money (``sources.NOT_MONEY``) is one too: it closes, and it may be undone.
    ``interest``: what of it went to interest and costs, the sum of its ``InterestTaken``.
    """

    Source = PaymentSource

    company = models.ForeignKey(Company, models.CASCADE, related_name="payments")
    party = models.ForeignKey(Party, models.PROTECT, related_name="payments")
    date = models.DateField("data")
    amount = models.DecimalField("importo", max_digits=14, decimal_places=2)
    interest = models.DecimalField(
        "interessi e spese", max_digits=14, decimal_places=2, default=Decimal(0)
    )
    currency = models.CharField("valuta", max_length=3, default="EUR")
    method = models.CharField("mezzo", max_length=20, blank=True)
    note = models.CharField("nota", max_length=300, blank=True)
    source = models.CharField("origine", max_length=10, choices=Source)
    group = models.CharField("insieme annullabile in un passo", max_length=36, blank=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, related_name="payments")
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField("annullato il", null=True)

    class Meta:
        verbose_name = "incasso"
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="payment_not_zero"),
            models.CheckConstraint(
                condition=Q(interest=0) | Q(interest__gt=0, interest__lte=F("amount")),
                name="payment_covers_interest",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "party", "date"], name="payment_party"),
            models.Index(fields=["company", "group"], name="payment_group"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.amount}"

    @property
    def capital(self) -> Decimal:
        """What of it may be matched to instalments."""
        return self.amount - self.interest


class Allocation(models.Model):
    """Abbinamento of money, or of a credit note, to an instalment. Active until ``undone_at``.

    ``is_by_hand``: a person matched this note here, or undid it; netting leaves the pair alone.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    instalment = models.ForeignKey(Instalment, models.CASCADE, related_name="allocations")
    payment = models.ForeignKey(Payment, models.CASCADE, null=True, related_name="allocations")
    credit = models.ForeignKey(
        Instalment, models.CASCADE, null=True, related_name="netted", verbose_name="nota di credito"
    )
    amount = models.DecimalField("importo", max_digits=14, decimal_places=2)
    date = models.DateField("data")
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    is_by_hand = models.BooleanField("deciso da una persona", default=False)

    class Meta:
        verbose_name = "abbinamento"
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit__isnull=True)
                | Q(payment__isnull=True, credit__isnull=False),
                name="allocation_one_source",
            ),
            models.CheckConstraint(
                condition=Q(credit__isnull=True) | ~Q(credit=F("instalment")),
                name="allocation_not_itself",
            ),
        ]
        indexes = [
            models.Index(
                fields=["instalment"],
                condition=Q(undone_at__isnull=True),
                name="allocation_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instalment_id}: {self.amount}"


class SdiNotification(models.Model):
    """Notifica del Sistema di Interscambio, kept whether or not its document is here yet.

    ``company`` is null only while it waits for a document nobody here knows.
    """

    company = models.ForeignKey(Company, models.CASCADE, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    code = models.CharField("tipo", max_length=2)
    target = models.CharField("file della fattura", max_length=200)
    sdi_id = models.CharField("identificativo SdI", max_length=30, blank=True)
    number = models.CharField("numero fattura", max_length=60, blank=True)
    year = models.PositiveSmallIntegerField("anno", null=True)
    position = models.PositiveSmallIntegerField("posizione", null=True)
    outcome = models.CharField("esito", max_length=4, blank=True)
    text = models.TextField("descrizione", blank=True)
    errors = models.JSONField("errori", default=list)
    message_at = models.DateTimeField("ricevuta il", null=True)
    received_at = models.DateTimeField("importata il")

    class Meta:
        verbose_name = "notifica SdI"
        indexes = [models.Index(fields=["company", "target"], name="sdi_target")]

    def __str__(self) -> str:
        return f"{self.code} {self.target}"

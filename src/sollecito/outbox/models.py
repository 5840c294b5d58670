"""The outbox (posta in uscita): what is to leave, what left, and what the world answered."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from sollecito.accounts.models import Company, User


class Instance(models.Model):
    """Installazione: one row. Where it ran last, and the two switches that stop every dot.

    ``place`` is where the database lived when it last started (machine, path and inode, or
    PostgreSQL's system identifier and database oid); another place at start means a copy.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    key = models.UUIDField(default=uuid.uuid4)
    place = models.CharField(max_length=300, blank=True)
    suspended_at = models.DateTimeField("sospesa dal", null=True)
    suspended_reason = models.CharField(max_length=300, blank=True)
    stopped_at = models.DateTimeField("invii fermati dal", null=True)
    stopped_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    automation_paused_at = models.DateTimeField("solleciti automatici fermi dal", null=True)
    paused_at = models.DateTimeField("mittente predefinito in pausa dal", null=True)
    paused_reason = models.CharField(max_length=300, blank=True)
    worker_seen_at = models.DateTimeField("ultimo segno di vita del worker", null=True)

    class Meta:
        verbose_name = "installazione"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="instance_single")]

    def __str__(self) -> str:
        return str(self.key)


class Sender(models.Model):
    """Mittente: an account through which a company writes. Keys to its secrets lie elsewhere.

    ``email`` and ``pec``: SMTP, and IMAP for what comes back (an empty ``imap_user`` is the SMTP
    one with its password). Of an ``email`` one ``bounce_address`` is where mail that cannot be
    delivered comes back (``domain.return_paths``; empty: to ``from_address``), and ``bounce_user``
    the account of the same IMAP server where that lies, if it is another one. ``sms``: a gateway
    and its registered ``alias``. What ends in ``_box`` is sealed by ``flows.seal_password``;
    ``secrets_set_at`` says when, by field, as ISO moments.

    ``abilities`` is what the last test found, by name (``sends``, ``found_back``,
    ``sent_folder_found``, ``spf``, ``dkim``, ``dmarc``): ``{"ok": true, false or null, "at":
    moment, "words": sentence, "hint": cure}``; null is "could not be checked from here".
    """

    class Kind(models.TextChoices):
        EMAIL = "email", "E-mail"
        PEC = "pec", "PEC"
        SMS = "sms", "SMS"

    class Purpose(models.TextChoices):
        BILLING = "billing", "fatturazione"
        OFFICE = "office", "amministrazione"
        OWN = "own", "proprio"

    class Security(models.TextChoices):
        TLS = "tls", "TLS (porta 465)"
        STARTTLS = "starttls", "STARTTLS (porta 587)"
        PLAIN = "plain", "nessuna (solo rete locale)"

    class Gateway(models.TextChoices):
        SKEBBY = "skebby", "Skebby / Aruba SMS"
        TWILIO = "twilio", "Twilio"
        GENERIC = "generic", "altro, per HTTP"

    company = models.ForeignKey(Company, models.CASCADE, related_name="senders")
    channel = models.CharField("canale", max_length=10, choices=Kind, default=Kind.EMAIL)
    label = models.CharField("etichetta", max_length=60, blank=True)
    purpose = models.CharField("uso", max_length=10, choices=Purpose, default=Purpose.OFFICE)
    is_default = models.BooleanField("predefinito", default=False)
    is_active = models.BooleanField("attivo", default=True)
    provider = models.CharField("gestore", max_length=30, blank=True)
    host = models.CharField("server SMTP", max_length=253, blank=True)
    port = models.PositiveIntegerField("porta", default=465)
    security = models.CharField("sicurezza", max_length=10, choices=Security, default=Security.TLS)
    user = models.CharField("utente", max_length=254, blank=True)
    password_box = models.TextField(blank=True)
    from_address = models.EmailField("indirizzo mittente", blank=True)
    from_name = models.CharField("nome mittente", max_length=100, blank=True)
    imap_host = models.CharField("server IMAP", max_length=253, blank=True)
    imap_port = models.PositiveIntegerField("porta IMAP", default=993)
    imap_security = models.CharField(max_length=10, choices=Security, default=Security.TLS)
    imap_user = models.CharField("utente IMAP", max_length=254, blank=True)
    imap_password_box = models.TextField(blank=True)
    imap_folder = models.CharField("cartella in arrivo", max_length=200, default="INBOX")
    bounce_address = models.CharField("indirizzo dei ritorni", max_length=254, blank=True)
    bounce_user = models.CharField("utente IMAP dei ritorni", max_length=254, blank=True)
    bounce_password_box = models.TextField(blank=True)
    bounce_folder = models.CharField("cartella dei ritorni", max_length=200, default="INBOX")
    sent_folder = models.CharField("cartella della posta inviata", max_length=200, blank=True)
    gateway = models.CharField("gateway SMS", max_length=20, choices=Gateway, blank=True)
    gateway_url = models.URLField("indirizzo del gateway", max_length=300, blank=True)
    gateway_settings = models.JSONField(default=dict)
    alias = models.CharField("alias", max_length=20, blank=True)
    secret_box = models.TextField(blank=True)
    webhook_secret_box = models.TextField(blank=True)
    secrets_set_at = models.JSONField(default=dict)
    max_connections = models.PositiveSmallIntegerField("connessioni", default=2)
    per_minute = models.PositiveIntegerField("invii al minuto", null=True)
    per_hour = models.PositiveIntegerField("invii all'ora", null=True)
    per_day = models.PositiveIntegerField("invii in 24 ore", null=True)
    paused_at = models.DateTimeField("in pausa dal", null=True)
    paused_reason = models.CharField(max_length=300, blank=True)
    abilities = models.JSONField(default=dict)
    tested_at = models.DateTimeField("ultima prova riuscita", null=True)

    class Meta:
        verbose_name = "mittente"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "channel"],
                condition=Q(is_active=True, is_default=True),
                name="sender_default",
            ),
        ]
        indexes = [models.Index(fields=["company", "channel"], name="sender_channel")]

    def __str__(self) -> str:
        return self.label or self.from_address or self.alias


class Content(models.Model):
    """Comunicazione: frozen bytes, one Message-ID, one row of ``Message`` per recipient.

    ``key`` is what makes it unique (docs: the sorted steps, or the drawer's token by hand).
    ``raw`` is never changed once set. ``automatic`` tells a programme's from a person's.
    ``provider_id`` is what a PEC provider calls it, as its acceptance says.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="contents")
    key = models.CharField(max_length=200)
    channel = models.CharField("canale", max_length=10)
    kind = models.CharField("modello", max_length=40, blank=True)
    sender = models.ForeignKey(Sender, models.PROTECT, null=True, related_name="contents")
    message_id = models.CharField(max_length=200, blank=True)
    raw = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    envelope_from = models.CharField(max_length=254, blank=True)
    provider_id = models.CharField("identificativo PEC", max_length=250, blank=True)
    subject = models.CharField("oggetto", max_length=250, blank=True)
    text = models.TextField("testo", blank=True)
    template_version = models.CharField(max_length=60, blank=True)
    is_automatic = models.BooleanField("automatica", default=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField("in coda dal", null=True)
    expires_at = models.DateTimeField("scade il", null=True)

    class Meta:
        verbose_name = "comunicazione"
        constraints = [models.UniqueConstraint(fields=["company", "key"], name="content_key")]
        indexes = [
            models.Index(fields=["message_id"], name="content_message_id"),
            models.Index(
                fields=["company", "provider_id"],
                condition=~Q(provider_id=""),
                name="content_provider_id",
            ),
            models.Index(fields=["company", "-created_at"], name="content_recent"),
        ]

    def __str__(self) -> str:
        return self.message_id or self.key


class Attachment(models.Model):
    """Allegato of a content: its bytes are in the frozen message; ``file`` names the stored one."""

    content = models.ForeignKey(Content, models.CASCADE, related_name="attachments")
    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField("nome", max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = "allegato"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "content", "position"], name="attachment_position"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """Messaggio: one content's way to one recipient; carries the state of delivery."""

    class Role(models.TextChoices):
        TO = "to", "A"
        CC = "cc", "Cc"
        BCC = "bcc", "Ccn"

    class Status(models.TextChoices):
        DRAFT = "draft", "bozza"
        APPROVED = "approved", "approvata"
        QUEUED = "queued", "in coda"
        SENDING = "sending", "in invio"
        AT_DOT = "at_dot", "in consegna al server"
        RETRY = "retry", "da riprovare"
        ACCEPTED = "accepted", "inviata"
        DELIVERED = "delivered", "consegnata"
        BOUNCED = "bounced", "tornata indietro"
        FAILED = "failed", "non inviata"
        UNKNOWN = "unknown", "invio incerto"
        CANCELLED = "cancelled", "annullata"

    company = models.ForeignKey(Company, models.CASCADE, related_name="messages")
    content = models.ForeignKey(Content, models.CASCADE, related_name="messages")
    address = models.CharField("destinatario", max_length=254)
    role = models.CharField(max_length=3, choices=Role, default=Role.TO)
    status = models.CharField("stato", max_length=10, choices=Status, default=Status.DRAFT)
    reason = models.CharField("motivo", max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField("tentativi", default=0)
    attempt_id = models.CharField(max_length=36, blank=True)
    worker_id = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField("non prima del")
    code = models.PositiveSmallIntegerField("codice", null=True)
    enhanced = models.CharField("codice esteso", max_length=12, blank=True)
    text = models.CharField("parole del server", max_length=500, blank=True)
    reference = models.CharField("riferimento del server", max_length=200, blank=True)
    at_dot_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "messaggio"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "content", "address"], name="message_recipient"
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(status__in=["queued", "retry"]),
                name="message_ready",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(status__in=["sending", "at_dot"]),
                name="message_leased",
            ),
            models.Index(fields=["company", "status"], name="message_status"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.status}"


class Attempt(models.Model):
    """Tentativo: one try of one worker at one content; how far it came.

    ``lane`` is the account it went through (``email:7``, ``email:``, ``file:``). ``outcome``
    counts for a failure storm: ``taken``, ``refused``, or empty where it says nothing.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    content = models.ForeignKey(Content, models.CASCADE, related_name="attempts")
    attempt_id = models.CharField(max_length=36)
    worker_id = models.CharField(max_length=60)
    lane = models.CharField(max_length=30)
    outcome = models.CharField(max_length=10, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    phase = models.CharField("fase raggiunta", max_length=20, blank=True)
    code = models.PositiveSmallIntegerField(null=True)
    text = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = "tentativo"
        indexes = [models.Index(fields=["lane", "-started_at"], name="attempt_lane")]

    def __str__(self) -> str:
        return self.attempt_id


class DeliveryEvent(models.Model):
    """Ricevuta, evento: append-only; ``raw`` keeps what was received as it came.

    What arrived as a mail lies in ``mail``, once for all the recipients it speaks of.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField("evento", max_length=30)
    code = models.PositiveSmallIntegerField(null=True)
    enhanced = models.CharField(max_length=12, blank=True)
    text = models.CharField(max_length=500, blank=True)
    attempt_id = models.CharField(max_length=36, blank=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    raw = models.BinaryField(null=True)
    mail = models.ForeignKey("ReceivedMail", models.PROTECT, null=True, related_name="events")

    class Meta:
        verbose_name = "evento di consegna"
        indexes = [models.Index(fields=["message", "at"], name="event_message")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class GatewayReport(models.Model):
    """Ricevuta di un gateway SMS: append-only, as it came, the same one once.

    ``message`` is empty where it names no text of ours.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    sender = models.ForeignKey(Sender, models.CASCADE, related_name="reports")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="reports")
    digest = models.CharField(max_length=64)
    state = models.CharField("stato", max_length=60, blank=True)
    raw = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ricevuta di un gateway"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "sender", "digest"], name="gateway_report_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.at}"


class ReadFolder(models.Model):
    """Cartella letta: how far.

    UIDs up to ``last_uid`` are done, as long as the server's ``uid_validity`` is the same (RFC
    3501 2.3.1.1). It moves in the transaction that stores what a mail said.
    """

    folder = models.CharField("cartella", max_length=200)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    next_read_at = models.DateTimeField("prossima lettura")
    read_at = models.DateTimeField("ultima lettura riuscita", null=True)
    problem = models.CharField("ultimo errore", max_length=500, blank=True)

    class Meta:
        abstract = True


class Mailbox(ReadFolder):
    """Casella letta of an account: its own, or that of its returns."""

    class Account(models.TextChoices):
        MAIN = "", "del mittente"
        BOUNCES = "bounces", "dei ritorni"

    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    sender = models.ForeignKey(Sender, models.CASCADE, related_name="mailboxes")
    account = models.CharField("account", max_length=10, choices=Account, blank=True)

    class Meta:
        verbose_name = "casella letta"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "sender", "account", "folder"], name="mailbox_folder"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender_id}: {self.folder}"


class InstanceMailbox(ReadFolder):
    """Casella dei ritorni dell'installazione: one row; mails in it are of every company."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)

    class Meta:
        verbose_name = "casella dei ritorni dell'installazione"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="instance_mailbox_single")]

    def __str__(self) -> str:
        return self.folder


class ReceivedMail(models.Model):
    """Posta arrivata about a message of ours: append-only, as it came, each mail once.

    ``identity`` is the same for the same mail wherever it lies; ``kind`` a code of
    ``domain.arrived.Kind``. ``is_complete``: a PEC delivery receipt that carries the message.
    ``signature`` is a code of ``domain.signatures.SignatureState`` for what came to a PEC mailbox,
    empty elsewhere and for what arrived before it was asked; ``signer_*`` its certificate's owner.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="received_mails")
    content = models.ForeignKey(Content, models.PROTECT, null=True, related_name="received_mails")
    sender = models.ForeignKey(Sender, models.SET_NULL, null=True, related_name="+")
    folder = models.CharField(max_length=200, blank=True)
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    identity = models.CharField(max_length=64)
    kind = models.CharField("tipo", max_length=30)
    matched_by = models.CharField("riconosciuta da", max_length=20, blank=True)
    message_id = models.CharField(max_length=500, blank=True)
    from_address = models.CharField("da", max_length=254, blank=True)
    subject = models.CharField("oggetto", max_length=300, blank=True)
    text = models.TextField("testo", blank=True)
    sent_at = models.CharField("data scritta nel messaggio", max_length=100, blank=True)
    arrived_at = models.DateTimeField("letta il")
    is_complete = models.BooleanField(default=False)
    signature = models.CharField("firma", max_length=10, blank=True)
    signer_name = models.CharField("di chi è la firma", max_length=200, blank=True)
    signer_address = models.CharField(max_length=254, blank=True)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = "posta arrivata"
        constraints = [
            models.UniqueConstraint(fields=["company", "identity"], name="received_mail_once"),
        ]
        indexes = [models.Index(fields=["company", "-arrived_at"], name="received_mail_recent")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"


class Suppression(models.Model):
    """Indirizzo che non esiste più: nothing automatic is sent there until a person lifts it."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="suppressions")
    address = models.CharField("indirizzo", max_length=254)
    reason = models.CharField("motivo", max_length=500, blank=True)
    enhanced = models.CharField("codice esteso", max_length=12, blank=True)
    mail = models.ForeignKey(ReceivedMail, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField("dal")
    lifted_at = models.DateTimeField("tolto il", null=True)
    lifted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "indirizzo sospeso"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "address"],
                condition=Q(lifted_at__isnull=True),
                name="suppression_once",
            ),
        ]

    def __str__(self) -> str:
        return self.address

"""What ``sollecito doctor`` says of what leaves: each answer is (ok, message, cure)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings

from sollecito.channels.imap_url import BadMailboxUrlError, parse_mailbox_url
from sollecito.channels.smtp_settings import BadSenderUrlError, parse_sender_url
from sollecito.domain.return_paths import example_of, is_too_long
from sollecito.flows import clock
from sollecito.flows.continue_imports import has_waiting_imports
from sollecito.flows.field_problems import check_email
from sollecito.flows.pause_sender import list_pauses
from sollecito.flows.seal_password import PasswordLostError, open_password
from sollecito.flows.sender_fields import BOXES
from sollecito.outbox.models import Instance, InstanceMailbox, Mailbox, Message, Sender

WORKER_SILENCE = timedelta(minutes=5)


def examine_sending() -> tuple[bool, str, str]:
    """Whether a switch holds everything back."""
    instance = Instance.objects.first()
    if instance and instance.suspended_at:
        return (
            False,
            f"Invii sospesi: {instance.suspended_reason}",
            "Se questa è l'installazione buona: sollecito resume --confirm-copy",
        )
    if instance and instance.stopped_at:
        return False, "Invii fermati da una persona.", "Per riprendere: sollecito resume"
    return True, "Gli invii sono attivi.", ""


def examine_senders() -> tuple[bool, str, str]:
    """Whether every account can be used: none in pause, a good address of the default one."""
    if pauses := list_pauses():
        return (
            False,
            " ".join(pauses),
            "Correggi l'account e premi «Prova adesso», oppure: sollecito resume.",
        )
    own = Sender.objects.filter(is_active=True).count()
    try:
        if settings.SMTP_URL:
            parse_sender_url(settings.SMTP_URL)
    except BadSenderUrlError as error:
        return False, str(error), "Correggi SOLLECITO_SMTP_URL."
    if wrong := _wrong_returns():
        return wrong
    default = "server dell'installazione" if settings.SMTP_URL else "posta locale, nulla esce"
    return True, f"{own} account propri; altrimenti: {default}.", ""


def _wrong_returns() -> tuple[bool, str, str] | None:
    """What is wrong with where the installation's own mail comes back."""
    pattern = settings.BOUNCE_ADDRESS
    if pattern and (check_email(example_of(pattern)) or is_too_long(pattern)):
        words = f"«{pattern}» non è un indirizzo a cui far tornare le mail."
        return False, words, "Correggi SOLLECITO_BOUNCE_ADDRESS."
    try:
        if settings.BOUNCE_IMAP_URL:
            parse_mailbox_url(settings.BOUNCE_IMAP_URL)
    except BadMailboxUrlError as error:
        return False, str(error), "Correggi SOLLECITO_BOUNCE_IMAP_URL."
    return None


def examine_mailboxes() -> tuple[bool, str, str]:
    """Whether every mailbox of an account in use was read at the last turn."""
    rows = Mailbox.objects.filter(sender__is_active=True).select_related("sender")
    broken = [f"{row.sender}: {row.problem}" for row in rows.exclude(problem="")]
    own = InstanceMailbox.objects.filter(pk=1 if settings.BOUNCE_IMAP_URL else 0)
    broken += [f"Ritorni dell'installazione: {row.problem}" for row in own.exclude(problem="")]
    return (
        not broken,
        " ".join(broken) or f"Caselle lette: {rows.count() + own.count()}.",
        "Le ricevute non si leggono: correggi l'accesso IMAP in Impostazioni › Mittenti.",
    )


def examine_passwords() -> tuple[bool, str, str]:
    """Whether the key that seals the secrets of the senders is the one they need."""
    path = Path(settings.BOX_KEY_FILE)
    rows = list(Sender.objects.filter(is_active=True))
    sealed = {row: [box for name in BOXES.values() if (box := getattr(row, name))] for row in rows}
    lost = [str(row) for row, boxes in sealed.items() if not all(_opens(b, path) for b in boxes)]
    return (
        not lost,
        f"Password conservate: {sum(map(len, sealed.values()))}, tutte leggibili."
        if not lost
        else f"Non si legge la password di {', '.join(lost)}: {path} manca o è un altro.",
        (
            "Rimetti il file delle chiavi salvato, oppure riscrivi la password in Impostazioni › "
            "Mittenti."
        ),
    )


def _opens(sealed: str, path: Path) -> bool:
    try:
        return path.exists() and bool(open_password(sealed))
    except (PasswordLostError, ValueError):
        return False


def examine_worker() -> tuple[bool, str, str]:
    """Whether somebody works where there is work."""
    instance = Instance.objects.first()
    seen = instance.worker_seen_at if instance else None
    late = seen is None or clock.now() - seen > WORKER_SILENCE
    waiting = Message.objects.filter(
        status__in=["queued", "sending"], not_before__lte=clock.now()
    ).count()
    when = f"visto {seen:%d/%m/%Y %H:%M}" if seen else "mai visto"
    uploads = has_waiting_imports()
    return (
        not (late and (waiting or uploads)),
        (f"Worker {when}; messaggi pronti in coda: {waiting}; file da leggere: {int(uploads)}."),
        "Avvia il worker: sollecito serve (lo contiene) oppure sollecito worker.",
    )


def examine_unknown() -> tuple[bool, str, str]:
    """Whether a message waits for a person to decide."""
    number = Message.objects.filter(status="unknown").count()
    return (
        not number,
        f"Invii incerti: {number}.",
        "Guarda «Invii incerti»: Considera inviato oppure Reinvia.",
    )

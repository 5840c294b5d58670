"""The company's own mail account (SMTP): save it, remove it, let it go on after a pause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.channels.base import is_loopback
from sollecito.domain.documents import Problem
from sollecito.flows import audit
from sollecito.flows.choose_sender import usable_senders
from sollecito.flows.field_problems import check_email, check_present, require_none
from sollecito.flows.seal_password import seal_password
from sollecito.outbox.models import Sender

FIELDS = ("host", "port", "security", "user", "from_address", "from_name")
HIGHEST_PORT = 65535
NOT_FOR_THE_SAMPLE = Problem(
    "sample",
    "L'azienda di esempio scrive solo nella posta locale.",
    "Aggiungi la tua azienda in Impostazioni › Azienda.",
)


def active_sender(company: Company) -> Sender | None:
    """The account in use, or ``None``: then the installation's own sender writes."""
    return usable_senders(company).first()


def save_sender(
    company: Company, *, user: User | None, values: Mapping[str, Any], password: str = ""
) -> Sender:
    """Save the account; an empty ``password`` keeps the one there is.

    Where server or user change, the password must be written again: it never follows to another
    machine by itself. Raises FieldsRefusedError.
    """
    fresh = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in values.items()
        if name in FIELDS
    }
    if company.is_sample:
        require_none({"host": NOT_FOR_THE_SAMPLE})
    with transaction.atomic():
        sender = usable_senders(company).select_for_update().first() or Sender(
            company=company, is_default=True
        )
        require_none(check_sender_fields(fresh, sender, password))
        moved = is_elsewhere(sender, fresh)
        for name, value in fresh.items():
            setattr(sender, name, value)
        if not sender.user:
            sender.password_box = ""
        elif password:
            sender.password_box = seal_password(password)
        if moved or password:
            sender.tested_at = None
        sender.save()
        audit.record(
            company,
            user,
            "sender_saved",
            target=f"sender:{sender.pk}",
            text=f"Account e-mail {sender.from_address} salvato.",
            details={**fresh, "new_password": bool(password)},
        )
    return sender


def remove_sender(company: Company, *, user: User | None) -> None:
    """Go back to the installation's sender. What was sent keeps its account's name."""
    with transaction.atomic():
        sender = active_sender(company)
        if sender is None:
            return
        sender.is_active = sender.is_default = False
        sender.password_box = ""
        sender.save(update_fields=["is_active", "is_default", "password_box"])
        audit.record(
            company,
            user,
            "sender_removed",
            target=f"sender:{sender.pk}",
            text=f"Account e-mail {sender.from_address} tolto.",
        )


def release_sender(sender: Sender, *, user: User | None) -> None:
    """Let a paused account write again, by order of a person."""
    with transaction.atomic():
        Sender.objects.filter(pk=sender.pk).update(paused_at=None, paused_reason="")
        audit.record(
            sender.company,
            user,
            "sender_released",
            target=f"sender:{sender.pk}",
            text=f"Account e-mail {sender.from_address}: pausa tolta.",
        )


def check_sender_fields(
    values: Mapping[str, Any], sender: Sender, password: str
) -> dict[str, Problem | None]:
    """What is wrong, by field. A plain connection may only go to this machine."""
    host = str(values.get("host", ""))
    port = values.get("port") or 0
    plain = values.get("security") == Sender.Security.PLAIN and host and not is_loopback(host)
    return {
        "host": check_present(host, "il nome del server"),
        "port": None
        if 0 < port <= HIGHEST_PORT
        else Problem("port", "La porta va da 1 a 65535.", "Di solito 465 oppure 587."),
        "security": Problem(
            "plain",
            "Senza cifratura la password viaggerebbe in chiaro.",
            "Scegli TLS o STARTTLS: li offrono tutti i gestori.",
        )
        if plain
        else None,
        "from_address": check_email(str(values.get("from_address", "")), needed=True),
        "password": _check_password(values, sender, password),
    }


def is_elsewhere(sender: Sender, values: Mapping[str, Any]) -> bool:
    """Whether the account is no longer the same one: server, port, security or user."""
    names = ("host", "port", "security", "user")
    return any(values.get(name) != getattr(sender, name) for name in names)


def _check_password(values: Mapping[str, Any], sender: Sender, password: str) -> Problem | None:
    if password or not values.get("user"):
        return None
    if not sender.password_box:
        return Problem("missing", "Manca la password.", "È quella della casella di posta.")
    if is_elsewhere(sender, values):
        return Problem(
            "password_again",
            "Hai cambiato server o utente: riscrivi la password.",
            "La password salvata vale solo per l'account di prima.",
        )
    return None

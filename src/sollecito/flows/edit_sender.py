"""A company's senders: save, make the default one, remove.

Whoever changes one has written the password again, and every administrator hears of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from sollecito.accounts.models import Company
from sollecito.domain.documents import Problem
from sollecito.flows import audit, clock
from sollecito.flows.bounce_fields import check_mail_fields
from sollecito.flows.choose_sender import usable_senders
from sollecito.flows.confirm_person import Confirmation, check_confirmation
from sollecito.flows.field_problems import require_none
from sollecito.flows.gateway_fields import check_gateway_fields
from sollecito.flows.seal_password import seal_password, seal_secrets
from sollecito.flows.sender_fields import BOXES, fields_of
from sollecito.flows.tell_administrators import tell_administrators
from sollecito.outbox.models import Sender

NOT_FOR_THE_SAMPLE = Problem(
    "sample",
    "L'azienda di esempio scrive solo nella posta locale.",
    "Aggiungi la tua azienda in Impostazioni › Azienda.",
)
NAMES = {"email": "e-mail", "pec": "PEC", "sms": "SMS"}
SECRET = "secret"  # noqa: S105  a gateway's key, as the form names it
KEPT_AS = {"skebby": "password", "twilio": "token"}
"""The name under which a gateway looks for its key; ``secret`` for any other."""


def save_sender(
    company: Company,
    *,
    by: Confirmation | None,
    values: Mapping[str, Any],
    secrets: Mapping[str, str] | None = None,
    sender: Sender | None = None,
) -> Sender:
    """Add a sender of ``values["channel"]``, or change ``sender``; a blank secret stays as it is.

    Where server or user change, the secret must be written again: it never follows to another
    machine by itself. The first of a channel is its default. ``by`` is ``None`` for the command
    line alone. Raises FieldsRefusedError.
    """
    written = {name: secret for name, secret in (secrets or {}).items() if secret}
    row = sender or Sender(company=company, channel=values.get("channel", Sender.Kind.EMAIL))
    fresh = _fresh_values(row, values)
    if company.is_sample:
        require_none({"host": NOT_FOR_THE_SAMPLE})
    check = check_gateway_fields if row.channel == Sender.Kind.SMS else check_mail_fields
    require_none({**check(fresh, row, written), **check_confirmation(by)})
    with transaction.atomic():
        before = {name: getattr(row, name) for name in fresh}
        is_new = row.pk is None
        changed = {name: value for name, value in fresh.items() if before[name] != value}
        for name, value in changed.items():
            setattr(row, name, value)
        _seal(row, written)
        if changed or written:
            row.tested_at, row.abilities = None, {}
        row.save()
        if values.get("is_default") or not usable_senders(company, row.channel).filter(
            is_default=True
        ):
            _make_default(row)
        _tell(row, by, "aggiunto" if is_new else "modificato", "sender_saved", {
            "before": {} if is_new else {name: before[name] for name in changed},
            "after": changed,
            "new_secrets": sorted(written),
        })  # fmt: skip
    return row


def make_default(sender: Sender, *, by: Confirmation | None) -> None:
    """Let a channel's messages leave through this one. Raises FieldsRefusedError."""
    require_none(check_confirmation(by))
    with transaction.atomic():
        _make_default(sender)
        _tell(sender, by, "reso predefinito", "sender_default", {})


def remove_sender(sender: Sender, *, by: Confirmation | None) -> None:
    """Take a sender away, secrets and all. What was sent keeps its name.

    Raises FieldsRefusedError.
    """
    require_none(check_confirmation(by))
    with transaction.atomic():
        for column in BOXES.values():
            setattr(sender, column, "")
        sender.is_active = sender.is_default = False
        sender.secrets_set_at = {}
        sender.save()
        heir = usable_senders(sender.company, sender.channel).first()
        if heir and not heir.is_default:
            _make_default(heir)
        _tell(sender, by, "tolto", "sender_removed", {})


def _fresh_values(sender: Sender, values: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be written, with what was not asked as it is."""
    given = {name: values[name] for name in fields_of(sender.channel) if name in values}
    kept = {name: getattr(sender, name) for name in fields_of(sender.channel)}
    return kept | {
        name: value.strip() if isinstance(value, str) else value for name, value in given.items()
    }


def _seal(sender: Sender, secrets: Mapping[str, str]) -> None:
    moment = clock.now().isoformat()
    for name, secret in secrets.items():
        sealed = seal_password(secret)
        if name == SECRET:
            sealed = seal_secrets({KEPT_AS.get(sender.gateway, SECRET): secret})
        setattr(sender, BOXES[name], sealed)
        sender.secrets_set_at = {**sender.secrets_set_at, name: moment}
    is_mail = sender.channel != Sender.Kind.SMS
    unused = {"password": is_mail and not sender.user, "imap_password": not sender.imap_user}
    unused["bounce_password"] = not sender.bounce_user
    for name in (each for each, is_unused in unused.items() if is_unused):
        setattr(sender, BOXES[name], "")
        sender.secrets_set_at = {k: v for k, v in sender.secrets_set_at.items() if k != name}


def _make_default(sender: Sender) -> None:
    others = usable_senders(sender.company, sender.channel).exclude(pk=sender.pk)
    others.update(is_default=False)
    sender.is_default = True
    sender.save(update_fields=["is_default"])


def _tell(
    sender: Sender, by: Confirmation | None, done: str, action: str, details: dict[str, Any]
) -> None:
    user = by.user if by else None
    what = f"Mittente {NAMES[sender.channel]} «{sender}» {done}"
    audit.record(
        sender.company, user, action, target=f"sender:{sender.pk}", text=what, details=details
    )
    tell_administrators(sender.company, what, user=user, changed=sender)

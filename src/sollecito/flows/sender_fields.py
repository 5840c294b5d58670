"""What may be written of a sender, and what is wrong with a mail account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sollecito.channels.base import is_loopback
from sollecito.domain.documents import Problem
from sollecito.flows.field_problems import check_email, check_present
from sollecito.outbox.models import Sender

COMMON = ("label", "purpose", "per_minute", "per_hour", "per_day", "max_connections")
SMTP_PLACE = ("host", "port", "security", "user")
IMAP_PLACE = ("imap_host", "imap_port", "imap_security", "imap_user")
GATEWAY_PLACE = ("gateway", "gateway_url", "user")
MAIL = (
    *(*COMMON, "provider", "from_address", "from_name", *SMTP_PLACE, *IMAP_PLACE),
    *("bounce_address", "bounce_user"),
)
MAIL_FOLDERS = ("imap_folder", "sent_folder", "bounce_folder")
SMS = (*COMMON, *GATEWAY_PLACE, "gateway_settings", "alias")
BOXES = {
    "password": "password_box",
    "imap_password": "imap_password_box",
    "bounce_password": "bounce_password_box",
    "secret": "secret_box",
    "webhook_secret": "webhook_secret_box",
}
"""Secrets as a form names them, and the columns that keep them sealed."""
HIGHEST_PORT = 65535
Problems = dict[str, Problem | None]


def fields_of(channel: str) -> tuple[str, ...]:
    """What a sender of this channel has."""
    return SMS if channel == Sender.Kind.SMS else (*MAIL, *MAIL_FOLDERS)


def check_account_fields(
    values: Mapping[str, Any], sender: Sender, secrets: Mapping[str, str]
) -> Problems:
    """What is wrong with a mail account, by field; ``sender`` is as it was until now."""
    return (
        check_rates(values)
        | _check_smtp(values, sender, secrets)
        | _check_imap(values, sender, secrets)
    )


def check_rates(values: Mapping[str, Any]) -> Problems:
    """Limits are from 1 up, or none."""
    return {name: _check_rate(values.get(name)) for name in ("per_minute", "per_hour", "per_day")}


def is_elsewhere(sender: Sender, values: Mapping[str, Any], place: tuple[str, ...]) -> bool:
    """Whether a secret would go to another place than the one it was written for."""
    return any(values.get(name, "") != getattr(sender, name) for name in place)


def _check_smtp(values: Mapping[str, Any], sender: Sender, secrets: Mapping[str, str]) -> Problems:
    host = str(values.get("host", ""))
    needs = bool(values.get("user"))
    moved = is_elsewhere(sender, values, SMTP_PLACE)
    return {
        "host": check_present(host, "il nome del server"),
        "port": _check_port(values.get("port"), "Di solito 465 oppure 587."),
        "security": _check_security(values.get("security"), host),
        "from_address": check_email(str(values.get("from_address", "")), needed=True),
        "password": check_secret(secrets, "password", sender, moved=moved) if needs else None,
    }


def _check_imap(values: Mapping[str, Any], sender: Sender, secrets: Mapping[str, str]) -> Problems:
    host = str(values.get("imap_host", ""))
    if not host:
        lacking = Problem(
            "missing",
            "Per la PEC serve anche il server IMAP.",
            "Le ricevute di accettazione e consegna arrivano nella casella.",
        )
        return {"imap_host": lacking if sender.channel == Sender.Kind.PEC else None}
    own = bool(values.get("imap_user"))
    moved = is_elsewhere(sender, values, IMAP_PLACE)
    name = "imap_password" if own else "password"
    return {
        "imap_port": _check_port(values.get("imap_port"), "Di solito 993."),
        "imap_security": _check_security(values.get("imap_security"), host),
        **({name: fault} if (fault := check_secret(secrets, name, sender, moved=moved)) else {}),
    }


def check_secret(
    secrets: Mapping[str, str], name: str, sender: Sender, *, moved: bool
) -> Problem | None:
    """A secret is needed, and is written again where it would go elsewhere."""
    if secrets.get(name):
        return None
    if not getattr(sender, BOXES[name]):
        return Problem("missing", "Manca la password.", "È quella dell'account.")
    if moved:
        return Problem(
            "password_again",
            "Hai cambiato server o utente: riscrivi la password.",
            "La password salvata vale solo per l'account di prima.",
        )
    return None


def _check_port(port: Any, hint: str) -> Problem | None:
    if 0 < (port or 0) <= HIGHEST_PORT:
        return None
    return Problem("port", "La porta va da 1 a 65535.", hint)


def _check_security(security: Any, host: str) -> Problem | None:
    if security != Sender.Security.PLAIN or not host or is_loopback(host):
        return None
    return Problem(
        "plain",
        "Senza cifratura la password viaggerebbe in chiaro.",
        "Scegli TLS o STARTTLS: li offrono tutti i gestori.",
    )


def _check_rate(rate: Any) -> Problem | None:
    if rate is None or rate > 0:
        return None
    return Problem("rate", "Il limite va da 1 in su.", "Vuoto: nessun limite.")

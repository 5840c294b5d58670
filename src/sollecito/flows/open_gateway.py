"""An SMS gateway's account as the channel wants it.

``gateway_settings`` holds what is no secret: ``message_type`` (Skebby, Aruba), ``sender`` (Twilio,
where it is not the alias), ``price`` of one part to one number as a plain decimal with its
``currency``, and for any other gateway the fields of ``GenericSettings``, pairs as lists. Secrets
by name: ``password`` or ``token`` (Skebby, Aruba), ``token`` (Twilio), ``secret``.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from sollecito.channels.base import is_loopback
from sollecito.channels.sms import Dialect, SmsChannel
from sollecito.channels.sms_generic import GenericDialect, GenericSettings
from sollecito.channels.sms_http import HttpLimits
from sollecito.channels.sms_reports import make_key
from sollecito.channels.sms_skebby import SkebbyDialect, SkebbySettings
from sollecito.channels.sms_twilio import TwilioDialect, TwilioSettings
from sollecito.domain.transitions import Receipt
from sollecito.flows.seal_password import open_password, open_secrets
from sollecito.outbox.models import Sender

SKEBBY_URL = "https://api.skebby.it/API/v1.0/REST/"
TWILIO_URL = "https://api.twilio.com"
LONGEST_WAIT = 60.0
PLAIN_FIELDS = (
    *("method", "encoding", "success_field", "success_value", "reference_field"),
    *("query_url", "state_field"),
)


def open_gateway(sender: Sender) -> SmsChannel:
    """The channel of an account; nothing is called yet. Raises PasswordLostError."""
    return SmsChannel(_dialect(sender))


def report_url(sender: Sender) -> str:
    """Where a gateway reports deliveries; empty where the installation has no public address.

    One that does not sign its reports is told an address with a word that only it knows.
    """
    base = str(settings.PUBLIC_URL).rstrip("/")
    if not base:
        return ""
    address = f"{base}/consegne/sms/{sender.pk}/"
    if sender.gateway == Sender.Gateway.TWILIO or not sender.webhook_secret_box:
        return address
    return f"{address}?chiave={make_key(sender.pk, open_password(sender.webhook_secret_box))}"


def _dialect(sender: Sender) -> Dialect:
    secrets, wanted = open_secrets(sender.secret_box), dict(sender.gateway_settings)
    limits = HttpLimits(
        allow_plain=sender.security == Sender.Security.PLAIN,
        reply_seconds=min(LONGEST_WAIT, settings.REPLY_SECONDS),
    )
    if sender.gateway == Sender.Gateway.TWILIO:
        return TwilioDialect(
            TwilioSettings(
                account=sender.user,
                token=secrets.get("token", ""),
                sender=wanted.get("sender") or sender.alias,
                url=sender.gateway_url or TWILIO_URL,
                report_url=report_url(sender),
                limits=limits,
            )
        )
    if sender.gateway == Sender.Gateway.SKEBBY:
        return SkebbyDialect(
            SkebbySettings(
                url=sender.gateway_url or SKEBBY_URL,
                user=sender.user,
                password=secrets.get("password", ""),
                token=secrets.get("token", ""),
                message_type=wanted.get("message_type") or "GP",
                alias=sender.alias,
                limits=limits,
            )
        )
    return GenericDialect(_generic(sender, wanted, secrets, limits))


def _generic(
    sender: Sender, wanted: dict[str, Any], secrets: dict[str, str], limits: HttpLimits
) -> GenericSettings:
    states = {str(word): Receipt(value) for word, value in _pairs(wanted.get("states"))}
    return GenericSettings(
        url=sender.gateway_url,
        fields=_pairs(wanted.get("fields")),
        headers=_pairs(wanted.get("headers")),
        secret=secrets.get("secret", ""),
        alias=sender.alias,
        report_url=report_url(sender),
        states=tuple(states.items()),
        limits=limits,
        **{name: str(wanted[name]) for name in PLAIN_FIELDS if wanted.get(name)},
    )


def _pairs(written: Any) -> tuple[tuple[str, str], ...]:
    rows = written.items() if isinstance(written, dict) else written or ()
    return tuple((str(name), str(value)) for name, value in rows)


def is_safe_address(url: str, *, allow_plain: bool = False) -> bool:
    """Whether a gateway may be called there: encrypted, or on this machine, or by a word of it."""
    parts = urlsplit(url)
    if not parts.hostname:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and (allow_plain or is_loopback(parts.hostname))
    )

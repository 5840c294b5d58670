"""A gateway reports what became of a text: kept as it came, and the message learns from it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from sollecito.channels.sms import split_reference
from sollecito.channels.sms_reports import (
    SmsReport,
    is_key,
    is_signed,
    is_signed_by_twilio,
    parse_report,
    read_fields,
)
from sollecito.channels.sms_skebby import STATES as SKEBBY_STATES
from sollecito.channels.sms_twilio import STATES as TWILIO_STATES
from sollecito.domain.transitions import Receipt
from sollecito.flows import clock
from sollecito.flows.open_gateway import report_url
from sollecito.flows.resolve_unknown import learn_receipt
from sollecito.flows.seal_password import open_password, open_secrets
from sollecito.outbox.models import GatewayReport, Message, Sender

LONGEST_REPORT = 64 * 1024
REMEMBERED = timedelta(days=14)
"""Gateways report within three days; a name of theirs is looked for so far back."""
KEY, SIGNATURE = "chiave", "X-Signature"


@dataclass(frozen=True, slots=True)
class Received:
    """Come arrivò: the query as written, the body, the headers."""

    query: str
    body: bytes
    media_type: str
    headers: Mapping[str, str]

    @property
    def digest(self) -> str:
        """The same for the same report."""
        return hashlib.sha256(self.query.encode() + b"\n" + self.body).hexdigest()


class NotSignedError(Exception):
    """Nobody proves that it comes from the gateway."""


def receive_sms_report(sender: Sender, received: Received) -> GatewayReport | None:
    """Keep one report, once; ``None`` where the same was there already.

    One that names no text of ours is filed all the same. Raises NotSignedError.
    """
    fields = read_fields(received.query, received.body, received.media_type)
    if not _is_authentic(sender, received, fields):
        raise NotSignedError
    report = parse_report(fields)
    message = _find_message(sender, report)
    try:
        with transaction.atomic():
            kept = GatewayReport.objects.create(
                company_id=sender.company_id,
                sender=sender,
                message=message,
                digest=received.digest,
                state=report.state[:60],
                raw=received.body or received.query.encode(),
                at=clock.now(),
            )
    except IntegrityError:
        return None
    receipt = states_of(sender).get(report.state)
    if message and receipt:
        words = f"Il gateway dice: {report.state} {report.reason}".strip()
        learn_receipt(message, receipt, text=words, raw=bytes(kept.raw))
    return kept


def states_of(sender: Sender) -> Mapping[str, Receipt]:
    """What each word of a gateway means."""
    if sender.gateway == Sender.Gateway.TWILIO:
        return TWILIO_STATES
    if sender.gateway == Sender.Gateway.SKEBBY:
        return SKEBBY_STATES
    own = sender.gateway_settings.get("states") or {}
    rows = own.items() if isinstance(own, dict) else own
    return {str(word): Receipt(value) for word, value in rows}


def _is_authentic(sender: Sender, received: Received, fields: Mapping[str, str]) -> bool:
    if sender.gateway == Sender.Gateway.TWILIO:
        url = report_url(sender) + (f"?{received.query}" if received.query else "")
        form = read_fields("", received.body, received.media_type)
        token = open_secrets(sender.secret_box).get("token", "")
        given = received.headers.get("X-Twilio-Signature", "")
        return is_signed_by_twilio(url, form, given, token)
    secret = open_password(sender.webhook_secret_box)
    header = str(sender.gateway_settings.get("signature_header") or SIGNATURE)
    if given := received.headers.get(header, ""):
        return is_signed(received.body, given, secret)
    return is_key(sender.pk, fields.get(KEY, ""), secret)


def _find_message(sender: Sender, report: SmsReport) -> Message | None:
    rows = Message.objects.filter(company_id=sender.company_id, content__sender=sender)
    for name in (report.reference, report.name):
        message_id, number = split_reference(name)
        if message_id:
            mine = rows.filter(content__message_id=message_id, address=number)
            if found := mine.first():
                return found
    recent = rows.filter(content__created_at__gt=clock.real_now() - REMEMBERED)
    for name in filter(None, (report.name, report.reference)):
        if found := recent.filter(reference=name).order_by("-pk").first():
            return found
    return None

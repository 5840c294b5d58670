"""«Prova»: TLS, log-in, a mail to itself, found back by IMAP, the domain's records.

Each step says what happened, why, and what to do; the last test's findings stay with the sender.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.channels.base import BEFORE_MAIL, Outgoing, Phase, Refused, Reply, ReplyLost
from sollecito.channels.smtp import SmtpChannel
from sollecito.domain.sender_records import Finding
from sollecito.flows import audit, clock
from sollecito.flows.choose_return_path import choose_return_path
from sollecito.flows.choose_sender import account_of
from sollecito.flows.explain_refusal import explain_refusal, explain_reply
from sollecito.flows.find_back import find_back
from sollecito.flows.look_up_records import look_up_records
from sollecito.flows.seal_password import PasswordLostError, smtp_settings
from sollecito.flows.try_gateway import try_gateway
from sollecito.formats.mime import Mail, Mailbox, make_message_id, make_mime
from sollecito.outbox.models import Sender

CONNECT_SECONDS = 15
REPLY_SECONDS = 60
STEPS = ("connects", "logs_in", "sends", "found_back", "sent_folder_found", "spf", "dkim", "dmarc")


def check_sender(sender: Sender, *, user: User, number: str = "") -> dict[str, Finding]:
    """Findings by name, in the order of ``STEPS``; what could not be tried is left out.

    ``number`` in E.164 is where an SMS goes; a mail goes to the account itself, or to the user
    where its mailbox cannot be read. Where the server takes it a pause ends. What a server does
    never raises.
    """
    is_sms = sender.channel == Sender.Kind.SMS
    found = try_gateway(sender, number) if is_sms else _try(sender, user)
    moment = clock.now()
    with transaction.atomic():
        Sender.objects.filter(pk=sender.pk).update(
            abilities={name: _kept(each, moment.isoformat()) for name, each in found.items()},
        )
        if is_sending(found):
            Sender.objects.filter(pk=sender.pk).update(
                tested_at=moment, paused_at=None, paused_reason=""
            )
        audit.record(
            sender.company,
            user,
            "sender_checked",
            target=f"sender:{sender.pk}",
            text=f"Prova del mittente {sender}: {'riuscita' if is_sending(found) else 'fallita'}.",
            details={name: each.is_ok for name, each in found.items()},
        )
    sender.refresh_from_db()
    return found


def is_sending(found: dict[str, Finding]) -> bool:
    """Whether the server took the test mail."""
    return bool(found.get("sends") and found["sends"].is_ok)


def _kept(finding: Finding, moment: str) -> dict[str, object]:
    values = asdict(finding)
    return {"ok": values.pop("is_ok"), "words": values.pop("message"), "at": moment,
        "hint": values["hint"], "detail": values["words"][:300]
    }  # fmt: skip


def _try(sender: Sender, user: User) -> dict[str, Finding]:
    to_itself = bool(sender.imap_host)
    address = sender.from_address if to_itself else user.email
    message_id = make_message_id(
        uuid.uuid4().hex, sender.host.encode(), sender.from_address.rpartition("@")[2]
    )
    found = _try_to_send(sender, address, message_id)
    if not is_sending(found):
        return found
    arrived = None
    if to_itself:
        arrived, more = find_back(sender, message_id)
        found |= more
    if sender.channel == Sender.Kind.EMAIL:
        found |= look_up_records(sender, arrived)
    return found


def _try_to_send(sender: Sender, address: str, message_id: str) -> dict[str, Finding]:
    connects = Finding(is_ok=True, message=f"{sender.host}:{sender.port} risponde.")
    logs_in = Finding(is_ok=True, message="Il server accetta utente e password.")
    try:
        reply = _transmit(sender, address, message_id)
    except PasswordLostError as error:
        return {"logs_in": Finding(is_ok=False, message=str(error))}
    except Refused as refused:
        message, hint, words = explain_refusal(refused, host=sender.host, port=sender.port)
        fault = Finding(is_ok=False, message=message, hint=hint, words=words)
        if refused.phase is Phase.LOGIN:
            return {"connects": connects, "logs_in": fault}
        if refused.phase in BEFORE_MAIL:
            return {"connects": fault}
        return {"connects": connects, "logs_in": logs_in, "sends": fault}
    except ReplyLost as lost:
        doubt = Finding(
            is_ok=None,
            message="Il server ha preso il messaggio ma non ha risposto.",
            hint=f"Guarda se la prova è arrivata a {address}: se sì, l'account funziona.",
            words=lost.reason,
        )
        return {"connects": connects, "logs_in": logs_in, "sends": doubt}
    return {"connects": connects, "logs_in": logs_in, "sends": _judge(reply, sender, address)}


def _judge(reply: Reply, sender: Sender, address: str) -> Finding:
    if reply.is_accepted:
        words = f"{reply.code} {reply.text}"
        return Finding(is_ok=True, message=f"Prova inviata a {address}.", words=words)
    message, hint, words = explain_reply(reply, sender=sender.from_address)
    return Finding(is_ok=False, message=message, hint=hint, words=words)


def _transmit(sender: Sender, address: str, message_id: str) -> Reply:
    """One mail, one recipient, one connection. Raises what the channel raises."""
    mail = Mail(
        sender=Mailbox(sender.from_address, sender.from_name or sender.company.name),
        to=(Mailbox(address),),
        subject="Prova di invio da Sollecito",
        text=(
            "Buongiorno,\nquesta è la prova chiesta in Impostazioni: l'account funziona e i "
            f"solleciti di {sender.company.name} partiranno da qui."
        ),
        date=clock.now(),
        message_id=message_id,
    )
    raw, back_to = make_mime(mail), choose_return_path(account_of(sender), message_id)
    outgoing = Outgoing(raw, message_id=message_id, sender=back_to, recipients=(address,))
    wanted = smtp_settings(sender, reply_seconds=REPLY_SECONDS, connect_seconds=CONNECT_SECONDS)
    channel = SmtpChannel(wanted)
    try:
        return channel.send(outgoing, lambda _recipients: True)[0]
    finally:
        channel.close()

"""«Invia una prova»: log in to the company's account, write to the user, explain what fails."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.channels.base import Outgoing, Refused, Reply, ReplyLost
from sollecito.channels.smtp import SmtpChannel
from sollecito.flows import audit, clock
from sollecito.flows.explain_refusal import explain_refusal, explain_reply
from sollecito.flows.seal_password import PasswordLostError, smtp_settings
from sollecito.formats.mime import Mail, Mailbox, make_message_id, make_mime
from sollecito.outbox.models import Sender

CONNECT_SECONDS = 15
REPLY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SenderCheck:
    """Esito della prova: what happened, what to do, and the server's own words."""

    is_ok: bool
    message: str
    hint: str = ""
    words: str = ""


def check_sender(sender: Sender, *, user: User) -> SenderCheck:
    """Send one mail to the user through the account, outside the outbox.

    A success is remembered and ends a pause of the account. What a server does never raises.
    """
    outcome = _try(sender, user.email)
    with transaction.atomic():
        if outcome.is_ok:
            Sender.objects.filter(pk=sender.pk).update(
                tested_at=clock.now(), paused_at=None, paused_reason=""
            )
        audit.record(
            sender.company,
            user,
            "sender_checked",
            target=f"sender:{sender.pk}",
            text=f"Prova dell'account e-mail: {outcome.message}",
            details={"ok": outcome.is_ok, "words": outcome.words},
        )
    return outcome


def _try(sender: Sender, address: str) -> SenderCheck:
    try:
        reply = _transmit(sender, address)
    except PasswordLostError as error:
        return SenderCheck(False, str(error))  # noqa: FBT003  the first field says it
    except Refused as refused:
        words = explain_refusal(refused, host=sender.host, port=sender.port)
        return SenderCheck(False, *words)  # noqa: FBT003  the same
    except ReplyLost as lost:
        return SenderCheck(
            is_ok=False,
            message="Il server ha preso il messaggio ma non ha risposto.",
            hint=f"Guarda se la prova è arrivata a {address}: se sì, l'account funziona.",
            words=lost.reason,
        )
    if not reply.is_accepted:
        return SenderCheck(False, *explain_reply(reply, sender=sender.from_address))  # noqa: FBT003  the same
    return SenderCheck(
        is_ok=True,
        message=f"Prova inviata a {address}.",
        hint="Controlla che sia arrivata, anche nella posta indesiderata.",
        words=f"{reply.code} {reply.text}",
    )


def _transmit(sender: Sender, address: str) -> Reply:
    """One mail, one recipient, one connection. Raises what the channel raises."""
    domain = sender.from_address.rpartition("@")[2]
    message_id = make_message_id(uuid.uuid4().hex, sender.host.encode(), domain)
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
    outgoing = Outgoing(
        raw=make_mime(mail),
        message_id=message_id,
        sender=sender.from_address,
        recipients=(address,),
    )
    channel = SmtpChannel(
        smtp_settings(sender, reply_seconds=REPLY_SECONDS, connect_seconds=CONNECT_SECONDS)
    )
    try:
        return channel.send(outgoing, lambda _recipients: True)[0]
    finally:
        channel.close()

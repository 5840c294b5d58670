"""An SMS gateway's test: one text to a number that a person names."""

from __future__ import annotations

import uuid

from sollecito.channels.base import BEFORE_MAIL, Outgoing, Refused, ReplyLost
from sollecito.domain.sender_records import Finding
from sollecito.flows.open_gateway import open_gateway
from sollecito.flows.seal_password import PasswordLostError
from sollecito.outbox.models import Sender

ACCOUNT_HINT = "Controlla indirizzo, utente, chiave e alias nel sito del gestore."


def try_gateway(sender: Sender, number: str) -> dict[str, Finding]:
    """Findings ``logs_in`` and ``sends``; ``number`` is in E.164. It costs what a text costs."""
    text = f"Prova di Sollecito: gli SMS di {sender.company.short_name or sender.company.name}."
    outgoing = Outgoing(
        raw=text[:160].encode(),
        message_id=f"<{uuid.uuid4().hex}@prova>",
        sender=sender.alias,
        recipients=(number,),
    )
    taken = Finding(is_ok=True, message="Il gateway accetta le credenziali.")
    try:
        reply = open_gateway(sender).send(outgoing, lambda _recipients: True)[0]
    except PasswordLostError as error:
        return {"logs_in": Finding(is_ok=False, message=str(error))}
    except Refused as refused:
        name = "logs_in" if refused.phase in BEFORE_MAIL else "sends"
        return {name: Finding(is_ok=False, message=refused.reason, hint=ACCOUNT_HINT)}
    except ReplyLost as lost:
        doubt = Finding(
            is_ok=None,
            message="Il gateway ha preso il messaggio ma non ha risposto.",
            hint=f"Guarda se la prova è arrivata a {number}: se sì, il gateway funziona.",
            words=lost.reason,
        )
        return {"logs_in": taken, "sends": doubt}
    words = f"{reply.code} {reply.text}".strip()
    if not reply.is_accepted:
        fault = "Il gateway ha rifiutato l'SMS di prova."
        sent = Finding(is_ok=False, message=fault, hint=ACCOUNT_HINT, words=words)
        return {"logs_in": taken, "sends": sent}
    sent = Finding(is_ok=True, message=f"SMS di prova inviato a {number}.", words=words)
    return {"logs_in": taken, "sends": sent}

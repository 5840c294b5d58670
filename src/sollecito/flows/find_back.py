"""Find a test mail in the mailbox it was sent to, and the folder where sent mail lies."""

from __future__ import annotations

import imaplib
import ssl
from dataclasses import dataclass

from sollecito.channels.base import Phase
from sollecito.channels.imap import ImapMailbox, MailboxRefused
from sollecito.channels.imap_waiting import wait_for_mail
from sollecito.domain.sender_records import Finding
from sollecito.flows.explain_refusal import explain_cause
from sollecito.flows.seal_password import PasswordLostError, imap_settings
from sollecito.outbox.models import Sender

WAIT_SECONDS = 25.0
ANSWER_SECONDS = 15.0
MOST_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class _Looked:
    arrived: bytes | None
    sent_folder: str


def find_back(sender: Sender, message_id: str) -> tuple[bytes | None, dict[str, Finding]]:
    """The mail as it arrived, and the findings ``found_back`` and ``sent_folder_found``.

    The folder of sent mail is kept with the sender where nobody wrote one. Nothing is raised.
    """
    try:
        looked = _look(sender, message_id)
    except (MailboxRefused, PasswordLostError) as error:
        return None, {"found_back": _explain(sender, error)}
    if looked.sent_folder and not sender.sent_folder:
        Sender.objects.filter(pk=sender.pk).update(sent_folder=looked.sent_folder)
    found = Finding(
        is_ok=looked.arrived is not None,
        message=f"La prova è arrivata nella casella {sender.imap_folder}."
        if looked.arrived
        else "La casella si legge, ma la prova non è ancora arrivata.",
        hint=""
        if looked.arrived
        else "Può essere in ritardo o nella posta indesiderata: guarda, e ripeti la prova.",
    )
    return looked.arrived, {"found_back": found, "sent_folder_found": _judge_folder(looked)}


def _look(sender: Sender, message_id: str) -> _Looked:
    with ImapMailbox(imap_settings(sender, seconds=ANSWER_SECONDS)) as mailbox:
        names = [folder.name for folder in mailbox.folders() if folder.is_sent]
        # a PEC comes back inside its envelope, which names our Message-ID
        headers = [("Message-ID", message_id), ("X-Riferimento-Message-ID", message_id)]
        uid = wait_for_mail(mailbox, sender.imap_folder, headers, seconds=WAIT_SECONDS)
        arrived = mailbox.fetch(uid, most=MOST_BYTES) if uid else None
    return _Looked(arrived, sender.sent_folder or next(iter(names), ""))


def _judge_folder(looked: _Looked) -> Finding:
    if looked.sent_folder:
        return Finding(is_ok=True, message=f"Posta inviata: cartella «{looked.sent_folder}».")
    return Finding(
        is_ok=None,
        message="La cartella della posta inviata non si riconosce.",
        hint="Scrivi il suo nome nel mittente: serve a chiarire gli invii incerti.",
    )


def _explain(sender: Sender, error: MailboxRefused | PasswordLostError) -> Finding:
    if isinstance(error, PasswordLostError):
        return Finding(is_ok=False, message=str(error))
    cause = error.__cause__
    words = str(cause or error.reason)
    if error.phase is Phase.LOGIN and isinstance(cause, imaplib.IMAP4.error):
        return Finding(
            is_ok=False,
            message="La casella (IMAP) non accetta utente e password.",
            hint=(
                "Controlla che IMAP sia attivo nel sito del gestore, e che la password sia quella "
                "giusta: con la verifica in due passaggi serve una «password per le app»."
            ),
            words=words,
        )
    if error.phase is Phase.CHECK or cause is None:
        return Finding(
            is_ok=False,
            message=f"La cartella «{sender.imap_folder}» non si legge.",
            hint="Controlla il nome della cartella in arrivo: di solito è INBOX.",
            words=words,
        )
    if isinstance(cause, OSError | ssl.SSLError):
        message, hint = explain_cause(cause, host=sender.imap_host, port=sender.imap_port)
        hint = hint.replace("465", "993").replace("587", "143")
        return Finding(is_ok=False, message=message, hint=hint, words=words)
    return Finding(
        is_ok=False,
        message=f"{sender.imap_host}:{sender.imap_port} non parla IMAP come gli si chiede.",
        hint="Con la porta 993 scegli TLS, con la 143 STARTTLS; controlla che IMAP sia attivo.",
        words=words,
    )

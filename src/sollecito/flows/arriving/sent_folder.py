"""An uncertain message that lies in the account's own sent mail has left."""

from __future__ import annotations

from django.db import transaction

from sollecito.channels.imap import ImapMailbox
from sollecito.domain.transitions import Receipt, Status
from sollecito.flows.resolve_unknown import learn_receipt
from sollecito.outbox.models import Content, Message, Sender

FOUND = "Trovato nella posta inviata dell'account."
MOST = 50


def look_in_sent_folder(sender: Sender, line: ImapMailbox) -> int:
    """Look for the Message-IDs of this account's uncertain messages; how many were found."""
    doubtful = (
        Content.objects.filter(sender=sender, messages__status=Status.UNKNOWN)
        .exclude(message_id="")
        .distinct()
        .order_by("pk")
        .values_list("pk", "message_id")[:MOST]
    )
    waiting = dict(doubtful)
    if not waiting:
        return 0
    folder = sender.sent_folder or next((f.name for f in line.folders() if f.is_sent), "")
    if not folder:
        return 0
    line.examine(folder)
    found = [pk for pk, name in waiting.items() if line.search_header("Message-ID", name)]
    with transaction.atomic():
        for message in Message.objects.filter(content__in=found, status=Status.UNKNOWN):
            learn_receipt(message, Receipt.SEEN, text=FOUND)
    return len(found)

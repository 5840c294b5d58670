"""A notice of the product itself to people of a company: queued like any other mail."""

from __future__ import annotations

from collections.abc import Sequence

from sollecito.accounts.models import Company
from sollecito.flows.choose_sender import SendingAccount
from sollecito.flows.count_quota import NOTICE
from sollecito.flows.queue_note import Note, queue_note
from sollecito.formats.mime import Mailbox


def queue_notice(
    company: Company,
    key: str,
    *,
    account: SendingAccount,
    addresses: Sequence[str],
    subject: str,
    text: str,
) -> bool:
    """Queue one mail to ``addresses``; ``False`` where ``key`` was used already."""
    note = Note(
        kind=NOTICE,
        to=tuple(Mailbox(address) for address in addresses),
        subject=subject,
        text=text,
        words="Avviso di Sollecito a chi gestisce l'azienda.",
    )
    return queue_note(company, key, note, account=account)

"""An attachment that was chosen → its bytes, made now where they never were."""

from __future__ import annotations

from sollecito.flows.gather_reminder_facts import list_open_items
from sollecito.flows.keep_file import open_file
from sollecito.flows.make_account_statement import make_account_statement
from sollecito.flows.make_courtesy_copy import PDF, make_courtesy_copy
from sollecito.flows.make_letter import make_letter_of
from sollecito.flows.offer_attachments import (
    NOTICE,
    OWN,
    STATEMENT,
    AttachmentChoice,
    CopyNotMadeError,
    order_of,
)
from sollecito.flows.reminder_options import ReminderDraft
from sollecito.formats.mime import MailAttachment
from sollecito.formats.pdf.statement import make_statement


def open_attachment(choice: AttachmentChoice, draft: ReminderDraft) -> MailAttachment:
    """The attachment's bytes; a courtesy copy is made now if it never was.

    Raises CopyNotMadeError.
    """
    row = draft.rows[0]
    if choice.key == NOTICE:
        return MailAttachment(choice.name, PDF, make_letter_of(draft, draft.facts.today))
    if choice.key != STATEMENT and (order := order_of(row, choice.key)):
        pdf = make_account_statement(row.party, row.currency, order)
        return MailAttachment(choice.name, PDF, pdf)
    if choice.document is None:
        return MailAttachment(choice.name, PDF, make_statement(list_open_items(draft)))
    is_own = choice.key.startswith(OWN)
    stored = choice.document.own_pdf if is_own else make_courtesy_copy(choice.document)
    if stored is None:
        raise CopyNotMadeError(choice.document)
    return MailAttachment(choice.name, PDF, open_file(stored))

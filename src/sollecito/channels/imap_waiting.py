"""Wait for a mail to arrive."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sollecito.channels.imap import ImapMailbox

PAUSE = 1.0


def wait_for_mail(
    mailbox: ImapMailbox, folder: str, headers: Sequence[tuple[str, str]], *, seconds: float
) -> int | None:
    """The UID of the first mail with one of ``headers``; ``None`` when it does not come in time.

    Raises MailboxRefused.
    """
    until = time.monotonic() + seconds
    while True:
        mailbox.examine(folder)  # a server may show new mail only to who opens the folder again
        for name, value in headers:
            if found := mailbox.search_header(name, value):
                return found[-1]
        left = until - time.monotonic()
        if left <= 0:
            return None
        time.sleep(min(PAUSE, left))

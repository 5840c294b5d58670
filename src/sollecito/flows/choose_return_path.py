"""Under which address a mail's envelope leaves: there come back what cannot be delivered."""

from __future__ import annotations

from django.conf import settings

from sollecito.domain.return_paths import make_return_path
from sollecito.flows.choose_sender import SendingAccount


def choose_return_path(account: SendingAccount, message_id: str) -> str:
    """The account's own address for returns, else the one that the mail shows.

    Of a PEC it is always the mailbox itself: the rules of PEC want it so.
    """
    pattern = ""
    if account.channel == "email":
        pattern = account.sender.bounce_address if account.sender else settings.BOUNCE_ADDRESS
    return make_return_path(pattern, message_id) if pattern else account.shown.address

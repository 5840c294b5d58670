"""A mail to who runs the company's reminders: what went wrong, once a day at most."""

from __future__ import annotations

from sollecito.accounts.models import Company, Membership
from sollecito.flows import clock
from sollecito.flows.choose_sender import choose_sender
from sollecito.flows.queue_notice import queue_notice


def tell_operator(company: Company, what: str, *, subject: str, text: str) -> bool:
    """Queue a mail to the owners of a company, else to its own address.

    ``what`` is a stable code: of each there is one mail a day. Returns whether one was queued.
    """
    addresses = operators_of(company)
    if not addresses:
        return False
    key = f"operator:{what}:{clock.real_today(company.time_zone).isoformat()}"
    account = choose_sender(company)
    return queue_notice(
        company, key, account=account, addresses=addresses, subject=subject, text=text
    )


def operators_of(company: Company) -> list[str]:
    """The owners' addresses, else the company's."""
    owners = Membership.objects.filter(company=company, role=Membership.Role.OWNER)
    active = owners.filter(user__is_active=True).order_by("user_id")
    found = list(active.values_list("user__email", flat=True))
    return found or ([company.email] if company.email else [])

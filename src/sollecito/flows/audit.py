"""Write who did what. Called by flows, inside their transaction."""

from __future__ import annotations

from typing import Any

from sollecito.accounts.models import AuditEntry, Company, User
from sollecito.flows import clock


def record(
    company: Company | None,
    user: User | None,
    action: str,
    *,
    target: str = "",
    text: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add an entry to the history.

    ``action`` is a verb (``due_date_moved``), ``target`` a row as ``instalment:12``, ``text`` one
    Italian sentence for the history on screen, ``details`` the values before and after.
    """
    return AuditEntry.objects.create(
        company=company,
        user=user,
        at=clock.now(),
        action=action,
        target=target,
        text=text[:500],
        details=details or {},
    )

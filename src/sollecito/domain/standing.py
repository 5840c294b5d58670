"""Where an instalment stands, in one word: the status of the scadenzario."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from sollecito.domain.documents import DocumentKind
from sollecito.domain.sdi import Collectible, SdiState

REFUSALS = frozenset({"sdi_rejected", "sdi_refused"})


class InstalmentStatus(StrEnum):
    """Stato della rata; the codes on the wire."""

    OPEN = "open"
    OVERDUE = "overdue"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    WRITTEN_OFF = "written_off"
    WAITING_SDI = "waiting_sdi"
    REJECTED = "rejected"


def compute_status(
    amount: Decimal,
    balance: Decimal,
    due_date: date,
    *,
    standing: Collectible,
    today: date,
    is_given_up: bool = False,
) -> InstalmentStatus:
    """The first that applies: written off or paid, rejected, waiting, partly paid, overdue, open.

    Args:
        amount: of the instalment, negative for a credit note; its balance runs towards 0 too.
        balance: what is left of it.
        due_date: as written; overdue from the day after it, a credit note never.
        standing: whether the SdI lets us ask for it; other reasons leave the status alone.
        today: the company's day.
        is_given_up: some of it was closed by an allowance, a settlement or a loss.
    """
    is_credit = amount < 0
    if balance >= 0 if is_credit else balance <= 0:
        return InstalmentStatus.WRITTEN_OFF if is_given_up else InstalmentStatus.PAID
    if standing.reason in REFUSALS:
        return InstalmentStatus.REJECTED
    if standing.reason.startswith("sdi_"):
        return InstalmentStatus.WAITING_SDI
    if balance != amount:
        return InstalmentStatus.PARTLY_PAID
    if due_date < today and not is_credit:
        return InstalmentStatus.OVERDUE
    return InstalmentStatus.OPEN


def standing_of(kind: DocumentKind, state: SdiState, collectible: Collectible) -> Collectible:
    """What ``compute_status`` goes by: a credit note is never asked for, but may be rejected."""
    if kind is DocumentKind.CREDIT_NOTE and state is SdiState.REJECTED:
        return Collectible(is_collectible=False, reason="sdi_rejected")
    return collectible

"""Which communication of ours an arrived mail is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from sollecito.accounts.models import Company
from sollecito.domain.arrived import ANSWERS, OF_PEC, Arrived, Kind
from sollecito.domain.transitions import MAY_HAVE_LEFT
from sollecito.flows import clock
from sollecito.flows.choose_sender import default_address
from sollecito.formats.mime import ascii_domain
from sollecito.formats.pec_receipts import bare_subject
from sollecito.outbox.models import Content, Sender

MESSAGE_ID, PROVIDER_ID, ANSWERED, SUBJECT = "message_id", "provider_id", "answered", "subject"
RETURN_PATH = "return_path"
RECENT = timedelta(days=60)
"""How far back a subject alone is looked for."""


@dataclass(frozen=True, slots=True)
class Match:
    """The communication, and by what it was recognised."""

    content: Content
    by: str

    @property
    def is_certain(self) -> bool:
        """By a name that only who received the message knows; a subject anybody can write."""
        return self.by != SUBJECT


def find_content(company: Company, arrived: Arrived) -> Match | None:
    """The communication that a mail names, in the order of the names it gives.

    The certificate's Message-ID, the provider's reference to it, the provider's own name for it,
    the return path it came to, what the mail answers to, and as a last resort the subject.
    """
    rows = Content.objects.filter(company=company, queued_at__isnull=False).defer("raw", "text")
    if arrived.kind in OF_PEC:
        rows = rows.filter(channel="pec")
    names = arrived.names
    for by, found in (
        (MESSAGE_ID, _first(rows, "message_id", names.message_ids)),
        (PROVIDER_ID, _first(rows, "provider_id", filter(None, [names.provider_id]))),
        (RETURN_PATH, _first(rows, "message_id", _named_by(company, names.tokens))),
        (ANSWERED, _first(rows, "message_id", names.answered)),
        (ANSWERED, _first(rows, "provider_id", (each.strip("<>") for each in names.answered))),
        (SUBJECT, _by_subject(rows, arrived)),
    ):
        if found:
            return Match(found, by)
    return None


def _named_by(company: Company, tokens: Iterable[str]) -> list[str]:
    """Message-IDs that begin with these names: of an account's domain, or the installation's."""
    own = Sender.objects.filter(company=company).values_list("from_address", flat=True)
    domains = {each.rpartition("@")[2].lower() for each in (*own, default_address())} - {""}
    return [f"<{token}@{ascii_domain(domain)}>" for token in tokens for domain in sorted(domains)]


def _first(rows: QuerySet[Content], field: str, values: Iterable[str]) -> Content | None:
    for value in values:
        if found := rows.filter(**{field: value[:250]}).first():
            return found
    return None


def _by_subject(rows: QuerySet[Content], arrived: Arrived) -> Content | None:
    """The only one of the last weeks under this subject; an answer must come from its reader."""
    if not arrived.names.subject or arrived.kind in {Kind.BOUNCE, Kind.ANOMALY}:
        return None
    recent = rows.filter(
        created_at__gte=clock.now() - RECENT, messages__status__in=MAY_HAVE_LEFT
    ).distinct()
    if arrived.kind in ANSWERS or arrived.kind is Kind.AUTO_REPLY:
        recent = recent.filter(messages__address__iexact=arrived.sender)
    found = [row for row in recent if bare_subject(row.subject) == arrived.names.subject]
    if arrived.kind in ANSWERS and found:
        return max(found, key=lambda row: row.pk)
    return found[0] if len(found) == 1 else None

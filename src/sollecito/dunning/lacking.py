"""Why a draft has nobody to go to: no contact of its channel at all, or none that can be used."""

from __future__ import annotations

from collections.abc import Iterable

from sollecito.domain.documents import CustomerKind
from sollecito.dunning.models import Draft
from sollecito.ledger.contact_queries import email_addresses, pec_addresses, phone_points
from sollecito.outbox.queries import dead_addresses

NO_RECIPIENT = "no_recipient"
OF_CHANNEL = {"file": "email"}
"""Mail that stays on this machine lacks what a mail lacks."""


def lacking_recipients(drafts: Iterable[Draft]) -> dict[int, str]:
    """What each draft without a recipient lacks, by id; the others are left out.

    The channel (``email``, ``pec``, ``sms``, ``letter``, ``call``), or what is wrong with what is
    there: ``email_dead`` and ``pec_dead`` (it came back), ``sms_fixed`` (no mobile among the
    phones), ``sms_public`` (public bodies get none).
    """
    lost = [draft for draft in drafts if draft.obstacle == NO_RECIPIENT]
    if not lost:
        return {}
    mails = {
        "email": email_addresses([draft.party_id for draft in lost]),
        "pec": pec_addresses([draft.party_id for draft in lost]),
    }
    phones = phone_points([draft.party_id for draft in lost])
    written = [each for found in mails.values() for some in found.values() for each in some]
    dead = dead_addresses(written)
    found = {}
    for draft in lost:
        channel = OF_CHANNEL.get(draft.content.channel, draft.content.channel)
        mine = mails.get(channel, {}).get(draft.party_id, [])
        if any((draft.company_id, each.lower()) in dead for each in mine):
            channel = f"{channel}_dead"
        elif channel == "sms" and draft.party.kind == CustomerKind.PUBLIC_BODY:
            channel = "sms_public"
        elif channel == "sms" and phones.get(draft.party_id):
            channel = "sms_fixed"
        found[draft.pk] = channel
    return found

"""Which channels a company has, and on which of them a customer can be reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sollecito.accounts.bulk import among
from sollecito.accounts.models import Company
from sollecito.flows.choose_numbers import mobiles_of
from sollecito.flows.choose_phones import phones_of
from sollecito.flows.choose_postal import ADDRESS, postal_line
from sollecito.flows.choose_recipients import MOST_RECIPIENTS
from sollecito.flows.choose_sender import NoSenderError, choose_sender
from sollecito.ledger.contact_queries import email_addresses, pec_addresses
from sollecito.ledger.models import Party
from sollecito.outbox.queries import dead_addresses

Reach = dict[int, tuple[tuple[str, tuple[str, ...]], ...]]
ALWAYS = frozenset({"email", "file", "letter", "call"})
"""Mail leaves through the instance's server where a company has none, or stays here; a letter is
printed and a call is made by a person."""
WITH_ACCOUNT = ("sms", "pec")


def usable_channels(company: Company) -> frozenset[str]:
    """The channels through which a company can write now."""
    return ALWAYS | {channel for channel in WITH_ACCOUNT if _has_account(company, channel)}


def reach_of(party_ids: Collection[int], channels: Collection[str]) -> Reach:
    """Recipients of each customer on some channels that are not mail."""
    found: dict[int, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    if "sms" in channels:
        rows = Party.objects.filter(pk__in=among(party_ids)).only("pk", "kind", "country")
        for pk, box in mobiles_of(list(rows)).items():
            found[pk].append(("sms", (box.address,)))
    if "call" in channels:
        for pk, box in phones_of(party_ids).items():
            found[pk].append(("call", (box.address,)))
    if "letter" in channels:
        fields = ("pk", *ADDRESS)
        for party in Party.objects.filter(pk__in=among(party_ids)).only(*fields):
            if address := postal_line(party):
                found[party.pk].append(("letter", (address,)))
    if "pec" in channels:
        for pk, addresses in _first_alive(pec_addresses(party_ids)).items():
            found[pk].append(("pec", addresses))
    return {pk: tuple(each) for pk, each in found.items()}


def readers_of(party_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """To whom automatic mail of each customer goes: the first addresses of its card.

    One that came back as dead is none until it is corrected.
    """
    return _first_alive(email_addresses(party_ids))


def _first_alive(known: dict[int, list[str]]) -> dict[int, tuple[str, ...]]:
    dead = dead_addresses(address for each in known.values() for address in each)
    if not dead:
        return {party: tuple(each[:MOST_RECIPIENTS]) for party, each in known.items()}
    owners = dict(Party.objects.filter(pk__in=among(known)).values_list("pk", "company_id"))
    return {
        party: alive
        for party, each in known.items()
        if (alive := _alive(each, owners[party], dead))
    }


def _alive(addresses: list[str], company: int, dead: set[tuple[int, str]]) -> tuple[str, ...]:
    good = [each for each in addresses if (company, each.lower()) not in dead]
    return tuple(good[:MOST_RECIPIENTS])


def reachable_channels(company: Company, party: Party) -> dict[str, tuple[str, ...]]:
    """The channels on which a customer can be written to now, with its recipients on each."""
    usable = usable_channels(company)
    mails = readers_of([party.pk]).get(party.pk, ())
    others = dict(reach_of([party.pk], usable).get(party.pk, ()))
    found = {"email": mails} | others
    return {channel: to for channel, to in found.items() if to and channel in usable}


def _has_account(company: Company, channel: str) -> bool:
    try:
        choose_sender(company, channel)
    except NoSenderError:
        return False
    return True

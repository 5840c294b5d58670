"""What a sheet knows of customers beyond their documents: addresses, agents, codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sollecito.accounts.models import Company
from sollecito.domain.arrivals import Arrival
from sollecito.domain.documents import PartyData, Problem
from sollecito.domain.parties import identity_key, is_strong_identity, normalise_name
from sollecito.flows.importing.incoming import Incoming
from sollecito.flows.touch_instalments import touch_customers
from sollecito.formats.sheets import SheetDocument
from sollecito.ledger.models import Agent, ContactPoint, Party

PHONE_LENGTH = 40


def known_customer(company: Company, code: str, name: str) -> Party | None:
    """The customer to whom a sheet gave this code before, under the same name."""
    if not code:
        return None
    rows = Party.objects.filter(company=company, code=code)[:2]
    same = [row for row in rows if normalise_name(row.name) == normalise_name(name)]
    return same[0] if len(same) == 1 else None


def find_namesakes(company: Company, party: PartyData) -> list[Party]:
    """Customers known by a code who bear the name of one who came without."""
    if not party.name or is_strong_identity(identity_key(party)):
        return []
    rows = Party.objects.filter(company=company, name__iexact=party.name)[:10]
    return [row for row in rows if is_strong_identity(row.identity)]


def namesake_problem(party: PartyData, namesake: Party, line: int) -> Problem:
    """Two customers of one name: never merged without a person."""
    code = namesake.vat_number or namesake.tax_code
    return Problem(
        "namesake",
        f"«{party.name}» è senza codice, e c'è già un cliente con questo nome ({code}): tenuti "
        "separati.",
        "Se è lo stesso, scrivi la P. IVA o il codice fiscale nella riga e reimporta.",
        "warning",
        line,
    )


def add_sheet_contacts(company: Company, pairs: Sequence[tuple[SheetDocument, Incoming]]) -> None:
    """Fill e-mail, PEC, phone, code and agent of customers where they are blank.

    Only of documents that are or were stored: a row in conflict says nothing.
    """
    wanted: dict[int, SheetDocument] = {}
    for entry, one in pairs:
        if one.arrival is not Arrival.CONFLICT and one.row is not None:
            wanted.setdefault(one.row.party_id, entry)
    points = ContactPoint.objects.filter(party__in=wanted).values_list("party_id", "kind")
    known = set(points)
    parties = Party.objects.in_bulk(list(wanted))
    agents = find_or_add_agents(
        company, {(entry.agent, entry.agent_email) for entry in wanted.values()}
    )
    fresh: list[ContactPoint] = []
    changed: list[Party] = []
    for key, entry in wanted.items():
        buyer, party = entry.document.buyer, parties[key]
        fresh += [
            point
            for point in make_contacts(party, buyer, entry.emails)
            if (key, point.kind) not in known
        ]
        before = (party.code, party.agent_id)
        party.code = party.code or entry.customer_code
        party.agent_id = party.agent_id or agents.get(entry.agent)
        if before != (party.code, party.agent_id):
            changed.append(party)
    ContactPoint.objects.bulk_create(fresh, ignore_conflicts=True)
    Party.objects.bulk_update(changed, ["code", "agent"])
    touch_customers({point.party_id for point in fresh if point.party_id}, is_address_new=True)


def make_contacts(
    party: Party, data: PartyData, emails: Iterable[str], **fields: str
) -> list[ContactPoint]:
    """Contact points of a customer, not saved. ``fields`` are purpose and person."""
    kinds = ContactPoint.Kind
    values = [(kinds.EMAIL, email) for email in emails]
    values += [(kinds.PEC, data.pec), (kinds.PHONE, " ".join(data.phone.split())[:PHONE_LENGTH])]
    return [
        ContactPoint(
            company_id=party.company_id, party=party, kind=kind, value=value.lower(), **fields
        )
        for kind, value in values
        if value
    ]


def find_or_add_agents(company: Company, wanted: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Agents by name (as written) → id; unknown ones are added, a missing e-mail is filled."""
    found = {agent.name.casefold(): agent for agent in Agent.objects.filter(company=company)}
    by_name: dict[str, int] = {}
    for name, email in sorted(pair for pair in wanted if pair[0]):
        agent = found.get(name.casefold())
        if agent is None:
            agent = Agent.objects.create(company=company, name=name, email=email)
            found[name.casefold()] = agent
        elif email and not agent.email:
            agent.email = email
            agent.save(update_fields=["email"])
        by_name[name] = agent.pk
    return by_name

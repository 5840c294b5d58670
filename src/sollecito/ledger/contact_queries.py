"""How customers are reached: by who answers for their payments, else by their own addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, TypeVar

from django.db.models import Case, Count, QuerySet, When

from sollecito.accounts.bulk import among
from sollecito.accounts.models import Company
from sollecito.ledger.models import ContactPoint, Party, PaymentContact

V = TypeVar("V")
CUSTOMER = "contact__customers"


def email_points(party_ids: Collection[int]) -> dict[int, list[ContactPoint]]:
    """E-mail addresses by customer, those for payments first; a PEC is never among them.

    Those of its payment contact, where it has any: they take the place of its own.
    """
    return _points(party_ids, ContactPoint.Kind.EMAIL)


def own_points(party: Party, *, is_pec: bool) -> list[ContactPoint]:
    """The e-mail addresses on a customer's card, or its PEC mailboxes, in the same order."""
    if is_pec:
        return list(_own([party.pk], ContactPoint.Kind.PEC).order_by("id"))
    return list(_own([party.pk], ContactPoint.Kind.EMAIL))


def phone_points(party_ids: Collection[int]) -> dict[int, list[ContactPoint]]:
    """Phone numbers by customer, chosen in the same way."""
    return _points(party_ids, ContactPoint.Kind.PHONE)


def email_addresses(party_ids: Collection[int]) -> dict[int, list[str]]:
    """The same as ``email_points``, of many customers: nothing but the addresses."""
    kind = ContactPoint.Kind.EMAIL
    found = _listed(_own(party_ids, kind).values_list("party_id", "value"))
    return found | _listed(_of_contacts(party_ids, kind).values_list(CUSTOMER, "value"))


def pec_points(party_ids: Collection[int]) -> dict[int, list[ContactPoint]]:
    """PEC mailboxes by customer, in the order in which they were written.

    A formal act goes to who owes: those of the payment contact serve only who has none.
    """
    kind = ContactPoint.Kind.PEC
    theirs = _listed(_of_contacts(party_ids, kind).values_list(CUSTOMER, "pk"))
    points = ContactPoint.objects.in_bulk({pk for pks in theirs.values() for pk in pks})
    own: dict[int, list[ContactPoint]] = defaultdict(list)
    for row in _own(party_ids, kind).order_by("id"):
        own[row.party_id or 0].append(row)
    return {party: [points[pk] for pk in pks] for party, pks in theirs.items()} | own


def pec_addresses(party_ids: Collection[int]) -> dict[int, list[str]]:
    """The same, of many customers: nothing but the addresses."""
    return {pk: [each.value for each in points] for pk, points in pec_points(party_ids).items()}


def customers_reached_by(company: Company, addresses: Collection[str]) -> set[int]:
    """Customers one of whose addresses, or of their payment contact's, is one of these."""
    points = ContactPoint.objects.filter(company=company, value__in=[a.lower() for a in addresses])
    found = set(points.filter(party__isnull=False).values_list("party_id", flat=True))
    served = Party.objects.filter(payment_contact__contact_points__in=points)
    return {pk for pk in found if pk} | set(served.values_list("pk", flat=True))


def served_by(contact: PaymentContact) -> set[int]:
    """Ids of the customers that a payment contact answers for."""
    return set(contact.customers.values_list("pk", flat=True))


def served_beside(party: Party) -> QuerySet[Party]:
    """The other customers of a customer's payment contact, by name."""
    if party.payment_contact_id is None:
        return Party.objects.none()
    rows = Party.objects.filter(company=party.company, payment_contact=party.payment_contact_id)
    return rows.exclude(pk=party.pk).order_by("name", "pk")


def shared_addresses(company: Company) -> list[tuple[str, int]]:
    """E-mail addresses that several customers have who all answer for themselves, and how many.

    They may be one administrator's: a person says so, nothing is joined before.
    """
    rows = ContactPoint.objects.filter(
        company=company, kind=ContactPoint.Kind.EMAIL, party__payment_contact__isnull=True
    ).filter(party__isnull=False)
    counted = rows.order_by().values_list("value").annotate(n=Count("party", distinct=True))
    return list(counted.filter(n__gt=1).order_by("-n", "value"))


def contacts_named(company: Company, text: str) -> QuerySet[PaymentContact]:
    """Payment contacts of exactly this name, however it is capitalised."""
    return PaymentContact.objects.filter(company=company, name__iexact=text.strip())


def _points(party_ids: Collection[int], kind: str) -> dict[int, list[ContactPoint]]:
    found: dict[int, list[ContactPoint]] = defaultdict(list)
    for row in _own(party_ids, kind):
        found[row.party_id or 0].append(row)
    theirs = _listed(_of_contacts(party_ids, kind).values_list(CUSTOMER, "pk"))
    points = ContactPoint.objects.in_bulk({pk for pks in theirs.values() for pk in pks})
    return found | {party: [points[pk] for pk in pks] for party, pks in theirs.items()}


def _own(party_ids: Collection[int], kind: str) -> QuerySet[ContactPoint]:
    rows = ContactPoint.objects.filter(party__in=among(party_ids), kind=kind)
    return rows.order_by(_for_payments_first(), "id")


def _of_contacts(party_ids: Collection[int], kind: str) -> QuerySet[ContactPoint]:
    rows = ContactPoint.objects.filter(contact__customers__in=among(party_ids), kind=kind)
    return rows.order_by(_for_payments_first(), "id")


def _for_payments_first() -> Case:
    return Case(When(purpose=ContactPoint.Purpose.PAYMENTS, then=0), default=1)


def _listed(pairs: Iterable[tuple[Any, V]]) -> dict[int, list[V]]:
    found: dict[int, list[V]] = defaultdict(list)
    for party, value in pairs:
        found[party].append(value)
    return found

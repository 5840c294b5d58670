"""Who has which programme, and how many open instalments each governs."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count, QuerySet

from sollecito.accounts.models import Company
from sollecito.dunning.models import ActivationOrder, Policy, PolicyChoice
from sollecito.dunning.policy_book import PolicyBook
from sollecito.ledger.models import Instalment, Party


def policies_of(company: Company) -> QuerySet[Policy]:
    """The company's programmes with their steps: the default, those in use, the others."""
    rows = Policy.objects.filter(company=company).prefetch_related("steps")
    return rows.order_by("-is_default", "-is_active", "name")


def governed_counts(company: Company, book: PolicyBook) -> Counter[int]:
    """Open instalments by the programme that counts for them; 0 for those without one."""
    open_rows = Instalment.objects.filter(company=company, balance__gt=0).order_by()
    found: Counter[int] = Counter()
    for party, segment, number in open_rows.values_list("party_id", "party__segment").annotate(
        n=Count("pk")
    ):
        found[_policy_of(book, 0, party, segment)] += number
    own = [pk for pk, choice in book.instalments.items() if choice.policy]
    rows = open_rows.filter(pk__in=own).values_list("pk", "party_id", "party__segment")
    for pk, party, segment in rows:
        found[_policy_of(book, 0, party, segment)] -= 1
        found[_policy_of(book, pk, party, segment)] += 1
    return found


def _policy_of(book: PolicyBook, instalment: int, party: int, segment: str) -> int:
    policy = book.resolve(instalment, party, segment).policy
    return policy.id if policy else 0


def activations_under_way(company: Company) -> QuerySet[ActivationOrder]:
    """Rules that somebody activated and whose old instalments are still being looked at."""
    rows = ActivationOrder.objects.filter(company=company, ended_at__isnull=True)
    return rows.select_related("policy").order_by("pk")


def segments_of(company: Company) -> list[tuple[str, int]]:
    """Categories of customers, and how many customers each has."""
    rows = Party.objects.filter(company=company).exclude(segment="").order_by("segment")
    return list(rows.values_list("segment").annotate(n=Count("pk")))


def own_choices(company: Company) -> QuerySet[PolicyChoice]:
    """What customers and instalments say for themselves, by customer."""
    rows = PolicyChoice.objects.filter(company=company, segment="")
    rows = rows.exclude(party=None, instalment=None).select_related(
        "policy", "party", "instalment__party", "instalment__document"
    )
    return rows.order_by("party__name", "instalment__party__name", "pk")

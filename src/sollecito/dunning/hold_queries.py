"""What waits for a person because of a hold: outcomes of effects, tasks; and what came back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from sollecito.accounts.bulk import among
from sollecito.accounts.models import Company
from sollecito.accounts.queries import work_calendar
from sollecito.domain.hold_details import EFFECT_OF_METHOD, Effect, HoldDetails, outcome_asked_from
from sollecito.domain.sdi import SdiState
from sollecito.dunning.models import Hold, HoldTask, Presentation
from sollecito.ledger.models import Instalment, Party

SHORTEST = timedelta(days=5)
RELATED = ("presentation", "procedure", "succession", "company")
TARGETS = ("party", "document__party", "instalment__party", "instalment__document")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Esito da verificare: an effect whose day is over. Never presented: to be completed."""

    hold: Hold
    effect: Effect
    due_date: date
    asked_from: date
    is_presented: bool


def open_holds(company: Company) -> QuerySet[Hold]:
    """Holds not lifted, with all that is shown of them."""
    rows = Hold.objects.filter(company=company, released_at__isnull=True)
    return rows.select_related(*RELATED, *TARGETS).order_by("from_date", "pk")


def known_of(instalment: Instalment, kind: str, today: date) -> HoldDetails | None:
    """What the holds of a kind know that bind an instalment on a day, the latest told."""
    mine = Q(instalment=instalment) | Q(document=instalment.document_id)
    rows = Hold.objects.filter(
        mine | Q(party=instalment.party_id),
        Q(released_at__isnull=True) | Q(released_at__date__gt=today),
        kind=kind,
        from_date__lte=today,
    )
    for hold in rows.select_related(*RELATED).order_by("-pk"):
        if (details := hold.details) is not None:
            return details
    return None


def outcomes_to_ask(company: Company, today: date) -> list[Outcome]:
    """Effects whose outcome somebody must say today, the oldest first."""
    calendar = work_calendar(company)
    late = Q(instalment__due_date__lte=today - SHORTEST)
    late |= Q(presentation__due_date__lte=today - SHORTEST)
    rows = open_holds(company).filter(late, kind=Hold.Kind.IN_COLLECTION, instalment__balance__gt=0)
    found = []
    for hold in rows.filter(until_date__isnull=True):  # else it ends by itself
        shown = getattr(hold, "presentation", None)
        row = hold.target
        assert isinstance(row, Instalment)  # noqa: S101  the filter says so
        effect = Effect(shown.effect) if shown else EFFECT_OF_METHOD.get(row.method, Effect.RIBA)
        due_date = (shown and shown.due_date) or row.due_date
        asked_from = outcome_asked_from(due_date, effect, calendar)
        if asked_from <= today:
            is_presented = bool(shown and shown.presented_date)
            found.append(Outcome(hold, effect, due_date, asked_from, is_presented))
    return sorted(found, key=lambda each: (each.due_date, each.hold.pk))


def open_tasks(company: Company, party: Party | None = None) -> QuerySet[HoldTask]:
    """Compiti of holds in force, the nearest deadline first; those without one first of all."""
    rows = HoldTask.objects.filter(
        company=company, done_date__isnull=True, hold__released_at__isnull=True
    )
    if party is not None:
        rows = rows.filter(hold__party=party)
    related = [f"hold__{name}" for name in (*RELATED, "party")]
    return rows.select_related("company", *related).order_by(
        F("due_date").asc(nulls_first=True), "pk"
    )


def returned_rounds(
    instalment_ids: Collection[int], as_of: date | None = None
) -> set[tuple[int, int]]:
    """(instalment, round) of the rounds that began because an effect came back unpaid."""
    rows = Presentation.objects.filter(
        hold__instalment__in=among(instalment_ids), outcome=Presentation.Outcome.RETURNED
    )
    if as_of:
        rows = rows.filter(outcome_date__lte=as_of)
    pairs = rows.filter(round__isnull=False).values_list("hold__instalment", "round")
    return {(instalment, number) for instalment, number in pairs if number is not None}


def last_return(instalment_ids: Collection[int]) -> Presentation | None:
    """The effect of these instalments that came back last."""
    rows = Presentation.objects.filter(
        hold__instalment__in=instalment_ids, outcome=Presentation.Outcome.RETURNED
    )
    return rows.order_by("outcome_date", "pk").last()


@dataclass(frozen=True, slots=True)
class ClaimSums:
    """Credito verso una procedura, in one currency: due by its opening, due later, born later."""

    currency: str
    due: Decimal
    due_later: Decimal
    born_later: Decimal


def claim_sums(party: Party, opened_date: date) -> list[ClaimSums]:
    """What a customer owes, parted by the day its procedure was opened."""
    rows = Instalment.objects.filter(party=party, balance__gt=0)
    is_old = Q(document__date__lte=opened_date)
    parts = (
        rows.order_by()
        .values("currency")
        .annotate(
            due=Sum("balance", filter=is_old & Q(due_date__lte=opened_date), default=Decimal(0)),
            due_later=Sum(
                "balance", filter=is_old & Q(due_date__gt=opened_date), default=Decimal(0)
            ),
            born_later=Sum("balance", filter=~is_old, default=Decimal(0)),
        )
    )
    return [ClaimSums(**each) for each in parts.order_by("currency")]


def wholly_disputed(party: int, currency: str, today: date) -> list[Instalment]:
    """Overdue instalments of a customer that are disputed as a whole, with their documents."""
    rows = Hold.objects.filter(
        kind=Hold.Kind.DISPUTE, amount__isnull=True, released_at__isnull=True
    ).exclude(until_date__lt=today)
    mine = Instalment.objects.filter(
        party=party, currency=currency, balance__gt=0, due_date__lt=today
    ).exclude(document__sdi_state=SdiState.REFUSED)
    held = Q(pk__in=rows.values("instalment")) | Q(document__in=rows.values("document"))
    return list(mine.filter(held).select_related("document").order_by("due_date", "pk"))

"""Forecast: what would leave, day by day, if every Issue were approved and taken the same day."""

from __future__ import annotations

from sollecito.accounts.models import Company
from sollecito.dunning.plan_queries import open_on
from sollecito.dunning.policy_book import PolicyBook, policy_book
from sollecito.flows import clock
from sollecito.flows.planning.counting import make_counter
from sollecito.flows.planning.forecast_days import ForecastDay
from sollecito.flows.planning.playing import Player, load_known
from sollecito.ledger.models import Instalment

MOST_DAYS = 366


def forecast_reminders(
    company: Company, days: int = 30, *, book: PolicyBook | None = None
) -> list[ForecastDay]:
    """Play ``days`` days from today on, caps included; nothing is stored.

    ``book`` plays other policies than those saved: what a programme being edited would send.
    """
    start = clock.today(company.time_zone)
    book = book or policy_book(company)
    as_of = clock.pretended_day(company.time_zone)
    rows = Instalment.objects.filter(open_on(company, as_of), company=company)
    ids = list(rows.order_by("party_id", "pk").values_list("pk", flat=True))
    counter = make_counter(company, start)
    known = load_known(company, ids, start, as_of=as_of, book=book)
    return Player(company, start, known, counter).play_days(start, min(days, MOST_DAYS))

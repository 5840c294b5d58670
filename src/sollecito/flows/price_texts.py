"""How many parts the SMS of an order take and what they cost: said before they leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sollecito.accounts.models import Company, User
from sollecito.domain.sms import measure
from sollecito.dunning.models import Draft, Reminder
from sollecito.flows.compose_automatic import compose_automatic
from sollecito.flows.fill_sms import price_of
from sollecito.flows.gather_desk import gather_desk
from sollecito.flows.reminder_options import ReminderDraft

MOST_READ = 300
"""Texts that are composed to be measured; what is beyond is said to be uncounted."""


@dataclass(frozen=True, slots=True)
class TextsPriced:
    """Conto degli SMS: ``parts`` to all ``numbers`` together, ``costs`` by currency.

    ``unpriced`` parts leave by an account without a price; ``uncounted`` messages were not
    measured: too many of them, or incomplete.
    """

    messages: int
    numbers: int = 0
    parts: int = 0
    costs: tuple[tuple[str, Decimal], ...] = ()
    unpriced: int = 0
    uncounted: int = 0


def price_drafts(company: Company, drafts: Sequence[Draft], user: User) -> TextsPriced:
    """The SMS among the drafts of programmes, composed as they would leave; nothing is stored."""
    texts = [draft for draft in drafts if draft.content.channel == "sms"]
    if not texts:
        return TextsPriced(0)
    read = texts[:MOST_READ]
    asked: dict[int, list[Reminder]] = defaultdict(list)
    rows = Reminder.objects.filter(content__in=[draft.pk for draft in read], is_void=False)
    for each in rows.select_related("instalment", "company").order_by("instalment_id"):
        asked[each.content_id].append(each)
    desk = gather_desk(company)
    made = [
        composed
        for draft in read
        for composed in compose_automatic(draft, asked[draft.pk], user=user, desk=desk).drafts[:1]
    ]
    return price_composed(made, messages=len(texts))


def price_composed(made: Iterable[ReminderDraft], *, messages: int) -> TextsPriced:
    """Measure composed texts; ``messages`` is how many there are in all."""
    counted = numbers = parts = unpriced = 0
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for draft in made:
        if draft.problems or not draft.is_sms:
            continue
        mine = measure(draft.text).parts
        counted, numbers = counted + 1, numbers + len(draft.to)
        parts += mine * len(draft.to)
        if price := price_of(draft.account.sender):
            costs[price.currency] += price.of(mine, len(draft.to))
        else:
            unpriced += mine * len(draft.to)
    return TextsPriced(messages, numbers, parts, tuple(costs.items()), unpriced, messages - counted)

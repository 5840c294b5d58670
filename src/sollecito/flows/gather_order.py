"""Who asks for what, the same for every message of one order, and the facts of one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sollecito.accounts.models import Company, User
from sollecito.domain.schedule import InstalmentFacts
from sollecito.domain.wording import Occasion, ReminderFacts
from sollecito.flows import clock
from sollecito.flows import gather_items as gather
from sollecito.flows.choose_sender import SendingAccount
from sollecito.flows.gather_desk import Desk
from sollecito.flows.gather_reminder_facts import gather_facts, name_writer
from sollecito.flows.name_disputed import find_exclusions, name_disputed
from sollecito.flows.reminder_options import ReminderOptions
from sollecito.ledger.models import Instalment


@dataclass(frozen=True, slots=True)
class Order:
    """Who asks for what, the same for every message of one order."""

    company: Company
    user: User | None
    options: ReminderOptions
    facts: Mapping[int, InstalmentFacts]
    account: SendingAccount
    desk: Desk


def gather_for(order: Order, rows: Sequence[Instalment]) -> ReminderFacts:
    """All that a message about these instalments says, of one customer or of a contact's."""
    company, options, desk = order.company, order.options, order.desk
    today = clock.today(company.time_zone)
    items = gather.make_items(rows, order.facts, today, desk.accounts)
    if options.iban:
        chosen = gather.account_named(company, desk.accounts, options.iban)
        items = [replace(item, account=chosen) for item in items]
    facts = gather_facts(
        desk,
        rows,
        items,
        writer=name_writer(company, order.user, order.account),
        exclusions=(
            *find_exclusions(rows, order.facts, today),
            *name_disputed(rows, today),
        ),
        beside=options.beside,
    )
    language = options.language or facts.language
    occasion = Occasion(plan=options.plan)
    return replace(facts, language=language, consequence=options.consequence, occasion=occasion)

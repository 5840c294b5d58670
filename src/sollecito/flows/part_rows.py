"""Which instalments chosen by a person, or by a programme, make one message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sollecito.domain.asking import PRIVATE
from sollecito.domain.documents import CustomerKind
from sollecito.domain.joining import Bundle, audience_of, is_own_model, join_bundles
from sollecito.dunning.template_queries import TemplateBook
from sollecito.flows.find_recipients import find_recipients
from sollecito.flows.reminder_options import ReminderDraft, ReminderOptions
from sollecito.ledger.models import Instalment, Party


def part_rows(
    rows: Sequence[Instalment],
    options: ReminderOptions,
    book: TemplateBook,
    *,
    channel: str,
    separate: bool = False,
) -> dict[str, list[Instalment]]:
    """Instalments by the key of their message: one a customer and currency.

    Customers of one payment contact share theirs; ``separate`` makes one of each instalment.
    The rows have their customers loaded.
    """
    if separate:
        return {f"i{row.pk}": [row] for row in rows}
    found: dict[str, list[Instalment]] = defaultdict(list)
    for row in rows:
        found[f"{row.party_id}-{row.currency}"].append(row)
    contacts = {row.party.payment_contact_id for row in rows} - {None}
    if len(found) == 1 or not contacts or options.plan or _is_own(options.model, book):
        return dict(found)
    bundles = [_bundle(members, options, channel) for members in found.values()]
    joined = join_bundles(bundles)
    return {f"{each[0].party_id}-{each[0].currency}": list(each) for each in joined}


def parties_of(rows: Sequence[Instalment]) -> tuple[Party, ...]:
    """The customers of some rows, each once, in the order of the rows."""
    return tuple({row.party_id: row.party for row in rows}.values())


def addressee_of(draft: ReminderDraft) -> str:
    """To whom it is written: the customer, or who answers for several."""
    return draft.facts.debtor.name if draft.facts.served else draft.party.name


def strictest_of(parties: Sequence[Party]) -> Party:
    """Whose rules a message about several keeps: a consumer's, where one of them is one."""
    return next((each for each in parties if each.kind in PRIVATE), parties[0])


def _is_own(model: str, book: TemplateBook) -> bool:
    return bool(model) and is_own_model(book.base_of(model) if book.knows(model) else model)


def _bundle(
    rows: Sequence[Instalment], options: ReminderOptions, channel: str
) -> Bundle[Instalment]:
    party = rows[0].party
    contact = party.payment_contact_id or 0
    to = find_recipients(channel, party, options).to if contact else ()
    return Bundle(
        tuple(rows),
        contact=contact,
        manner=(options.language or party.language, rows[0].currency, audience_of(party.kind)),
        channels=(channel,),
        reach={channel: tuple(box.address for box in to)},
        is_alone=party.kind == CustomerKind.PUBLIC_BODY
        or any(row.document.is_public_body for row in rows),
    )

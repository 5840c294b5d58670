"""The SMS that may leave together with a mail from the drawer: shown, editable, with its size."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.http import QueryDict

from sollecito.domain.identifiers import parse_iban
from sollecito.domain.sms import PartPrice, SmsSize, measure, normalise
from sollecito.flows.fill_sms import price_of
from sollecito.flows.reminder_options import SMS, Composition, ReminderDraft, ReminderOptions
from sollecito.web.reminder_order import Choices

IBAN = re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b")
Make = Callable[[ReminderOptions], Composition]


@dataclass(frozen=True, slots=True)
class Beside:
    """L'SMS accanto all'e-mail. ``reason`` says why there can be none; ``prefill`` as it was made.

    ``problems`` are sentences; only those of an SMS that is on stop the message.
    """

    is_on: bool = False
    numbers: str = ""
    text: str = ""
    prefill: str = ""
    reason: str = ""
    problems: tuple[str, ...] = ()
    price: PartPrice | None = None

    @property
    def cost(self) -> Decimal | None:
        """What it costs to all its numbers, where the account says what a part costs."""
        return self.price.of(self.size.parts, len(self.addresses)) if self.price else None

    @property
    def addresses(self) -> tuple[str, ...]:
        """The numbers, as they are written."""
        return tuple(filter(None, map(str.strip, re.split(r"[,;\n]", self.numbers))))

    @property
    def size(self) -> SmsSize:
        """Its parts."""
        return measure(normalise(self.text))

    def options(self, choices: Choices) -> ReminderOptions:
        """What the person chose, as the flow wants it."""
        return ReminderOptions(
            to=self.addresses,
            text=self.text,
            iban=choices.iban,
            model=choices.model,
            channel=SMS,
        )


def prefill(make: Make, choices: Choices) -> tuple[ReminderDraft | None, str]:
    """The SMS that says what the mail would, or why there is none."""
    options = ReminderOptions(iban=choices.iban, model=choices.model, channel=SMS)
    made = make(options)
    if not made.drafts:
        return None, " ".join(dict.fromkeys(each.message for each in made.refused))
    draft = made.drafts[0]
    if not draft.text:
        said = (f"{each.message} {each.hint}".strip() for _, each in draft.problems)
        return None, " ".join(said)
    return draft, ""


def read(data: QueryDict, make: Make, choices: Choices) -> Beside:
    """The SMS as it stands in the form; its text follows the account that was chosen."""
    draft, reason = prefill(make, choices)
    is_on = bool(data.get("anche_sms"))
    if draft is None:
        return Beside(reason=reason)
    written = data.get("sms_testo", "").replace("\r\n", "\n").strip()
    is_touched = bool(written) and written != data.get("sms_prima", "").strip()
    numbers = data.get("sms_a", "") or ", ".join(box.address for box in draft.to)
    text = follow(written, draft) if is_touched else draft.text
    price = price_of(draft.account.sender)
    beside = Beside(is_on, numbers, text, draft.text, price=price)
    return with_problems(beside, make, choices) if is_on else beside


def with_problems(beside: Beside, make: Make, choices: Choices) -> Beside:
    """What stops the SMS as it is written."""
    made = make(beside.options(choices))
    found = [each.message for each in made.refused]
    for draft in made.drafts:
        found += [f"{each.message} {each.hint}".strip() for _, each in draft.problems]
    return replace(beside, problems=tuple(found))


def follow(written: str, draft: ReminderDraft) -> str:
    """The person's text with the account that the mail names."""
    chosen = parse_iban(draft.wording.values.get("iban", ""))
    there = IBAN.findall(written)
    if not chosen or len(set(there)) != 1:
        return written
    return written.replace(there[0], chosen)

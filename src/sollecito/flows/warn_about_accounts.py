"""What who writes should know of the accounts a message says to pay to."""

from __future__ import annotations

from collections.abc import Iterator

from sollecito.domain.identifiers import format_iban, parse_iban
from sollecito.flows.gather_items import own_account
from sollecito.flows.reminder_options import ReminderDraft, ReminderOptions


def warn_about_accounts(
    draft: ReminderDraft, options: ReminderOptions
) -> Iterator[tuple[str, str, str]]:
    """Code, sentence, hint: no account, or another than the document's."""
    if not any(item.account for item in draft.facts.items):
        yield (
            "no_account",
            "Il messaggio non dice su che conto pagare.",
            "Aggiungi il tuo IBAN in Impostazioni.",
        )
    if not options.iban:
        return
    written = {own_account(row) for row in draft.rows} - {"", parse_iban(options.iban)}
    if written:
        shown = ", ".join(format_iban(iban) for iban in sorted(written))
        yield (
            "other_account",
            f"Il cliente vedrà un conto diverso da quello in fattura ({shown}).",
            "Sceglilo solo se il conto è cambiato.",
        )

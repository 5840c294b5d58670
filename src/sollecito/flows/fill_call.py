"""What a person says on the phone: the script with its values in place."""

from __future__ import annotations

from sollecito.domain.calls import write_script
from sollecito.domain.wording import ReminderFacts, Wording
from sollecito.flows.fill_text import FilledText
from sollecito.flows.reminder_options import ReminderOptions


def fill_call(facts: ReminderFacts, wording: Wording, options: ReminderOptions) -> FilledText:
    """The script, or what the person made of it; its subject is the list's."""
    text = write_script(wording.values, facts.language) if options.text is None else options.text
    named = wording.values["documenti"]
    subject = f"{'Call' if facts.language == 'en' else 'Telefonata'}: {named}"
    return FilledText(subject, text.strip(), f"default/{facts.language}/telefonata")

"""How a text reads on a real customer or on the sample case: mail, plain text, SMS, letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sollecito.accounts.models import Company, User
from sollecito.domain.money import Language
from sollecito.domain.placeholders import PLACEHOLDERS, render, render_subject, sample_values
from sollecito.domain.sms import SmsSize, measure
from sollecito.domain.wording import ItemTable, say_in_sms
from sollecito.domain.wording.sample import SAMPLE_DAY, sample_table
from sollecito.dunning.texts import CATALOGUE, fit_words
from sollecito.flows.check_text import TextCheck, WrittenText, check_text
from sollecito.flows.compose_reminder import compose_reminders
from sollecito.flows.reminder_options import LETTER, ReminderDraft, ReminderOptions
from sollecito.flows.save_template import TextPlace, require_place
from sollecito.formats.mail_html import make_html
from sollecito.formats.pdf.letter import Letter, make_letter
from sollecito.ledger.models import Instalment, Party

MOST_ROWS = 60


class NothingToShowError(Exception):
    """The customer has nothing that may be asked for."""


@dataclass(frozen=True, slots=True)
class Case:
    """Su che cosa si legge: the values of the placeholders; ``invented`` are from the sample."""

    values: Mapping[str, str]
    table: ItemTable | None = None
    shorter: tuple[str, ...] = ()
    customer: str = ""
    is_private: bool = False
    invented: tuple[str, ...] = ()
    draft: ReminderDraft | None = None


@dataclass(frozen=True, slots=True)
class ShownText:
    """Anteprima. ``sms`` is set for the text of an SMS only; ``check`` is what saving would say.

    ``paper`` is the text as a letter has it.
    """

    subject: str
    text: str
    html: str
    check: TextCheck
    case: Case
    language: Language
    sms: SmsSize | None = None
    paper: str = ""

    def letter(self, company: Company) -> bytes:
        """The same as a PDF to print and post."""
        address = self.case.values.get("cliente.indirizzo", "").split("\n")
        draft = self.case.draft
        return make_letter(
            Letter(
                sender=(company.name, self.case.values.get("azienda.sede", "")),
                recipient=(self.case.values.get("cliente.nome", ""), *filter(None, address)),
                subject=self.subject,
                text=self.paper,
                day=draft.facts.today if draft else SAMPLE_DAY,
                language=self.language,
                table=self.case.table,
            )
        )


def preview_template(
    company: Company,
    place: TextPlace,
    written: WrittenText,
    *,
    party: Party | None = None,
    user: User | None = None,
) -> ShownText:
    """Show a text as it is being written, right or wrong; nothing is stored.

    Raises NoSuchTextError, NothingToShowError, NotIncludedError.
    """
    base = require_place(company, place)
    tidied, language = written.tidied(), place.language
    case = read_case(company, place, base, party, user) if party else sample_case(base, language)
    subject = (tidied.private_subject or tidied.subject) if case.is_private else tidied.subject
    text = render(tidied.text, case.values).text
    is_sms = CATALOGUE[base].is_sms
    return ShownText(
        subject=render_subject(subject, case.values, case.shorter).text,
        text=text,
        html=make_html(text, case.table, language) if CATALOGUE[base].has_subject else "",
        check=check_text(base, tidied, language),
        case=case,
        language=language,
        sms=measure(text) if is_sms else None,
        paper=render(fit_words(tidied.text, LETTER), case.values).text,
    )


def sample_case(base: str, language: Language) -> Case:
    """The case of the samples: there even without customers."""
    values = sample_values(language)
    if CATALOGUE[base].is_sms:
        values = say_in_sms(values, language)
    return Case(values, sample_table(language), customer=values["cliente.nome"])


def read_case(
    company: Company, place: TextPlace, base: str, party: Party, user: User | None
) -> Case:
    """A real customer's case: what is overdue, else what is open. Samples fill what it has not."""
    options = ReminderOptions(model=base, language=place.language, channel=place.channel)
    rows = Instalment.objects.filter(company=company, party=party, balance__gt=0)
    ids = list(rows.order_by("due_date", "pk").values_list("pk", flat=True)[:MOST_ROWS])
    drafts = compose_reminders(company, ids, user=user, options=options).drafts
    if not drafts:
        raise NothingToShowError(
            f"{party.name} non ha rate che si possano sollecitare oggi: scegli un altro cliente."
        )
    draft = drafts[0]
    samples, known = sample_values(place.language), draft.wording.values
    absent = [name for name, item in PLACEHOLDERS.items() if item.is_needed and not known.get(name)]
    values = {**known, **{name: samples[name] for name in absent}}
    if CATALOGUE[base].is_sms:
        values = say_in_sms(values, place.language)
    return Case(
        values=values,
        table=draft.wording.table,
        shorter=draft.wording.shorter,
        customer=party.name,
        is_private=draft.facts.debtor.reader == "private",
        invented=tuple(absent),
        draft=replace(draft, problems=()),
    )

"""What stops a reminder by hand beyond the rules, and what is only worth saying."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from sollecito.domain.documents import Problem
from sollecito.domain.identifiers import check_iban
from sollecito.domain.money import format_date
from sollecito.domain.placeholders import names_in
from sollecito.domain.working_days import SMS_HOURS, WorkCalendar, is_in_window, parse_patron_day
from sollecito.flows import clock
from sollecito.flows.choose_amounts import DECIDED
from sollecito.flows.count_quota import warn_about_quota
from sollecito.flows.reminder_options import (
    CALL,
    LETTER,
    PEC,
    TEXTS,
    ReminderDraft,
    ReminderOptions,
)
from sollecito.flows.warn_about_accounts import warn_about_accounts
from sollecito.flows.warn_about_debts import warn_about_debts
from sollecito.flows.warn_about_recipients import warn_about_recipients
from sollecito.ledger.sources import GROSS_ROWS

MIN_GAP_DAYS = 5
CHANNELS = frozenset({"", "email", "file", CALL, LETTER, PEC, *TEXTS})


def find_problems(draft: ReminderDraft, options: ReminderOptions) -> list[tuple[str, Problem]]:
    """What must be put right before it may leave, by field."""
    problems: list[tuple[str, Problem]] = []
    if options.iban and (wrong := check_iban(options.iban)):
        problems.append(("iban", wrong))
    if options.channel not in CHANNELS:
        message = f"Il canale «{options.channel}» qui non c'è."
        problems.append(("channel", Problem("no_channel", message, "Usa l'e-mail.")))
    for field, text in {"subject": draft.title, "text": draft.text}.items():
        if not text.strip() and not problems:
            words = ("Un sollecito vuoto non parte.", "Scrivi qualcosa qui.")
            problems.append((field, Problem("empty", *words)))
    return problems


def find_warnings(draft: ReminderDraft, options: ReminderOptions) -> tuple[Problem, ...]:
    """What the person should know; none of it stops the message."""
    checks: tuple[Callable[[ReminderDraft], Iterator[tuple[str, str, str]]], ...] = (
        _about_time,
        _about_history,
        _about_documents,
        _about_words,
    )
    found = [said for check in checks for said in check(draft)]
    found += [
        *warn_about_quota(draft.company, draft.account.channel),
        *warn_about_accounts(draft, options),
        *warn_about_recipients(draft),
        *warn_about_debts(draft),
    ]
    return tuple(Problem(code, message, hint, "warning") for code, message, hint in found)


def _about_time(draft: ReminderDraft) -> Iterator[tuple[str, str, str]]:
    company = draft.company
    moment = clock.now().astimezone(ZoneInfo(company.time_zone))
    calendar = WorkCalendar(patron=parse_patron_day(company.patron_day))
    if not is_in_window(moment, company.window_start, company.window_end, calendar):
        hours = f"{company.window_start:%H:%M}–{company.window_end:%H:%M}"
        yield (
            "outside_window",
            f"Siamo fuori dall'orario degli invii ({hours}, giorni lavorativi).",
            "A mano parte subito lo stesso.",
        )
    if draft.is_sms and not is_in_window(moment, *SMS_HOURS, calendar):
        yield "sms_hours", "Non è ora di SMS: si mandano 8:30–19 nei giorni lavorativi.", ""
    if company.takings_answered_at is None:
        yield (
            "takings_unanswered",
            "Non hai ancora detto che cosa è già stato incassato.",
            "Controlla che queste rate siano davvero da pagare.",
        )


def _about_history(draft: ReminderDraft) -> Iterator[tuple[str, str, str]]:
    last = max(draft.facts.earlier_dates, default=None)
    if last and draft.facts.today < last + timedelta(days=MIN_GAP_DAYS):
        yield "too_soon", f"Hai già scritto per queste rate il {format_date(last)}.", ""


def _about_documents(draft: ReminderDraft) -> Iterator[tuple[str, str, str]]:
    if any(row.due_date_assumed for row in draft.rows):
        yield (
            "due_date_assumed",
            "Una scadenza è presunta: il documento non la dice.",
            "Controllala sul documento prima di scrivere.",
        )
    undecided = [row for row in draft.rows if row.document.amounts not in DECIDED]
    codes = {each.get("code") for row in undecided for each in row.document.warnings}
    if GROSS_ROWS in codes:
        yield (
            GROSS_ROWS,
            "Le rate del documento sono al lordo della ritenuta o dell'IVA in scissione.",
            "Controlla che l'importo chiesto sia quello che il cliente deve.",
        )
    if draft.facts.credits:
        yield (
            "open_credit",
            draft.wording.values["nota.crediti"],
            "Se riguarda queste rate, abbinalo prima di scrivere.",
        )


def _about_words(draft: ReminderDraft) -> Iterator[tuple[str, str, str]]:
    if draft.model == "promemoria" and draft.facts.is_overdue:
        yield "late_promemoria", "La scadenza è passata: un promemoria non è adatto.", ""
    if draft.facts.upcoming:
        yield (
            "upcoming_apart",
            "Le rate non ancora scadute sono elencate a parte, fuori dall'importo.",
            "",
        )
    mixed = any(item.due_date >= draft.facts.today for item in draft.facts.items)
    if mixed and draft.facts.is_overdue and draft.model != "invio_documento":
        yield (
            "not_all_overdue",
            "Alcune rate non sono ancora scadute, e il testo parla di scadute.",
            "Toglile, oppure correggi il testo.",
        )
    left = names_in(f"{draft.subject}\n{draft.text}")
    if left:
        yield (
            "placeholders_left",
            f"Nel testo c'è ancora {{{{ {left[0]} }}}}.",
            "Partirebbe così com'è scritto.",
        )

"""What agents are written: the weekly list of their customers, and the day before a first reminder.

Consumers and condominiums are left out: their debts are nobody else's business (GDPR art. 5).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date

from sollecito.accounts.models import Company
from sollecito.accounts.queries import work_calendar
from sollecito.domain.placeholders import render, render_subject
from sollecito.domain.wording.agents import word_agent_list, word_agent_notice
from sollecito.domain.working_days import add_working_days, is_working_day, next_working_day
from sollecito.dunning.agent_queries import agent_lines, followed_customers, never_reminded
from sollecito.dunning.template_queries import TemplateBook, template_book
from sollecito.flows import clock
from sollecito.flows.approve_reminders import leave_at
from sollecito.flows.choose_sender import choose_sender
from sollecito.flows.describe_parties import describe_company
from sollecito.flows.forecast_reminders import forecast_reminders
from sollecito.flows.gather_desk import takings_recorded_until
from sollecito.flows.gather_reminder_facts import name_writer
from sollecito.flows.queue_note import Note, queue_note
from sollecito.formats.mime import Mailbox
from sollecito.ledger.models import Agent

MODEL, NOTICE = "agente_riepilogo", "agente_preavviso"
WORDS = "Messa in coda per l'agente."
logger = logging.getLogger(__name__)


def write_to_agents(company: Company) -> int:
    """Queue what agents are to be told today; return how many mails. Twice a day changes nothing.

    The list goes on the company's weekday, or on the next working day where that one is closed.
    """
    today = clock.today(company.time_zone)
    agents = list(Agent.objects.filter(company=company).exclude(email="").order_by("pk"))
    queued = 0
    if today == _list_day(company, today):
        queued += sum(_send_list(each, today) for each in agents if each.has_weekly_list)
    warned = [each for each in agents if each.is_forewarned]
    return queued + (_forewarn(company, warned, today) if warned else 0)


def _list_day(company: Company, today: date) -> date:
    """The day of this week's list."""
    wanted = date.fromisocalendar(today.isocalendar().year, today.isocalendar().week, 1)
    wanted = wanted.fromordinal(wanted.toordinal() + company.agents_weekday)
    return next_working_day(wanted, work_calendar(company))


def _send_list(agent: Agent, today: date) -> bool:
    company, lines = agent.company, agent_lines(agent, today)
    if not lines:
        return False
    values = word_agent_list(
        agent.name,
        lines,
        creditor=describe_company(company),
        writer=name_writer(company, None, choose_sender(company)),
        today=today,
        takings_until=takings_recorded_until(company, today),
    )
    book = template_book(company)
    if book.is_off(MODEL):
        return False
    year, week, _day = today.isocalendar()
    note = _write(agent, book, MODEL, values)
    key = f"{MODEL}:{agent.pk}:{year}-{week:02d}"
    return queue_note(company, key, note, not_before=leave_at(company))


def _forewarn(company: Company, agents: Sequence[Agent], today: date) -> int:
    """Tell who is reminded for the first time on the next working day."""
    calendar = work_calendar(company)
    if not is_working_day(today, calendar):
        return 0
    tomorrow = add_working_days(today, 1, calendar)
    days = forecast_reminders(company, (tomorrow - today).days + 1)
    lines = [
        line
        for day in days
        if day.day == tomorrow
        for group in day.groups
        for line in group.lines
        if line.offset_days >= 0
    ]
    fresh = never_reminded(company, [line.instalment for line in lines])
    customers = {line.customer for line in lines if line.instalment in fresh}
    return sum(_send_notice(each, customers, tomorrow) for each in agents)


def _send_notice(agent: Agent, customers: set[int], day: date) -> bool:
    followed = followed_customers(agent)
    names = sorted(followed[pk] for pk in customers & followed.keys())
    if not names:
        return False
    company, book = agent.company, template_book(agent.company)
    if book.is_off(NOTICE) or not book.is_included(NOTICE):
        return False
    values = word_agent_notice(
        agent.name,
        names,
        creditor=describe_company(company),
        writer=name_writer(company, None, choose_sender(company)),
        day=day,
    )
    note = _write(agent, book, NOTICE, values)
    return queue_note(company, f"{NOTICE}:{agent.pk}:{day.isoformat()}", note)


def _write(agent: Agent, book: TemplateBook, code: str, values: dict[str, str]) -> Note:
    chosen = book.text(code)
    return Note(
        kind=code,
        to=(Mailbox(agent.email, agent.name),),
        subject=render_subject(chosen.subject, values, ()).text,
        text=render(chosen.text, values).text,
        words=WORDS,
        version=chosen.version,
    )

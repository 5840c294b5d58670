"""The command ``remind``: a reminder by hand, now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from sollecito.accounts.models import Company
from sollecito.cli.installation import JSON
from sollecito.cli.output import DONE_WITH_PROBLEMS, REFUSED, emit_json, say, stop, table
from sollecito.cli.sending import COLUMNS
from sollecito.cli.session import COMPANY, ID, ON, company_of, on_day, read_text, ready
from sollecito.dunning.queries import message_rows
from sollecito.dunning.template_queries import template_book
from sollecito.dunning.texts import MODELS
from sollecito.flows import clock
from sollecito.flows.choose_sender import NoSenderError, choose_sender
from sollecito.flows.fill_sms import describe_size, price_of
from sollecito.flows.preview_reminders import preview_reminders, preview_rows
from sollecito.flows.reminder_options import RefusedInstalment, ReminderOptions
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.flows.stop_sending import sending_refused
from sollecito.outbox.models import Sender
from sollecito.web.said import said

MAIL = ("email", "file")


@click.command(help=_("Sollecita a mano, adesso, una o più rate."))
@click.argument("numbers", metavar="RATA…", nargs=-1, type=ID, required=True)
@click.option(
    "--channel", "channels", multiple=True, type=click.Choice([*MAIL, "letter", "pec", "sms"])
)
@click.option("--to", multiple=True, metavar="A", help=_("destinatario, al massimo tre"))
@click.option("--cc", multiple=True, metavar="A", help=_("in copia"))
@click.option("--bcc", multiple=True, metavar="A", help=_("in copia nascosta"))
@click.option("--subject", metavar="S", help=_("oggetto"))
@click.option("--text-file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--bank", default="", metavar="IBAN", help=_("conto su cui farsi pagare"))
@click.option("--attach", multiple=True, type=click.Choice(["invoices", "statement"]))
@click.option("--template", default="", metavar="T", help=_("modello"))
@click.option("--separate", is_flag=True, help=_("un messaggio per rata"))
@click.option("--dry-run", is_flag=True, help=_("mostra senza inviare"))
@COMPANY
@ON
@JSON
def remind(numbers: tuple[int, ...], *, company: str, on: date | None, **written: Any) -> None:
    """Reminder by hand."""
    ready()
    chosen = company_of(numbers, company)
    require_model(chosen, written["template"])
    if not written["dry_run"]:
        refuse_now(chosen, on, written["channels"])
    with on_day(on):
        rows, refused = order(chosen, numbers, written)
    show(rows, refused, as_json=written["as_json"])


def require_model(company: Company, code: str) -> None:
    """End with 2 where the company has no such model."""
    book = template_book(company)
    if code and not book.knows(code):
        known = ", ".join(dict.fromkeys((*MODELS, *book.own_codes())))
        text = _("Il modello «%(code)s» non c’è: ci sono %(known)s.")
        raise click.BadParameter(text % {"code": code, "known": known}, param_hint="--template")


def order(
    company: Company, numbers: tuple[int, ...], written: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], tuple[RefusedInstalment, ...]]:
    """Send through every channel asked for, or only look; what came of it, in rows."""
    ways = tuple(options_from(written, each) for each in ways_out(company, written["channels"]))
    options: dict[str, Any] = {"token": new_token(), "options": ways}
    options["separate"] = written["separate"]
    if written["dry_run"]:
        shown = preview_reminders(company, numbers, **options)
        rows, refused, warnings = preview_rows(shown.mails), shown.refused, shown.warnings
        drafts = [mail.draft for mail in shown.mails if mail.draft.is_sms]
        sizes = [_size(d.text, len(d.to), d.account.sender) for d in drafts]
    else:
        sent = send_reminders(company, numbers, **options)
        rows = message_rows(company, content__in=sent.contents)
        refused, warnings = sent.refused, sent.warnings
        texts = [content for content in sent.contents if content.channel == "sms"]
        sizes = [_size(c.text, c.messages.count(), c.sender) for c in texts]
    for warning in (*warnings, *sizes):
        say(said(warning))
    return rows, tuple({each.instalment: each for each in refused}.values())


def _size(text: str, numbers: int, sender: Sender | None) -> str:
    return describe_size(text, numbers=numbers, price=price_of(sender))


def ways_out(company: Company, channels: tuple[str, ...]) -> list[str]:
    """The channels asked for, but one for those that lead to the same place."""
    mail = [each for each in channels if each in MAIL]
    places = {choose_sender(company, keep_here=each == "file").channel: each for each in mail}
    others = (each for each in channels if each not in MAIL)
    return list(dict.fromkeys((*places.values(), *others))) or [""]


def options_from(written: Mapping[str, Any], channel: str) -> ReminderOptions:
    """What was written on the command line; the rest is prefilled."""
    if channel == "sms":
        return sms_options_from(written)
    file: Path | None = written["text_file"]
    has_copies = channel != "letter" or set(written["channels"]) == {"letter"}
    return ReminderOptions(
        to=mails_of(written) or None,
        cc=written["cc"] if has_copies else (),
        bcc=written["bcc"] if has_copies else (),
        subject=written["subject"],
        text=read_text(file) if file else None,
        is_template=True,
        iban=written["bank"],
        attachments=written["attach"] or None,
        model=written["template"],
        channel=channel,
    )


def mails_of(written: Mapping[str, Any]) -> tuple[str, ...]:
    """The addresses of the mail; beside an SMS the numbers are left to it."""
    chosen: tuple[str, ...] = written["to"]
    if "sms" not in written["channels"]:
        return chosen
    return tuple(each for each in chosen if "@" in each)


def sms_options_from(written: Mapping[str, Any]) -> ReminderOptions:
    """The same for an SMS; beside a mail it takes the numbers, and its own text."""
    is_alone = set(written["channels"]) == {"sms"}
    numbers = [each for each in written["to"] if is_alone or "@" not in each]
    file: Path | None = written["text_file"] if is_alone else None
    return ReminderOptions(
        to=tuple(numbers) or None,
        cc=written["cc"] if is_alone else (),
        bcc=written["bcc"] if is_alone else (),
        text=read_text(file) if file else None,
        is_template=True,
        iban=written["bank"],
        model=written["template"] or "",
        channel="sms",
    )


def refuse_now(company: Company, on: date | None, channels: tuple[str, ...]) -> None:
    """End with 3 where nothing may leave: stopped, suspended, or another day by real mail."""
    if reason := sending_refused():
        stop(reason, REFUSED)
    is_other_day = on is not None and on != clock.today(company.time_zone)
    if is_other_day and not all(stays_here(company, each) for each in channels or ["email"]):
        stop(
            _("Con un server di posta si sollecita solo con la data di oggi: usa --dry-run."),
            REFUSED,
        )


def stays_here(company: Company, channel: str) -> bool:
    """Whether what leaves through a channel is kept on this machine."""
    try:
        kind = "email" if channel in MAIL else channel
        return choose_sender(company, kind, keep_here=channel == "file").stays_here
    except NoSenderError:
        return True  # nothing leaves: it is refused with its cure


def show(
    rows: list[dict[str, object]], refused: tuple[RefusedInstalment, ...], *, as_json: bool
) -> None:
    """Print what was queued and what was refused; exit code 1 where something was."""
    if as_json:
        emit_json(
            {
                "messages": rows,
                "refused": [{"instalment": r.instalment, "reason": r.reason} for r in refused],
            }
        )
    else:
        table(rows, COLUMNS)
    for each in refused:
        say(f"{each.instalment}: {said(each.message)}")
    if refused:
        raise SystemExit(DONE_WITH_PROBLEMS)

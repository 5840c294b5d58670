"""Partite aperte a una data: the year-end list, on the page and as CSV or Excel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from sollecito.domain.year_end import Mark
from sollecito.flows import clock
from sollecito.flows.list_open_positions import OpenPosition, list_open_positions
from sollecito.formats.sheets import write_csv, write_xlsx
from sollecito.web import files, words
from sollecito.web.forms.controls import DayField, check_box, select
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required

SHOWN = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARKS = {
    Mark.SMALL: gettext_lazy("fino a 2.500 €, scaduto da più di sei mesi"),
    Mark.INSOLVENCY: gettext_lazy("procedura concorsuale"),
    Mark.PRESCRIBED: gettext_lazy("prescrizione vicina"),
    Mark.DISPUTE: gettext_lazy("contestata"),
    Mark.LEGAL: gettext_lazy("al legale"),
}
Cell = str | int | Decimal | date | None


class YearEndForm(forms.Form):
    """At which day, which of them; all in the address."""

    al = DayField(label=gettext_lazy("Situazione al"), required=False)
    quali = forms.ChoiceField(
        label=gettext_lazy("Quali"),
        required=False,
        choices=[
            ("", gettext_lazy("Tutte")),
            *((key.value, word) for key, word in MARKS.items()),
        ],
        widget=select(),
    )
    interessi = forms.BooleanField(
        label=gettext_lazy("Con gli interessi maturati"), required=False, widget=check_box()
    )


@require_GET
@member_required
def year_end(request: CompanyRequest) -> HttpResponse:
    """The page; ``formato`` csv or xlsx hands over all of it."""
    today = clock.today(request.company.time_zone)
    asked = request.GET.copy()
    asked.setdefault("al", today.isoformat())
    form = YearEndForm(asked)
    chosen = form.cleaned_data if form.is_valid() else {}
    day, with_interest = chosen.get("al") or today, bool(chosen.get("interessi"))
    found = list_open_positions(request.company, day, with_interest=with_interest)
    rows = list(narrowed(found, chosen.get("quali", "")))
    if wanted := {"csv": write_csv, "xlsx": write_xlsx}.get(request.GET.get("formato", "")):
        content = wanted(heads(with_interest=with_interest), map(cells, rows))
        kind = request.GET["formato"]
        name = f"{_('Partite aperte')} {day.isoformat()}.{kind}"
        media = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
        return files.hand_over(content, name=name, media_type=media, save=True)
    query = request.GET.copy()
    query.pop("formato", None)
    context = {
        "form": form,
        "day": day,
        "rows": [(row, name_marks(row)) for row in rows[:SHOWN]],
        "count": len(rows),
        "is_cut": len(rows) > SHOWN,
        "with_interest": with_interest,
        "sums": sum_rows(rows, day),
        "query": query.urlencode(),
    }
    return render(request, "web/customers/year_end.html", context)


def narrowed(rows: Iterator[OpenPosition], mark: str) -> Iterator[OpenPosition]:
    """Those with a mark; all, with the credits, without one."""
    return (row for row in rows if not mark or mark in row.marks)


def sum_rows(rows: list[OpenPosition], day: date) -> list[dict[str, object]]:
    """What is open, overdue, in credit, and the balance; by currency, the euro first."""
    found = []
    for currency in sorted({row.currency for row in rows}, key=lambda code: (code != "EUR", code)):
        mine = [row for row in rows if row.currency == currency]
        owed = sum((row.owed for row in mine if row.owed > 0), Decimal(0))
        late = [row.owed for row in mine if row.row and row.row.due_date < day]
        balance = sum((row.owed for row in mine), Decimal(0))
        found.append(
            {
                "currency": currency,
                "owed": owed,
                "overdue": sum(late, Decimal(0)),
                "credit": owed - balance,
                "balance": balance,
                "interest": sum((row.interest or Decimal(0) for row in mine), Decimal(0)),
            }
        )
    return found


def name_marks(row: OpenPosition) -> str:
    """The marks in words."""
    return ", ".join(str(MARKS[mark]) for mark in row.marks)


def heads(*, with_interest: bool) -> list[str]:
    """The columns of the sheet."""
    names = [_("cliente"), _("partita IVA"), _("codice fiscale"), _("tipo"), _("numero"), _("rata")]
    names += [_("data"), _("scadenza"), _("giorni di ritardo"), _("importo"), _("residuo")]
    names += [_("valuta"), _("segnalazioni")]
    return [*names, _("interessi e indennizzo")] if with_interest else names


def cells(row: OpenPosition) -> list[Cell]:
    """One row of the sheet; a credit is negative."""
    item = row.row
    kind = words.DOCUMENT_KINDS.get(item.kind, item.kind) if item else _("credito da abbinare")
    made: list[Cell] = [
        *(row.party.name, row.party.vat_number, row.party.tax_code, str(kind)),
        *(words.numbered(item.document) if item else row.number, item.seq if item else None),
        *(row.document_date, item.due_date if item else None, row.days if item else None),
        *(item.amount if item else row.owed, row.owed, row.currency, name_marks(row)),
    ]
    return made if row.interest is None else [*made, row.interest]

"""The credit: what is open, its documents, what came in."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sollecito.domain.money import format_date, format_money, format_number
from sollecito.dunning.positions import position_on
from sollecito.dunning.time_line import notifications_of
from sollecito.flows.documenting.naming import named, present, say_interest, say_moment
from sollecito.flows.gather_interest import charge_interest, counting_of, sum_charged
from sollecito.formats.pdf.dossier import DossierTable
from sollecito.ledger.models import Document, Instalment, Party, Payment


def open_items(party: Party, today: date) -> DossierTable:
    """What is open on a day, the oldest first."""
    rows = Instalment.objects.filter(party=party, balance__gt=0).select_related("document")
    return DossierTable(
        title="Partite aperte",
        headers=("Scadenza", "Documento", "Rata", "Giorni", "Importo", "Residuo"),
        figures=(3, 4, 5),
        rows=[
            (
                format_date(row.due_date),
                named(row.document),
                f"{row.seq} di {row.of}" if row.of > 1 else "",
                str((today - row.due_date).days) if row.due_date < today else "",
                format_money(row.amount, row.currency),
                format_money(row.balance, row.currency),
            )
            for row in rows.order_by("due_date", "pk")
        ],
        empty="Nulla di aperto.",
        note="Interessi e indennizzo di legge non sono compresi nel residuo.",
    )


def documents(party: Party) -> DossierTable:
    """Every document, with what the SdI said of it."""
    said: dict[str, list[str]] = defaultdict(list)
    for notice in notifications_of(party).order_by("message_at", "pk"):
        when = f" {say_moment(party, notice.message_at)}" if notice.message_at else ""
        said[notice.target].append(
            f"{notice.code}{' ' + notice.outcome if notice.outcome else ''}{when}"
        )
    rows = Document.objects.filter(party=party).select_related("file").order_by("date", "pk")
    return DossierTable(
        title="Documenti",
        headers=("Data", "Documento", "Ricevute SdI", "Totale"),
        figures=(3,),
        rows=[
            (
                format_date(row.date),
                named(row),
                "; ".join(said.get(row.file_key, ())) if row.file_key else "",
                format_money(row.total, row.currency),
            )
            for row in rows
        ],
    )


def payments(party: Party) -> DossierTable:
    """What came in and was not undone."""
    rows = Payment.objects.filter(party=party, undone_at__isnull=True).exclude(source="replaced")
    return DossierTable(
        title="Incassi registrati",
        headers=("Data", "Origine", "Importo"),
        figures=(2,),
        rows=[
            (
                format_date(row.date),
                " ".join(present(row.get_source_display(), row.note, say_interest(row))),
                format_money(row.amount, row.currency),
            )
            for row in rows.order_by("date", "pk")
        ],
    )


def interest(party: Party, today: date) -> DossierTable:
    """What the overdue items bear up to a day, by the terms of this customer; apart from them."""
    position, counting = position_on(party, "EUR", today), counting_of(party, today)
    charged = charge_interest(position.rows, position.owed, counting)
    sums = sum_charged(charged)
    frozen, missing = counting.until < today, sums.unpublished_from
    notes = [
        "Interesse semplice, 365 giorni; ogni riga arrotondata.",
        f"Già incassati: {format_money(sums.collected)}." if sums.collected else "",
        f"Indennizzo (art. 6 D.Lgs. 231/2002): {format_money(sums.flat)}." if sums.flat else "",
        f"Dal {format_date(missing)} il tasso non è pubblicato." if missing else "",
        f"Fermi all'apertura della procedura, {format_date(counting.until)}." if frozen else "",
    ]
    return DossierTable(
        title=f"Interessi di mora al {format_date(today)}",
        headers=("Documento", "Dal", "Al", "Giorni", "Tasso", "Su", "Interesse"),
        figures=(3, 4, 5, 6),
        wide=(0,),
        rows=[
            (
                named(each.row.document),
                format_date(line.first),
                format_date(line.last),
                str(line.days),
                f"{format_number(line.percent)}%",
                format_money(line.base),
                format_money(line.interest),
            )
            for each in charged
            for line in each.interest.rows
        ],
        total=format_money(sums.interest) if charged else "",
        note=" ".join(filter(None, notes)),
        empty="Nulla di scaduto.",
    )

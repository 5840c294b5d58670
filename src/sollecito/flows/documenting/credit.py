"""The credit: what is open, its documents, what came in."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sollecito.domain.money import format_date, format_money
from sollecito.dunning.time_line import notifications_of
from sollecito.flows.documenting.naming import named, present, say_moment
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
                " ".join(present(row.get_source_display(), row.note)),
                format_money(row.amount, row.currency),
            )
            for row in rows.order_by("date", "pk")
        ],
    )

"""What was said and agreed: communications, holds, promises, plans, files, the time line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from sollecito.domain.money import format_date, format_money
from sollecito.dunning.models import AttachedFile, Hold, Promise, RepaymentPlan
from sollecito.dunning.time_line import EntryKind, TimeLineEntry, communications_of, time_line
from sollecito.flows.documenting.naming import named, present, say_interest, say_moment
from sollecito.formats.pdf.dossier import DossierTable
from sollecito.ledger.models import Document, Party, Payment
from sollecito.outbox.models import Content, Message

MOST_ENTRIES = 2000
CHANNELS = {
    "email": "e-mail",
    "pec": "PEC",
    "sms": "SMS",
    "letter": "lettera",
    "call": "telefonata",
    "file": "posta locale",
}


def communications(party: Party) -> DossierTable:
    """What was written, with its outcome for each recipient."""
    rows = communications_of(party).defer("raw", "text").prefetch_related("messages")
    return DossierTable(
        title="Comunicazioni",
        headers=("Quando", "Oggetto", "Canale", "Destinatari ed esito"),
        wide=(1, 3),
        rows=[
            (
                say_moment(party, row.queued_at),
                row.subject,
                CHANNELS.get(row.channel, row.channel),
                "; ".join(_outcome(each) for each in row.messages.all()),
            )
            for row in rows.order_by("queued_at", "pk")
        ],
        empty="Nessuna.",
        note="I messaggi come sono partiti, con le ricevute, sono nella cartella «comunicazioni»; "
        "l'impronta (sha256) di ogni file è in indice.csv.",
    )


def agreements(party: Party) -> DossierTable:
    """Holds, promises and plans, the oldest first."""

    def lines() -> Iterable[tuple[datetime, str, str]]:
        held = Q(party=party) | Q(document__party=party) | Q(instalment__party=party)
        for hold in Hold.objects.filter(held).select_related("document", "instalment__document"):
            document = hold.instalment.document if hold.instalment else hold.document
            words = ": ".join(present(named(document), hold.reason))
            yield hold.created_at, hold.get_kind_display(), words
        for promise in Promise.objects.filter(party=party).select_related("hold"):
            money = format_money(promise.amount, promise.currency)
            words = f"{money} per il {format_date(promise.date)}: {promise.get_status_display()}"
            yield promise.hold.created_at, "Promessa", words
        for plan in RepaymentPlan.objects.filter(party=party):
            yield plan.created_at, "Piano di rientro", _plan_words(plan)

    return DossierTable(
        title="Sospensioni, promesse e piani",
        headers=("Dal", "Che cosa", "Note"),
        wide=(2,),
        rows=[
            (say_moment(party, at), what, note)
            for at, what, note in sorted(lines(), key=lambda line: line[0])
        ],
        empty="Nessuno.",
    )


def attached_files(party: Party) -> DossierTable:
    """What a person put in the folder."""
    rows = AttachedFile.objects.filter(party=party).select_related("document")
    return DossierTable(
        title="File allegati a mano",
        headers=("Che cosa", "File", "Documento", "Nota"),
        wide=(1, 3),
        rows=[
            (
                row.get_kind_display(),
                row.name,
                named(row.document) if row.document else "",
                row.note,
            )
            for row in rows.order_by("created_at", "pk")
        ],
    )


def history(party: Party) -> DossierTable:
    """Everything, the oldest first."""
    return DossierTable(
        title="Storia",
        headers=("Quando", "Che cosa"),
        rows=[
            (
                format_date(entry.at.date()) if entry.is_day else say_moment(party, entry.at),
                _say(entry),
            )
            for entry in reversed(time_line(party, limit=MOST_ENTRIES))
        ],
    )


def _outcome(message: Message) -> str:
    return f"{message.address}: {message.get_status_display()}"


def _plan_words(plan: RepaymentPlan) -> str:
    accepted = (
        f", accettato il {format_date(plan.accepted_date)} da {plan.accepted_by}"
        if plan.accepted_date
        else ""
    )
    return f"{format_money(plan.total, plan.currency)}: {plan.get_status_display()}{accepted}"


def _say(entry: TimeLineEntry) -> str:
    row = entry.row
    if isinstance(row, Document):
        return f"{named(row)}, {format_money(row.total, row.currency)}"
    if isinstance(row, Payment):
        gone = " (annullato)" if row.undone_at else ""
        money = format_money(row.amount, row.currency)
        return " ".join(present(f"Incasso di {money}{gone}", say_interest(row)))
    if isinstance(row, Content):
        return f"Comunicazione: {row.subject}"
    if entry.kind is EntryKind.SDI:
        return " ".join(present("SdI:", *(str(getattr(row, name)) for name in ("code", "number"))))
    return " ".join(present(str(getattr(row, "text", "") or getattr(row, "kind", ""))))

"""Storia: everything that happened with a customer, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from sollecito.dunning.time_line import EntryKind, TimeLineEntry, time_line
from sollecito.ledger.models import Party
from sollecito.outbox.models import DeliveryEvent
from sollecito.web import words
from sollecito.web.listing import link
from sollecito.web.message_words import EVENTS
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required

PAGE, FARTHEST = 50, 200
GROUPS: dict[str, tuple[str | Promise, frozenset[EntryKind]]] = {
    "": (_("Tutto"), frozenset()),
    "documenti": (_("Documenti"), frozenset({EntryKind.DOCUMENT, EntryKind.SDI})),
    "incassi": (_("Incassi"), frozenset({EntryKind.PAYMENT})),
    "comunicazioni": (
        _("Comunicazioni"),
        frozenset({EntryKind.MESSAGE, EntryKind.DELIVERY, EntryKind.REPLY}),
    ),
    "accordi": (_("Sospensioni e accordi"), frozenset({EntryKind.AGREEMENT})),
    "altro": (_("Altro"), frozenset({EntryKind.CHANGE})),
}
ICONS = {
    EntryKind.DOCUMENT: "file-text",
    EntryKind.SDI: "certificate",
    EntryKind.PAYMENT: "cash",
    EntryKind.MESSAGE: "send",
    EntryKind.DELIVERY: "mail-check",
    EntryKind.REPLY: "message",
    EntryKind.AGREEMENT: "heart-handshake",
    EntryKind.CHANGE: "pencil",
}


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry with its icon and the word of what the world answered or the SdI said."""

    entry: TimeLineEntry
    icon: str
    word: str | Promise = ""


@require_GET
@member_required
def customer_time_line(request: CompanyRequest, pk: int) -> HttpResponse:
    """The page; each page of it is read anew."""
    parties = Party.objects.select_related("company")
    party = get_object_or_404(parties, pk=pk, company=request.company)
    chosen = request.GET.get("tipo", "")
    _word, kinds = GROUPS.get(chosen, GROUPS[""])
    number = _page_number(request.GET.get("pagina", ""))
    found = time_line(party, kinds=kinds, skip=(number - 1) * PAGE, limit=PAGE + 1)
    context = {
        "party": party,
        "entries": [show_entry(entry) for entry in found[:PAGE]],
        "number": number,
        "has_more": len(found) > PAGE and number < FARTHEST,
        "groups": [
            (word, link(request, tipo=code or None), code == chosen)
            for code, (word, _kinds) in GROUPS.items()
        ],
    }
    return render(request, "web/customers/time_line.html", context)


def show_entry(entry: TimeLineEntry) -> ShownEntry:
    """An entry as the pages write it."""
    row: Any = entry.row
    if isinstance(row, DeliveryEvent):
        return ShownEntry(entry, ICONS[entry.kind], EVENTS.get(row.kind, row.kind))
    if entry.kind is EntryKind.SDI:
        return ShownEntry(entry, ICONS[entry.kind], words.NOTIFICATIONS.get(row.code, row.code))
    return ShownEntry(entry, ICONS[entry.kind])


def _page_number(text: str) -> int:
    return min(max(int(text), 1), FARTHEST) if text.isdecimal() and len(text) < 6 else 1  # noqa: PLR2004

"""Words for what an import did with each file."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OUTCOMES: dict[str, tuple[str | Promise, str, str]] = {
    "imported": (_("Importato"), "circle-check", "paid"),
    "duplicate": (_("Già presente"), "checks", "plain"),
    "to_confirm": (_("Colonne da confermare"), "table", "wait"),
    "waiting": (_("In attesa del documento"), "hourglass", "wait"),
    "skipped": (_("Lasciato da parte"), "info-circle", "plain"),
    "failed": (_("Non leggibile"), "alert-triangle", "late"),
    "pending": (_("In coda"), "clock", "plain"),
}
"""Word, icon and tone of each outcome, in the order of the filter."""
STATES: dict[str, tuple[str | Promise, str, str]] = {
    "pending": (_("In coda"), "clock", "plain"),
    "running": (_("In corso"), "refresh", "part"),
    "done": (_("Conclusa"), "circle-check", "paid"),
    "undone": (_("Annullata"), "arrow-back-up", "plain"),
}
COUNTS: tuple[tuple[str, str | Promise], ...] = (
    ("documents", _("Documenti")),
    ("instalments", _("Rate")),
    ("duplicates", _("Già presenti")),
    ("notifications", _("Notifiche SdI")),
    ("payments", _("Incassi")),
    ("skipped", _("Lasciati da parte")),
)

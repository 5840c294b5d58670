"""Addresses of Importa, of what the first import asks, and of the kept files."""

from __future__ import annotations

from django.urls import path

from sollecito.web.views import columns, imports, no_contacts, takings

imports_urls = [
    path("importa/", imports.imports, name="imports"),
    path("importa/<int:pk>/", imports.import_detail, name="import_detail"),
    path("importa/<int:pk>/avanzamento/", imports.import_progress, name="import_progress"),
    path("importa/<int:pk>/annulla/", imports.import_undo, name="import_undo"),
    path("importa/colonne/<int:pk>/", columns.columns, name="columns"),
    path("file/<int:pk>/", imports.file_download, name="file_download"),
    path("incassi-fatti/", takings.takings, name="takings"),
    path("incassi-fatti/conferma/", takings.takings_confirm, name="takings_confirm"),
    path("incassi-fatti/nessuno/", takings.takings_none, name="takings_none"),
    path("incassi-fatti/<slug:group>/annulla/", takings.takings_undo, name="takings_undo"),
    path("clienti/senza-recapito/", no_contacts.no_contacts, name="no_contacts"),
    path("clienti/senza-recapito/elenco/", no_contacts.no_contacts_sheet, name="no_contacts_sheet"),
    path("clienti/<int:pk>/recapito/", no_contacts.no_contacts_save, name="no_contacts_save"),
]

"""Addresses of Clienti."""

from __future__ import annotations

from django.urls import path

from sollecito.web.views import (
    account_card,
    calls,
    customer_edit,
    customers,
    folder,
    holds,
    interests,
    open_credits,
    payables,
    time_line,
    year_end,
)
from sollecito.web.views import (
    payment_contacts as contacts,
)

customers_urls = [
    path("clienti/", customers.customers, name="customers"),
    path("clienti/contatti/", contacts.payment_contacts, name="payment_contacts"),
    path("clienti/contatti/nuovo/", contacts.payment_contact_new, name="payment_contact_new"),
    path("clienti/contatti/<int:pk>/", contacts.payment_contact, name="payment_contact"),
    path(
        "clienti/contatti/<int:pk>/modifica/",
        contacts.payment_contact_edit,
        name="payment_contact_edit",
    ),
    path(
        "clienti/contatti/<int:pk>/elimina/",
        contacts.payment_contact_delete,
        name="payment_contact_delete",
    ),
    path(
        "clienti/contatti/<int:pk>/clienti/",
        contacts.payment_contact_serve,
        name="payment_contact_serve",
    ),
    path("clienti/<int:pk>/contatto/", contacts.customer_contact, name="customer_contact"),
    path("clienti/<int:pk>/", customers.customer, name="customer"),
    path("clienti/<int:pk>/storia/", time_line.customer_time_line, name="customer_time_line"),
    path("clienti/<int:pk>/fascicolo/", folder.customer_folder, name="customer_folder"),
    path("clienti/<int:pk>/fascicolo/zip/", folder.customer_dossier, name="customer_dossier"),
    path("clienti/<int:pk>/fascicolo/allega/", folder.customer_attach, name="customer_attach"),
    path("fascicolo/<int:pk>/", folder.folder_file, name="folder_file"),
    path("fascicolo/<int:pk>/togli/", folder.folder_file_remove, name="folder_file_remove"),
    path("clienti/<int:pk>/interessi/", interests.customer_interest, name="customer_interest"),
    path("clienti/<int:pk>/telefonata/", calls.customer_call, name="customer_call"),
    path("clienti/<int:pk>/nota/", calls.customer_note, name="customer_note"),
    path("telefonate/<int:pk>/togli/", calls.call_drop, name="call_drop"),
    path("clienti/<int:pk>/conto/", account_card.customer_account, name="customer_account"),
    path(
        "clienti/<int:pk>/conto/pdf/",
        account_card.customer_account_pdf,
        name="customer_account_pdf",
    ),
    path("clienti/partite/", year_end.year_end, name="customers_year_end"),
    path("clienti/<int:pk>/crediti/<slug:code>/", open_credits.credit_match, name="credit_match"),
    path("clienti/<int:pk>/debiti/", payables.payable_new, name="payable_new"),
    path("clienti/<int:pk>/compensa/", payables.customer_offset, name="customer_offset"),
    path("debiti/<int:pk>/pagato/", payables.payable_settle, name="payable_settle"),
    path("debiti/<int:pk>/riapri/", payables.payable_reopen, name="payable_reopen"),
    path("clienti/<int:pk>/modifica/", customer_edit.customer_edit, name="customer_edit"),
    path("clienti/<int:pk>/sospendi/", holds.customer_hold, name="customer_hold"),
    path(
        "clienti/<int:pk>/conferma-tipo/",
        customer_edit.customer_confirm_kind,
        name="customer_confirm_kind",
    ),
]

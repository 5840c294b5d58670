"""Addresses of the home page, the scadenzario, documents, reminders by hand."""

from __future__ import annotations

from django.urls import path

from sollecito.web.views import (
    documents,
    documents_edit,
    hold_tasks,
    holds,
    home,
    payments,
    plan_write,
    plans,
    reminders,
    scadenzario,
    switches,
    thanks,
    whatsapp,
)

ledger_urls = [
    path("", home.home, name="home"),
    path("invii/ferma/", switches.stop, name="stop"),
    path("invii/riprendi/", switches.resume, name="resume"),
    path("scadenzario/", scadenzario.scadenzario, name="scadenzario"),
    path("scadenzario/righe/", scadenzario.picked_rows, name="scadenzario_rows"),
    path("documenti/nuovo/", documents_edit.document_new, name="document_new"),
    path("rate/<int:pk>/modifica/", documents_edit.instalment_edit, name="instalment_edit"),
    path("rate/<int:pk>/sospendi/", holds.instalment_hold, name="instalment_hold"),
    path("rate/<int:pk>/perche/", holds.instalment_why, name="instalment_why"),
    path("sospensioni/<int:pk>/", holds.hold_detail, name="hold_detail"),
    path("sospensioni/<int:pk>/insoluta/", hold_tasks.hold_returned, name="hold_returned"),
    path("compiti/", hold_tasks.tasks, name="tasks"),
    path("compiti/incassate/", hold_tasks.tasks_collected, name="tasks_collected"),
    path("compiti/<int:pk>/fatto/", hold_tasks.task_done, name="task_done"),
    path("compiti/<int:pk>/riapri/", hold_tasks.task_reopen, name="task_reopen"),
    path("sospensioni/<int:pk>/riprendi/", holds.hold_release, name="hold_release"),
    path("piani/nuovo/", plans.plan_new, name="plan_new"),
    path("piani/<int:pk>/", plans.plan, name="plan"),
    path("piani/<int:pk>/scrivi/", plan_write.plan_write, name="plan_write"),
    path("piani/<int:pk>/accetta/", plans.plan_accept, name="plan_accept"),
    path("piani/<int:pk>/ritira/", plans.plan_withdraw, name="plan_withdraw"),
    path("documenti/<int:pk>/", documents.document, name="document"),
    path("documenti/<int:pk>/pdf/", documents.document_pdf, name="document_pdf"),
    path("documenti/<int:pk>/originale/", documents.document_file, name="document_file"),
    path("documenti/<int:pk>/carica/", documents.document_upload, name="document_upload"),
    path(
        "documenti/<int:pk>/sostituzione/",
        documents.document_replacement,
        name="document_replacement",
    ),
    path("incassi/nuovo/", payments.payment_new, name="payment_new"),
    path("incassi/segna/", payments.payment_mark, name="payment_mark"),
    path("incassi/<int:pk>/ringrazia/", thanks.payment_thank, name="payment_thank"),
    path("incassi/<int:pk>/annulla/", payments.payment_undo, name="payment_undo"),
    path(
        "incassi/gruppo/<slug:group>/annulla/",
        payments.payment_undo_group,
        name="payment_undo_group",
    ),
    path("solleciti/nuovo/", reminders.reminder_new, name="reminder_new"),
    path("solleciti/whatsapp/", whatsapp.whatsapp, name="whatsapp"),
    path("solleciti/allegato/", reminders.reminder_attachment, name="reminder_attachment"),
    path("solleciti/<slug:token>/", reminders.reminder_sent, name="reminder_sent"),
    path("solleciti/<slug:token>/annulla/", reminders.reminder_undo, name="reminder_undo"),
]

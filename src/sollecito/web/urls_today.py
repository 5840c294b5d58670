"""Addresses of Solleciti di oggi."""

from __future__ import annotations

from django.urls import path

from sollecito.web.views import today, today_acts, today_send, today_write

today_urls = [
    path("oggi/", today.today_list, name="today"),
    path("oggi/aggiorna/", today.today_refresh, name="today_refresh"),
    path("oggi/incassi-aggiornati/", today.today_takings, name="today_takings"),
    path("oggi/invia/", today_send.today_order, name="today_order"),
    path("oggi/invii/<int:pk>/", today_send.today_progress, name="today_progress"),
    path("oggi/invii/<int:pk>/annulla/", today_send.today_order_undo, name="today_order_undo"),
    path("oggi/riprendi/", today_acts.today_release, name="today_release"),
    path("oggi/<int:pk>/", today_write.today_item, name="today_item"),
    path("oggi/<int:pk>/modifica/", today_write.today_edit, name="today_edit"),
    path("oggi/<int:pk>/testo/", today_write.today_unedit, name="today_unedit"),
    path("oggi/<int:pk>/invia/", today_acts.today_send, name="today_send"),
    path("oggi/<int:pk>/annulla/", today_acts.today_undo, name="today_undo"),
    path("oggi/<int:pk>/salta/", today_acts.today_skip, name="today_skip"),
    path("oggi/<int:pk>/rimetti/", today_acts.today_restore, name="today_restore"),
    path("oggi/<int:pk>/sospendi/", today_acts.today_hold, name="today_hold"),
    path("oggi/<int:pk>/indirizzo/", today_acts.today_address, name="today_address"),
]

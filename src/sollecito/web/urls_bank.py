"""Addresses of Banca."""

from __future__ import annotations

from django.urls import path

from sollecito.web.views import bank, bank_match

bank_urls = [
    path("banca/", bank.bank, name="bank"),
    path("banca/<int:pk>/conferma/", bank.bank_confirm, name="bank_confirm"),
    path("banca/<int:pk>/abbina/", bank_match.bank_match, name="bank_match"),
    path("banca/<int:pk>/insoluto/", bank.bank_return, name="bank_return"),
    path("banca/<int:pk>/annulla/", bank.bank_undo, name="bank_undo"),
    path("banca/<int:pk>/da-parte/", bank.bank_aside, name="bank_aside"),
    path("banca/regole/<int:pk>/togli/", bank.bank_forget, name="bank_forget"),
]

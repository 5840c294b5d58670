"""Addresses of Solleciti automatici."""

from __future__ import annotations

from django.urls import path

from sollecito.web.views import (
    programme_choices,
    programme_edit,
    programme_start,
    programmes,
)

programmes_urls = [
    path("automatici/", programmes.programmes, name="programmes"),
    path("automatici/nuova/", programme_edit.programme_new, name="programme_new"),
    path("automatici/salta/", programme_edit.programme_skip, name="programme_skip"),
    path(
        "automatici/salti/<int:pk>/riprendi/",
        programme_edit.programme_unskip,
        name="programme_unskip",
    ),
    path("automatici/ferma/", programmes.pause, name="programmes_pause"),
    path("automatici/riprendi/", programmes.resume, name="programmes_resume"),
    path("automatici/ferma-tutto/", programmes.pause_everything, name="programmes_pause_all"),
    path("automatici/riprendi-tutto/", programmes.resume_everything, name="programmes_resume_all"),
    path("automatici/chi/", programme_choices.choices, name="programme_choices"),
    path("automatici/chi/azienda/", programme_choices.choose_company, name="programme_company"),
    path("automatici/chi/categoria/", programme_choices.choose_segment, name="programme_segment"),
    path(
        "automatici/chi/cliente/<int:pk>/",
        programme_choices.choose_customer,
        name="programme_customer",
    ),
    path(
        "automatici/chi/rata/<int:pk>/",
        programme_choices.choose_instalment,
        name="programme_instalment",
    ),
    path("automatici/<int:pk>/", programme_edit.programme, name="programme"),
    path("automatici/<int:pk>/prova/", programme_edit.programme_trial, name="programme_trial"),
    path(
        "automatici/<int:pk>/attiva/", programme_start.programme_activate, name="programme_activate"
    ),
    path(
        "automatici/avvii/<int:pk>/", programme_start.programme_starting, name="programme_starting"
    ),
    path("automatici/<int:pk>/duplica/", programmes.duplicate, name="programme_duplicate"),
    path("automatici/<int:pk>/ferma/", programmes.stop, name="programme_stop"),
    path("automatici/<int:pk>/togli/", programmes.remove, name="programme_remove"),
]

"""Addresses of the site."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("sollecito.web.urls"))]

handler403 = "sollecito.web.views.errors.forbidden"
handler404 = "sollecito.web.views.errors.not_found"
handler500 = "sollecito.web.views.errors.server_error"

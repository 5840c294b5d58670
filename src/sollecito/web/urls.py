"""Addresses of the pages, one list an area."""

from __future__ import annotations

from django.urls import URLPattern, path

from sollecito.web.views import session

app_name = "web"

session_urls = [
    path("entra/", session.LoginView.as_view(), name="login"),
    path("esci/", session.LogoutView.as_view(), name="logout"),
    path("azienda/", session.switch_company, name="switch_company"),
]

urlpatterns: list[URLPattern] = [
    *session_urls,
]

"""Addresses of the pages, one list an area."""

from __future__ import annotations

from django.urls import URLPattern, path

from sollecito.web.urls_bank import bank_urls
from sollecito.web.urls_customers import customers_urls
from sollecito.web.urls_imports import imports_urls
from sollecito.web.urls_ledger import ledger_urls
from sollecito.web.urls_messages import messages_urls
from sollecito.web.urls_programmes import programmes_urls
from sollecito.web.urls_settings import settings_urls
from sollecito.web.urls_today import today_urls
from sollecito.web.views import gateway_reports, session

app_name = "web"

session_urls = [
    path("entra/", session.LoginView.as_view(), name="login"),
    path("esci/", session.LogoutView.as_view(), name="logout"),
    path("azienda/", session.switch_company, name="switch_company"),
]

report_urls = [
    path("consegne/sms/<int:sender_id>/", gateway_reports.sms_report, name="sms_report"),
]

urlpatterns: list[URLPattern] = [
    *report_urls,
    *session_urls,
    *today_urls,
    *ledger_urls,
    *imports_urls,
    *bank_urls,
    *customers_urls,
    *messages_urls,
    *programmes_urls,
    *settings_urls,
]

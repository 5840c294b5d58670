"""Addresses of set-up, profile and Impostazioni."""

from __future__ import annotations

from django.urls import path

from sollecito.web.views import (
    own_profile,
    sending,
    settings,
    settings_accounts,
    settings_charges,
    settings_mail,
    settings_people,
    setup,
)

settings_urls = [
    path("benvenuto/", setup.setup, name="setup"),
    path("profilo/", own_profile.profile, name="profile"),
    path("impostazioni/", settings.company, name="settings"),
    path("impostazioni/orari/", settings.rules, name="settings_rules"),
    path("impostazioni/chiusure/", settings.closures, name="settings_closures"),
    path(
        "impostazioni/chiusure/<int:pk>/togli/",
        settings.closure_remove,
        name="settings_closure_remove",
    ),
    path("impostazioni/testo/", settings.texts, name="settings_texts"),
    path("impostazioni/testo/anteprima/", settings.texts_preview, name="settings_texts_preview"),
    path("impostazioni/conti/", settings_accounts.accounts, name="settings_accounts"),
    path("impostazioni/conti/nuovo/", settings_accounts.account_edit, name="settings_account_new"),
    path("impostazioni/conti/<int:pk>/", settings_accounts.account_edit, name="settings_account"),
    path(
        "impostazioni/conti/<int:pk>/togli/",
        settings_accounts.account_remove,
        name="settings_account_remove",
    ),
    path("impostazioni/posta/", settings_mail.mail_account, name="settings_mail"),
    path("impostazioni/posta/prova/", settings_mail.mail_check, name="settings_mail_check"),
    path("impostazioni/posta/riprendi/", settings_mail.mail_release, name="settings_mail_release"),
    path("impostazioni/posta/togli/", settings_mail.mail_remove, name="settings_mail_remove"),
    path("impostazioni/utenti/", settings_people.users, name="settings_users"),
    path("impostazioni/utenti/nuovo/", settings_people.user_invite, name="settings_user_new"),
    path("impostazioni/utenti/<int:pk>/", settings_people.user_edit, name="settings_user"),
    path(
        "impostazioni/utenti/<int:pk>/togli/",
        settings_people.user_remove,
        name="settings_user_remove",
    ),
    path("impostazioni/agenti/", settings_people.agents, name="settings_agents"),
    path("impostazioni/agenti/nuovo/", settings_people.agent_edit, name="settings_agent_new"),
    path("impostazioni/agenti/<int:pk>/", settings_people.agent_edit, name="settings_agent"),
    path(
        "impostazioni/agenti/<int:pk>/togli/",
        settings_people.agent_remove,
        name="settings_agent_remove",
    ),
    path("impostazioni/incarichi/", settings_charges.charges, name="settings_charges"),
    path("impostazioni/incarichi/<int:pk>/", settings_charges.charge_edit, name="settings_charge"),
    path("impostazioni/invii/", sending.sending, name="settings_sending"),
]

"""Addresses of set-up, profile and Impostazioni."""

from __future__ import annotations

from django.urls import path

from sollecito.web.views import (
    interests,
    own_profile,
    sending,
    settings,
    settings_accounts,
    settings_charges,
    settings_people,
    settings_senders,
    setup,
    template_edit,
    template_list,
    tiers,
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
    path("impostazioni/testo/", template_list.templates, name="settings_texts"),
    path("impostazioni/modelli/", template_list.templates, name="settings_templates"),
    path("impostazioni/modelli/nuovo/", template_list.template_copy, name="settings_template_new"),
    path("impostazioni/modelli/<slug:code>/", template_edit.template, name="settings_template"),
    *(
        path(f"impostazioni/modelli/<slug:code>/{word}/", view, name=f"settings_template_{name}")
        for word, name, view in (
            ("anteprima", "preview", template_edit.template_preview),
            ("posta", "mail", template_edit.template_mail),
            ("lettera", "letter", template_edit.template_letter),
            ("ripristina", "restore", template_edit.template_restore),
            ("scelte", "choices", template_list.template_choices),
            ("verificato", "checked", template_list.template_checked),
            ("togli", "archive", template_list.template_archive),
        )
    ),
    path("impostazioni/tassi/", interests.rates, name="settings_rates"),
    path("impostazioni/tassi/<int:pk>/togli/", interests.rate_remove, name="settings_rate_remove"),
    path("impostazioni/conti/", settings_accounts.accounts, name="settings_accounts"),
    path("impostazioni/conti/nuovo/", settings_accounts.account_edit, name="settings_account_new"),
    path("impostazioni/conti/<int:pk>/", settings_accounts.account_edit, name="settings_account"),
    path(
        "impostazioni/conti/<int:pk>/togli/",
        settings_accounts.account_remove,
        name="settings_account_remove",
    ),
    path("impostazioni/mittenti/", settings_senders.senders, name="settings_senders"),
    path(
        "impostazioni/mittenti/nuovo/",
        settings_senders.sender_choose,
        name="settings_sender_choose",
    ),
    path(
        "impostazioni/mittenti/nuovo/dati/", settings_senders.sender_new, name="settings_sender_new"
    ),
    path("impostazioni/mittenti/<int:pk>/", settings_senders.sender_page, name="settings_sender"),
    path(
        "impostazioni/mittenti/<int:pk>/modifica/",
        settings_senders.sender_edit,
        name="settings_sender_edit",
    ),
    path(
        "impostazioni/mittenti/<int:pk>/prova/",
        settings_senders.sender_check,
        name="settings_sender_check",
    ),
    path(
        "impostazioni/mittenti/<int:pk>/riprendi/",
        settings_senders.sender_release,
        name="settings_sender_release",
    ),
    path(
        "impostazioni/mittenti/<int:pk>/togli/",
        settings_senders.sender_remove,
        name="settings_sender_remove",
    ),
    path("impostazioni/abbonamento/", tiers.tier_page, name="settings_tier"),
    path("impostazioni/abbonamento/nuovo/", tiers.tier_edit, name="settings_tier_new"),
    path("impostazioni/abbonamento/assegna/", tiers.tier_assign, name="settings_tier_assign"),
    path("impostazioni/abbonamento/<int:pk>/", tiers.tier_edit, name="settings_tier_edit"),
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

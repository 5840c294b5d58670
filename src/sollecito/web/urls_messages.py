"""Addresses of Comunicazioni inviate and of the local mailbox."""

from __future__ import annotations

from django.urls import path

from sollecito.web.views import letters, local_mail, messages, received, saved_drafts, uncertain

messages_urls = [
    path("comunicazioni/", messages.messages, name="messages"),
    path("comunicazioni/incerti/", uncertain.uncertain, name="uncertain"),
    path("comunicazioni/lettere/", letters.letters, name="letters"),
    path("comunicazioni/lettere/scelte/", letters.letters_act, name="letters_act"),
    path("comunicazioni/lettere/<int:pk>/", letters.letter_returned, name="letter_returned"),
    path("comunicazioni/arrivati/", received.loose, name="loose"),
    path("comunicazioni/<int:pk>/", messages.message, name="message"),
    path("comunicazioni/<int:pk>/prova/", received.message_proof, name="message_proof"),
    path("arrivati/<int:pk>/eml/", received.received_eml, name="received_eml"),
    path("risposte/", received.replies, name="replies"),
    path("risposte/<int:pk>/letta/", received.reply_seen, name="reply_seen"),
    path("indirizzi/<int:pk>/riprova/", received.address_retry, name="address_retry"),
    path("comunicazioni/<int:pk>/eml/", messages.message_eml, name="message_eml"),
    path(
        "comunicazioni/<int:pk>/allegati/<int:position>/",
        messages.message_attachment,
        name="message_attachment",
    ),
    path("comunicazioni/<int:pk>/annulla/", messages.message_cancel, name="message_cancel"),
    path("comunicazioni/destinatario/<int:pk>/", messages.message_resolve, name="message_resolve"),
    path("rate/<int:pk>/comunicazioni/", messages.instalment_messages, name="instalment_messages"),
    path("bozze/", saved_drafts.saved_drafts, name="saved_drafts"),
    path("bozze/<int:pk>/", saved_drafts.saved_draft_open, name="saved_draft_open"),
    path("bozze/<int:pk>/elimina/", saved_drafts.saved_draft_remove, name="saved_draft_remove"),
    path("posta/", local_mail.mailbox, name="mailbox"),
    path("posta/<slug:mail_id>/", local_mail.mail, name="mail"),
    path("posta/<slug:mail_id>/html/", local_mail.mail_html, name="mail_html"),
    path("posta/<slug:mail_id>/testo/", local_mail.mail_raw, name="mail_raw"),
    path(
        "posta/<slug:mail_id>/allegati/<int:position>/",
        local_mail.mail_attachment,
        name="mail_attachment",
    ),
]

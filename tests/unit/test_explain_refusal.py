"""What a server's refusal means, said to who configures the account."""

from __future__ import annotations

import smtplib

from sollecito.channels.base import Phase, Reply
from sollecito.flows.explain_refusal import explain_cause, explain_reply


def test_a_server_that_wants_a_login_is_not_told_as_a_wrong_sender() -> None:
    reply = Reply("a@b.example", 530, "5.7.0", "Authentication required", phase=Phase.MAIL)
    message, hint, words = explain_reply(reply, sender="a@b.example")
    assert message == "Il server chiede utente e password."
    assert "indirizzo intero" in hint
    assert words == "530 5.7.0 Authentication required"


def test_a_server_that_stays_silent_points_to_the_security() -> None:
    silent = smtplib.SMTPServerDisconnected("Connection unexpectedly closed: timed out")
    message, hint = explain_cause(silent, host="smtp.b.example", port=465)
    assert message.startswith("smtp.b.example:465 non risponde")
    assert "TLS" in hint
    closed = smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
    assert "ha chiuso la connessione" in explain_cause(closed, host="h", port=1)[0]

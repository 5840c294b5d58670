"""Why a mail account does not work, in plain Italian, and what to do about it."""

from __future__ import annotations

import smtplib
import socket
import ssl

from sollecito.channels.base import LATER, Phase, Refused, Reply, family

CAUSES: tuple[tuple[type[BaseException], str, str], ...] = (
    (
        socket.gaierror,
        "Il server «{host}» non si trova: il nome è sbagliato o la rete non funziona.",
        "Controlla il nome: di solito è smtp.tuodominio.it.",
    ),
    (
        ConnectionRefusedError,
        "{place} rifiuta la connessione: la porta è chiusa.",
        "Prova 465 con TLS oppure 587 con STARTTLS.",
    ),
    (
        ssl.SSLCertVerificationError,
        "Il certificato di {host} non è valido.",
        (
            "Scrivi il nome esatto che il gestore indica per la posta in uscita; se il server "
            "è tuo, installa un certificato valido."
        ),
    ),
    (
        ssl.SSLError,
        "{place} non parla la cifratura scelta.",
        "Con la porta 465 scegli TLS, con la 587 STARTTLS.",
    ),
    (
        TimeoutError,
        "{place} non risponde.",
        (
            "La porta può essere bloccata dalla rete o dal firewall: prova 465 con TLS o 587 con "
            "STARTTLS."
        ),
    ),
    (
        smtplib.SMTPAuthenticationError,
        "Il server non accetta utente e password.",
        (
            "L'utente è spesso l'indirizzo intero. Con la verifica in due passaggi serve una "
            "«password per le app», che si crea nel sito del gestore."
        ),
    ),
    (
        smtplib.SMTPNotSupportedError,
        "{place} non offre la cifratura o l'accesso con password che gli si chiede.",
        "Controlla porta e sicurezza: 465 con TLS, 587 con STARTTLS.",
    ),
    (
        smtplib.SMTPServerDisconnected,
        "{place} ha chiuso la connessione.",
        "Controlla porta e sicurezza: 465 con TLS, 587 con STARTTLS.",
    ),
    (
        OSError,
        "La connessione con {place} non riesce.",
        "Controlla nome del server, porta e rete.",
    ),
)
"""Subclasses first: smtplib's exceptions are OSErrors too."""

PHASES: dict[Phase, tuple[str, str]] = {
    Phase.MAIL: (
        "Il server non accetta {sender} come mittente.",
        "Scrivi come mittente l'indirizzo della casella con cui entri.",
    ),
    Phase.RCPT: (
        "Il server non accetta di scrivere a {recipient}.",
        "Controlla il tuo indirizzo in Profilo, e che l'account possa scrivere fuori dal dominio.",
    ),
}
SILENCE = (
    "{place} non risponde come un server di posta con la sicurezza scelta.",
    (
        "Con la porta 465 scegli TLS, con la 587 STARTTLS. Se sono già così, la porta può essere "
        "bloccata dalla rete o dal firewall."
    ),
)
LOGIN_WANTED = (
    "Il server chiede utente e password.",
    "Scrivili nell'account: l'utente è spesso l'indirizzo intero.",
)
AUTHENTICATION_REQUIRED = 530
"""RFC 4954, section 6."""
ANY_PHASE = (
    "Il server ha rifiutato il messaggio di prova.",
    "Leggi le sue parole qui sotto, o mandale al gestore della posta.",
)
NOT_NOW = "Il server chiede di riprovare più tardi: aspetta qualche minuto e ripeti la prova."


def explain_cause(cause: BaseException | None, *, host: str, port: int) -> tuple[str, str]:
    """What happened and what to do, for what broke before the server decided."""
    place = f"{host}:{port}"
    if isinstance(cause, smtplib.SMTPServerDisconnected) and "timed out" in str(cause):
        return SILENCE[0].format(place=place), SILENCE[1]
    for kind, message, hint in CAUSES:
        if isinstance(cause, kind):
            return message.format(host=host, place=place), hint
    return ANY_PHASE


def explain_refusal(refused: Refused, *, host: str, port: int) -> tuple[str, str, str]:
    """As ``explain_cause``, with the reason in the server's own words."""
    if refused.__cause__ is None:
        return refused.reason, "", ""
    message, hint = explain_cause(refused.__cause__, host=host, port=port)
    return message, hint, _words(refused.__cause__)


def _words(cause: BaseException) -> str:
    """What the server said, else what the system did."""
    if isinstance(cause, smtplib.SMTPResponseException):
        said = cause.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return f"{cause.smtp_code} {text}"
    return str(cause)


def explain_reply(reply: Reply, *, sender: str) -> tuple[str, str, str]:
    """The same for a reply of the server that is not a yes."""
    message, hint = PHASES.get(reply.phase, ANY_PHASE)
    if reply.code == AUTHENTICATION_REQUIRED:
        message, hint = LOGIN_WANTED
    words = f"{reply.code} {reply.enhanced} {reply.text}".replace("  ", " ").strip()
    if family(reply.code) == LATER:
        hint = NOT_NOW
    return message.format(sender=sender, recipient=reply.recipient), hint, words

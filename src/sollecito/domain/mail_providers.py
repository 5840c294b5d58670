"""Gestori di posta: where their servers are and how much they let through, to fill a form with.

What ``source`` names is a published limit, the lowest where it grows with the contract's age.
Every other rate is a prudent one of ours, and the page says so. Libero and TIM say that they set
limits, without saying which (aiuto.libero.it, «Invio massiccio di mail»; tim.it, «Casella di
posta», which names 50 recipients a mail). People may change both. Sources read in November 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Security = Literal["tls", "starttls"]


@dataclass(frozen=True, slots=True)
class Provider:
    """Gestore: ``user_hint`` and ``password_hint`` say what is peculiar to it.

    ``spf_include`` must be named by the SPF record of a domain that writes through it;
    ``dkim_selectors`` are where its keys lie unless the customer chose others.
    """

    code: str
    name: str
    channel: Literal["email", "pec"]
    host: str
    imap_host: str
    port: int = 465
    security: Security = "tls"
    imap_port: int = 993
    per_minute: int | None = None
    per_hour: int | None = None
    per_day: int | None = None
    connections: int = 2
    hint: str = ""
    spf_include: str = ""
    dkim_selectors: tuple[str, ...] = ()
    source: str = ""


PRUDENT_HOUR, PRUDENT_DAY = 150, 1000
TWO_STEPS = (
    "Con la verifica in due passaggi serve una «password per le app», che si crea nel sito del "
    "gestore."
)
OAUTH = (
    "Microsoft toglie l'accesso con password: l'amministratore deve permettere «SMTP autenticato» "
    "per questa casella. La lettura per IMAP con password non è più offerta."
)
TWO_STEPS_PEC = (
    "Se hai attivato la verifica in due passaggi, crea nel sito del gestore una password dedicata "
    "ai programmi di posta."
)

PROVIDERS: tuple[Provider, ...] = (
    Provider(
        "aruba", "Aruba", "email", "smtps.aruba.it", "imaps.aruba.it",
        per_hour=PRUDENT_HOUR, per_day=PRUDENT_DAY, spf_include="_spf.aruba.it",
    ),
    Provider(
        "register", "Register.it", "email", "authsmtp.securemail.pro", "imap.securemail.pro",
        per_hour=PRUDENT_HOUR, per_day=1000, spf_include="spf.webapps.net",
        source="netfabric.freshdesk.com (rivenditore), «Problemi invio posta»: 1.000 invii al "
        "giorno per tutte le caselle del piano base",
    ),
    Provider(
        "google", "Gmail / Google Workspace", "email", "smtp.gmail.com", "imap.gmail.com",
        per_day=500, hint=TWO_STEPS, spf_include="_spf.google.com", dkim_selectors=("google",),
        source="support.google.com/a/answer/166852: 500 in 24 ore per gli account gratuiti e di "
        "prova, 2.000 per Workspace a pagamento",
    ),
    Provider(
        "microsoft", "Microsoft 365", "email", "smtp.office365.com", "",
        port=587, security="starttls", per_minute=30, per_day=10_000, connections=3, hint=OAUTH,
        spf_include="spf.protection.outlook.com", dkim_selectors=("selector1", "selector2"),
        source="learn.microsoft.com, «Exchange Online limits», sending limits: 30 messaggi al "
        "minuto, 10.000 destinatari al giorno; 3 connessioni SMTP insieme",
    ),
    Provider(
        "libero", "Libero Mail Business", "email", "smtp.libero.it", "imapmail.libero.it",
        per_hour=100, per_day=500, hint=TWO_STEPS,
    ),
    Provider(
        "tim", "TIM Mail", "email", "smtp.tim.it", "imap.tim.it", per_hour=100, per_day=500,
    ),
    Provider(
        "ionos", "IONOS", "email", "smtp.ionos.it", "imap.ionos.it",
        per_hour=50, spf_include="_spf-eu.ionos.com",
        source="ionos.co.uk/help, «What are the mass mailing limits»: 50 all'ora nei primi 7 "
        "giorni di contratto, 100 fino a 14, 400 fino a 30, poi 500",
    ),
    Provider(
        "aruba_pec", "Aruba PEC", "pec", "smtps.pec.aruba.it", "imaps.pec.aruba.it",
        per_hour=PRUDENT_HOUR, per_day=PRUDENT_DAY, hint=TWO_STEPS_PEC,
    ),
    Provider(
        "legalmail", "Legalmail (InfoCert)", "pec",
        "sendm.cert.legalmail.it", "mbox.cert.legalmail.it",
        per_minute=6, connections=1,
        hint="L'utente di Legalmail è il codice con cui entri (User ID), non l'indirizzo. Le "
        "condizioni di Legalmail (art. 5) vietano gli invii senza intervento di una persona, salvo "
        "accordo: approva a mano i passi per PEC, oppure chiedi a InfoCert.",
        source="help.infocert.it, errore «Too much traffic from this sender»: 6 messaggi al minuto "
        "(condizioni generali, art. 5)",
    ),
    Provider(
        "postecert", "PosteCert (Poste Italiane)", "pec", "mail.postecert.it", "mail.postecert.it",
        per_hour=100, per_day=200,
    ),
    Provider(
        "register_pec", "Register.it PEC", "pec", "server.pec-email.com", "server.pec-email.com",
        per_hour=PRUDENT_HOUR, per_day=PRUDENT_DAY,
    ),
    Provider(
        "namirial", "Namirial (Sicurezza Postale)", "pec",
        "smtps.sicurezzapostale.it", "imaps.sicurezzapostale.it",
        per_hour=PRUDENT_HOUR, per_day=PRUDENT_DAY,
    ),
)  # fmt: skip

BY_CODE = {provider.code: provider for provider in PROVIDERS}


def providers_of(channel: str) -> tuple[Provider, ...]:
    """Those of a channel, in the order in which they are offered."""
    return tuple(provider for provider in PROVIDERS if provider.channel == channel)

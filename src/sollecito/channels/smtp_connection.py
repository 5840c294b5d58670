"""One kept connection to an SMTP account: opened as demanded, proven before reuse, dropped."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sollecito.channels.base import SUCCESS, Phase, Refused, Reply, family, is_loopback
from sollecito.channels.smtp_settings import SmtpSettings
from sollecito.channels.smtp_wire import ask, has_spoken, open_client, socket_of

IDLE_SECONDS = 20
FRESH_SECONDS = 1

Decided = dict[str, Reply]


class SmtpConnection:
    """Connessione tenuta aperta. One thread at a time."""

    def __init__(self, settings: SmtpSettings) -> None:
        """Remember the account; nothing is opened yet."""
        self.settings = settings
        self.needs_reset = False
        self._client: smtplib.SMTP | None = None
        self._context: ssl.SSLContext | None = None
        self._used_at = 0.0

    def kept(self) -> smtplib.SMTP | None:
        """Return the open connection if it still answers; drop it if not."""
        client = self._client
        if client is None:
            return None
        with suppress(OSError, smtplib.SMTPException):
            idle = time.monotonic() - self._used_at
            if idle < FRESH_SECONDS and not self.needs_reset:
                return client
            if not has_spoken(client):
                if idle < IDLE_SECONDS and not self.needs_reset:
                    return client
                if family(ask(client, "RSET")[0]) == SUCCESS:
                    self.needs_reset = False
                    return client
        self.drop()
        return None

    def connect(self) -> smtplib.SMTP:
        """Open, secure and log in. Raises Refused; never falls back to less than demanded."""
        wanted = self.settings
        if wanted.security == "plain" and not (wanted.allow_plain or is_loopback(wanted.host)):
            reason = f"Invio in chiaro verso {wanted.host} non consentito: usa TLS o STARTTLS."
            raise Refused(reason, phase=Phase.TLS)
        self._context = self._context or ssl.create_default_context()
        with self.during(Phase.CONNECT):
            self._client = client = open_client(wanted, self._context)
            client.ehlo_or_helo_if_needed()
        if wanted.security == "starttls":
            with self.during(Phase.TLS):
                client.starttls(context=self._context)
                client.ehlo_or_helo_if_needed()
        if wanted.user:
            with self.during(Phase.LOGIN):
                client.login(wanted.user, wanted.password)
        self.needs_reset = False
        return client

    def touch(self) -> None:
        """Note that the connection was just used."""
        self._used_at = time.monotonic()

    def drop(self) -> None:
        """Close at once, without QUIT."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError):
                client.close()

    def close(self) -> None:
        """Say QUIT on an idle connection; nobody waits for its answer, it means nothing."""
        if self._client is not None:
            with suppress(OSError, smtplib.SMTPException):
                socket_of(self._client).settimeout(2)
                self._client.putcmd("quit")
        self.drop()

    @contextmanager
    def during(self, phase: Phase, decided: Decided | None = None) -> Iterator[None]:
        """Turn whatever the network breaks before the dot into Refused, and drop.

        ``decided`` are recipients refused before, which the exception carries on.
        """
        try:
            yield
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            at = Phase.TLS if isinstance(error, ssl.SSLError) else phase
            raise Refused(
                self._explain(at, error),
                phase=at,
                code=getattr(error, "smtp_code", 0),
                replies=tuple((decided or {}).values()),
            ) from error
        except BaseException:
            self.drop()
            raise

    def _explain(self, phase: Phase, error: Exception) -> str:
        place = f"{self.settings.host}:{self.settings.port}"
        raw = getattr(error, "smtp_error", b"")
        words = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
        words = words or str(error) or type(error).__name__
        if isinstance(error, ssl.SSLCertVerificationError):
            words = f"certificato non valido: {error.verify_message}"
        said = {
            Phase.CONNECT: f"Il server {place} non risponde: controlla nome e porta",
            Phase.TLS: f"Connessione cifrata con {place} non riuscita: controlla la sicurezza",
            Phase.LOGIN: f"{place} rifiuta l'accesso: controlla utente e password",
        }.get(phase, f"Connessione con {place} interrotta prima dell'invio")
        return f"{said} ({words})."[:500]

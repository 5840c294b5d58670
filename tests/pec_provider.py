"""A PEC provider for the tests: a real SMTP server that answers with receipts in a mailbox.

The envelopes have the form of RFC 6109: signed around mixed, the certificate inside, our own mail
attached to a complete delivery receipt. The provider signs them as providers do (S/MIME), with a
certificate of the tests' own.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.utils import getaddresses
from typing import Any
from xml.sax.saxutils import escape

from aiosmtpd.controller import Controller

from tests.mail_servers import free_port
from tests.signed_mail import Signer, provider_signer, sign

SUBJECTS = {
    "accettazione": "ACCETTAZIONE",
    "non-accettazione": "AVVISO DI NON ACCETTAZIONE",
    "avvenuta-consegna": "CONSEGNA",
    "errore-consegna": "AVVISO DI MANCATA CONSEGNA",
    "preavviso-errore-consegna": "AVVISO DI MANCATA CONSEGNA",
}
_numbers = itertools.count(1)


def make_receipt(  # noqa: PLR0913  what a receipt may say
    kind: str,
    *,
    message_id: str,
    recipients: list[str],
    about: str = "",
    subject: str = "Sollecito",
    original: bytes = b"",
    outside: tuple[str, ...] = (),
    error: str = "nessuno",
    text: str = "",
    signer: Signer | None = None,
) -> bytes:
    """One receipt; ``about`` is the recipient it speaks of, ``original`` makes it complete."""
    number = next(_numbers)
    kinds = {each: "esterno" if each in outside else "certificato" for each in recipients}
    named = "".join(f'<destinatari tipo="{k}">{each}</destinatari>' for each, k in kinds.items())
    certificate = (
        f'<?xml version="1.0" encoding="UTF-8"?><postacert tipo="{kind}" errore="{error}">'
        f"<intestazione><mittente>crediti@pec.example.test</mittente>{named}"
        f"<oggetto>{escape(subject)}</oggetto></intestazione><dati>"
        "<gestore-emittente>GESTORE DI PROVA</gestore-emittente>"
        '<data zona="+0100"><giorno>20/11/2026</giorno><ora>09:30:02</ora></data>'
        f"<identificativo>opec.{abs(hash(message_id))}@gestore.example.test</identificativo>"
        f"<msgid>{escape(message_id)}</msgid>"
        + ('<ricevuta tipo="completa"/>' if original else "")
        + (f"<consegna>{about}</consegna>" if about else "")
        + (f"<errore-esteso>{escape(text)}</errore-esteso>" if text else "")
        + "</dati></postacert>"
    )
    head = (
        "From: posta-certificata@gestore.example.test\r\nTo: crediti@pec.example.test\r\n"
        f"Subject: {SUBJECTS[kind]}: {subject}\r\nX-Ricevuta: {kind}\r\n"
        + ("X-TipoRicevuta: completa\r\n" if original else "")
        + f"X-Riferimento-Message-ID: {message_id}\r\n"
        f"Message-ID: <opec.{number}.{kind}@gestore.example.test>\r\n"
        "Date: Fri, 20 Nov 2026 09:30:02 +0100\r\nMIME-Version: 1.0\r\n"
    ).encode()
    parts = (
        'Content-Type: multipart/mixed; boundary="mixed"\r\n\r\n--mixed\r\n'
        f"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nRicevuta: {kind}\r\n--mixed\r\n"
        'Content-Type: application/xml; name="daticert.xml"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        'Content-Disposition: inline; filename="daticert.xml"\r\n\r\n'
        + base64.encodebytes(certificate.encode()).decode().replace("\n", "\r\n")
    ).encode()
    if original:
        parts += (
            b'--mixed\r\nContent-Type: message/rfc822; name="postacert.eml"\r\n'
            b'Content-Disposition: inline; filename="postacert.eml"\r\n\r\n' + original + b"\r\n"
        )
    return head + sign(parts + b"--mixed--\r\n", signer or provider_signer())


@dataclass
class Provider:
    """What it was sent; ``put`` lays a mail into the sender's mailbox.

    ``unknown`` are addresses it cannot deliver to, ``outside`` those that are no PEC.
    """

    put: Callable[[bytes], None]
    mailbox: str
    unknown: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    taken: list[bytes] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        raw = bytes(envelope.original_content)
        self.taken.append(raw)
        for receipt in self.answers(raw, list(envelope.rcpt_tos)):
            self.put(receipt)
        return "250 2.0.0 Ok"

    def answers(self, raw: bytes, recipients: list[str]) -> Iterator[bytes]:
        """As the rules have it: no Bcc, From is the mailbox, one receipt a recipient."""
        mail = message_from_bytes(raw)
        shown = {a for _, a in getaddresses([str(mail[n]) for n in ("To", "Cc") if mail[n]])}
        about: dict[str, Any] = {
            "message_id": str(mail["Message-ID"]),
            "recipients": recipients,
            "subject": str(mail["Subject"]),
        }
        if set(recipients) - shown or self.mailbox not in str(mail["From"]):
            words = "Destinatari in copia nascosta, o mittente diverso dalla casella"
            yield make_receipt("non-accettazione", error="altro", text=words, **about)
            return
        outside = tuple(each for each in recipients if each in self.outside)
        yield make_receipt("accettazione", outside=outside, **about)
        for each in recipients:
            if each in self.unknown:
                words = "5.1.1 - indirizzo non valido"
                yield make_receipt(
                    "errore-consegna", about=each, error="no-dest", text=words, **about
                )
            elif each not in outside:
                complete = str(mail["X-TipoRicevuta"]).lower() == "completa"
                yield make_receipt(
                    "avvenuta-consegna", about=each, original=raw if complete else b"", **about
                )


@contextmanager
def running_provider(put: Callable[[bytes], None], mailbox: str) -> Iterator[Provider]:
    """Start it on a port of this machine; stop it at the end."""
    provider = Provider(put, mailbox, port=free_port())
    controller = Controller(provider, hostname="127.0.0.1", port=provider.port)
    controller.start()
    try:
        yield provider
    finally:
        controller.stop()

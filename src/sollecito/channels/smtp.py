"""Channel `email`: a thin SMTP client on smtplib, one transaction a content (RFC 5321).

MAIL, one RCPT each, DATA, body, gate, dot. The only reply that decides is the one read right
after the dot; after any failure the connection is dropped without QUIT, because the answer to a
QUIT sent while the dot's reply is due may be that reply.
"""

from __future__ import annotations

import smtplib
from contextlib import suppress

from sollecito.channels.base import (
    SUCCESS,
    Gate,
    Outgoing,
    Phase,
    Refused,
    Reply,
    ReplyLost,
    Withheld,
    family,
)
from sollecito.channels.smtp_connection import Decided, SmtpConnection
from sollecito.channels.smtp_settings import SmtpSettings
from sollecito.channels.smtp_wire import (
    CLOSING,
    ask,
    check_bytes,
    converse,
    early_reply,
    parse_reply,
    read_decision,
    socket_of,
    stuff_dots,
    wire_address,
)

START_DATA = 354


class SmtpChannel:
    """Canale e-mail of one account; keeps its connection."""

    def __init__(self, settings: SmtpSettings) -> None:
        """Remember the account; nothing is opened before the first transmission."""
        self._settings = settings
        self._line = SmtpConnection(settings)

    def send(self, outgoing: Outgoing, gate: Gate) -> list[Reply]:
        """Transmit one content; see ``Channel.send``. One reply per recipient, in order."""
        check_bytes(outgoing.raw)
        body = stuff_dots(outgoing.raw)
        client, decided = self._open_envelope(outgoing)
        accepted = tuple(r for r in outgoing.recipients if r not in decided)
        if accepted and self._start_data(client, accepted, decided):
            phase, answer = Phase.BODY, self._write_body(client, body, decided)
            if answer is None:
                self._pass_gate(gate, accepted, decided)
                phase, answer = self._write_dot(client, decided)
            decided.update({r: parse_reply(r, phase, answer) for r in accepted})
        if any(reply.code == CLOSING for reply in decided.values()):
            self._line.drop()
        self._line.touch()
        return [decided[recipient] for recipient in outgoing.recipients]

    def probe(self) -> None:
        """Connect and log in, for the test button. Raises Refused."""
        self._line.drop()
        self._line.connect()

    def close(self) -> None:
        """Let the connection go; never raises."""
        self._line.close()

    def _open_envelope(self, outgoing: Outgoing) -> tuple[smtplib.SMTP, Decided]:
        """MAIL and RCPT; on a kept connection that turns out dead, once more on a new one."""
        kept = self._line.kept()
        if kept is not None:
            with suppress(Refused):
                decided = self._write_envelope(kept, outgoing)
                if all(reply.code != CLOSING for reply in decided.values()):
                    return kept, decided
            self._line.drop()
        client = self._line.connect()
        return client, self._write_envelope(client, outgoing)

    def _write_envelope(self, client: smtplib.SMTP, outgoing: Outgoing) -> Decided:
        """Return the recipients that are decided already: refused by the server, or unwritable."""
        decided: Decided = {}
        rcpts: dict[str, str] = {}
        for recipient in outgoing.recipients:
            with suppress(ValueError):
                address = wire_address(recipient)
                if address.isascii() or client.has_extn("smtputf8"):
                    rcpts[recipient] = f"RCPT TO:<{address}>"
                    continue
            words = b"5.1.3 Indirizzo non valido: correggilo nella scheda del cliente."
            decided[recipient] = parse_reply(recipient, Phase.RCPT, (553, words))
        if not rcpts:
            return decided
        mail = _mail_command(client, outgoing, utf8=not "".join(rcpts.values()).isascii())
        with self._line.during(Phase.MAIL, decided):
            answers = converse(client, [mail, *rcpts.values()])
        self._line.needs_reset = True
        if family(answers[0][0]) != SUCCESS:
            return decided | {r: parse_reply(r, Phase.MAIL, answers[0]) for r in rcpts}
        for recipient, answer in zip(rcpts, answers[1:], strict=True):
            if family(answer[0]) != SUCCESS:
                decided[recipient] = parse_reply(recipient, Phase.RCPT, answer)
        return decided

    def _start_data(
        self, client: smtplib.SMTP, accepted: tuple[str, ...], decided: Decided
    ) -> bool:
        with self._line.during(Phase.DATA, decided):
            answer = ask(client, "DATA")
            if family(answer[0]) == SUCCESS:
                raise smtplib.SMTPServerDisconnected("Unreadable reply")
        if answer[0] == START_DATA:
            return True
        decided.update({r: parse_reply(r, Phase.DATA, answer) for r in accepted})
        return False

    def _write_body(
        self, client: smtplib.SMTP, body: bytes, decided: Decided
    ) -> tuple[int, bytes] | None:
        """Return the server's refusal before the end of it; ``None`` where it listens."""
        with self._line.during(Phase.BODY, decided):
            client.send(body)
            return self._listen(client)

    def _listen(self, client: smtplib.SMTP) -> tuple[int, bytes] | None:
        if answer := early_reply(client):
            self._line.drop()
        return answer

    def _pass_gate(self, gate: Gate, accepted: tuple[str, ...], decided: Decided) -> None:
        opened = False
        try:
            opened = gate(accepted)
        finally:
            if not opened:
                self._line.drop()
        if not opened:
            raise Withheld(tuple(decided.values()))

    def _write_dot(self, client: smtplib.SMTP, decided: Decided) -> tuple[Phase, tuple[int, bytes]]:
        """Return the reply to the dot. Raises ReplyLost: nobody knows whether it was taken.

        A server that gave up while the gate decided gets no dot: that is no doubt.
        """
        with self._line.during(Phase.GATE, decided):
            if early := self._listen(client):
                return Phase.GATE, early
        try:
            socket_of(client).settimeout(self._settings.reply_seconds)
            client.send(b".\r\n")
            answer = read_decision(client)
            socket_of(client).settimeout(self._settings.command_seconds)
            self._line.needs_reset = False
        except (OSError, smtplib.SMTPException) as error:
            self._line.drop()
            reason = f"Risposta del server non letta dopo l'invio: {error}"[:500]
            raise ReplyLost(reason, tuple(decided.values())) from error
        except BaseException:
            self._line.drop()
            raise
        return Phase.DOT, answer


def _mail_command(client: smtplib.SMTP, outgoing: Outgoing, *, utf8: bool) -> str:
    """Return MAIL FROM with the extensions that these bytes need and the server offers."""
    try:
        sender = wire_address(outgoing.sender)
    except ValueError:
        sender = ""
    if not sender or not (sender.isascii() or client.has_extn("smtputf8")):
        reason = f"Indirizzo del mittente non valido: «{outgoing.sender}»."
        raise Refused(reason, phase=Phase.LOGIN)
    command = f"MAIL FROM:<{sender}>"
    if client.has_extn("size"):
        command += f" SIZE={len(outgoing.raw)}"
    if not outgoing.raw.isascii():
        if not client.has_extn("8bitmime"):
            reason = "Il server accetta solo messaggi a 7 bit: usa un altro mittente."
            raise Refused(reason, for_good=True, phase=Phase.CHECK)
        command += " BODY=8BITMIME"
    if utf8 or not sender.isascii():
        command += " SMTPUTF8"
    return command

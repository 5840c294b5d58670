"""Channel `pec`: SMTP of a PEC mailbox, with what the rules ask of a mail checked before it leaves.

A provider does not accept blind copies nor another sender than the mailbox, nor more than 30 MB
times the recipients (DM 2 November 2005; RFC 6109 3.1.1): it would take the mail and answer with
a non-acceptance. What it answers arrives as receipts in the mailbox.
"""

from __future__ import annotations

from email.parser import BytesHeaderParser
from email.utils import getaddresses

from sollecito.channels.base import Channel, Gate, Outgoing, Phase, Refused, Reply

MOST_BYTES = 30_000_000
"""Size of a mail times its recipients."""


class PecChannel:
    """Canale PEC: the checks, then the SMTP account of the mailbox."""

    def __init__(self, line: Channel, mailbox: str) -> None:
        """Remember the way out and the address of the mailbox."""
        self._line = line
        self._mailbox = mailbox.lower()

    def send(self, outgoing: Outgoing, gate: Gate) -> list[Reply]:
        """Transmit one content; see ``Channel.send``. Refused for good where a rule is broken."""
        if reason := find_breach(outgoing, self._mailbox):
            raise Refused(reason, for_good=True, phase=Phase.CHECK, code=550)
        return self._line.send(outgoing, gate)

    def close(self) -> None:
        """Let the connection go; never raises."""
        self._line.close()


def find_breach(outgoing: Outgoing, mailbox: str) -> str:
    """What a provider would not accept, in a sentence; empty where it would."""
    head = BytesHeaderParser().parsebytes(outgoing.raw)
    written = [str(head[name]) for name in ("To", "Cc") if head[name]]
    shown = {address.lower() for _, address in getaddresses(written)}
    writers = {address.lower() for _, address in getaddresses([str(head["From"] or "")])}
    if {recipient.lower() for recipient in outgoing.recipients} - shown:
        return "Una PEC non può avere destinatari in copia nascosta: mettili in copia."
    if writers != {mailbox.lower()} or outgoing.sender.lower() != mailbox.lower():
        return f"Una PEC parte solo con il mittente della sua casella, {mailbox}."
    if len(outgoing.raw) * len(outgoing.recipients) > MOST_BYTES:
        return "La PEC è troppo grande: al massimo 30 MB per i destinatari. Togli degli allegati."
    return ""

"""What is known of the signature of a mail: whether it holds, and whose certificate it names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PROVIDER_BOX = "posta-certificata"
"""Mailbox under which every PEC provider signs and writes (RFC 6109 4.1; DM 2 November 2005)."""


class SignatureState(StrEnum):
    """Stato della firma; the codes kept with the row."""

    NONE = "none"
    """The mail carries none."""
    UNREADABLE = "unreadable"
    """There is something in its place that is no signature, or one of a kind unknown here."""
    BROKEN = "broken"
    """What arrived is not what was signed."""
    INTACT = "intact"


@dataclass(frozen=True, slots=True)
class Signature:
    """Firma: its state, and whose certificate it is: the name and the addresses in it."""

    state: SignatureState
    name: str = ""
    addresses: tuple[str, ...] = ()

    @property
    def is_broken(self) -> bool:
        """Whether the mail was changed after it was signed."""
        return self.state is SignatureState.BROKEN

    def address_of(self, sender: str) -> str:
        """The certificate's address: the writer's where it is among them, else the first."""
        wanted = sender.lower()
        return wanted if wanted in self.addresses else next(iter(self.addresses), "")


UNSIGNED = Signature(SignatureState.NONE)
UNREADABLE = Signature(SignatureState.UNREADABLE)


def is_provider(address: str, sender: str) -> bool:
    """Whether a certificate's address is a PEC provider's, and the one that wrote the mail."""
    name = address.partition("@")[0].lower()
    return name == PROVIDER_BOX and address.lower() == sender.lower()

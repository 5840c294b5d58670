"""A mailbox full of what comes back, each mail of some once more."""

from __future__ import annotations

import random

from tests.arrived import reply
from tests.pec_provider import make_receipt

CONTENTS = 15
PASSWORD = "segreta"


def recipients_of(number: int) -> list[str]:
    return [f"uno.{number}@pec.example.test", f"due.{number}@pec.example.test"]


def mailbox_mails(seed: int) -> list[bytes]:
    """Acceptances, deliveries, failures and answers of ``CONTENTS`` communications, shuffled."""
    chance = random.Random(seed)
    mails = []
    for number in range(CONTENTS):
        name, to = f"<pec.{number}@example.test>", recipients_of(number)
        mails.append(make_receipt("accettazione", message_id=name, recipients=to))
        mails.append(make_receipt("avvenuta-consegna", message_id=name, recipients=to, about=to[0]))
        fate = "errore-consegna" if number % 2 else "preavviso-errore-consegna"
        error = "no-dest" if number % 2 else "altro"
        mails.append(make_receipt(fate, message_id=name, recipients=to, about=to[1], error=error))
        mails.append(as_pec(reply(answers=name, sender=to[0], number=number)))
        mails.append(reply(answers="<nobody@example.test>", number=1000 + number))
    doubles = chance.sample(mails, len(mails) // 4)
    found = mails + doubles
    chance.shuffle(found)
    return found


def as_pec(raw: bytes) -> bytes:
    """Somebody's mail in the transport envelope of PEC."""
    return (
        b"From: posta-certificata@gestore.example.test\nX-Trasporto: posta-certificata\n"
        b'Subject: POSTA CERTIFICATA: R\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n'
        b"Content-Type: message/rfc822\n\n" + raw + b"\n--b--\n"
    )

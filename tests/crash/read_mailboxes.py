"""Kill the reader of a mailbox at random points, again and again; print what the database says.

Runs in a process of its own, because settings read the environment when imported. Readers are
forked from it. ``--kills 0`` reads the mailbox undisturbed: what the others are compared with.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import time
from collections import Counter
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after setup
from django.db import connections  # noqa: E402

from sollecito.accounts.models import Company  # noqa: E402
from sollecito.dunning.models import CustomerReply  # noqa: E402
from sollecito.flows.collect_receipts import collect_receipts  # noqa: E402
from sollecito.flows.seal_password import seal_password  # noqa: E402
from sollecito.outbox.models import (  # noqa: E402
    DeliveryEvent,
    Mailbox,
    Message,
    ReceivedMail,
    Sender,
    Suppression,
)
from tests.crash.mailbox_mails import CONTENTS, PASSWORD, recipients_of  # noqa: E402
from tests.outbox_rows import make_company, make_instalments, queue_contents  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--port", "--kills", "--seed"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--box", required=True)
    chosen = parser.parse_args()
    call_command("migrate", verbosity=0)
    prepare(chosen.port, chosen.box)
    amid = kill_readers(chosen.kills, random.Random(chosen.seed))
    collect_receipts(everything=True)
    print(json.dumps({"amid_work": amid, **what_is_known()}))  # noqa: T201  the answer


def prepare(port: int, box: str) -> None:
    company = make_company()
    sender = Sender.objects.create(
        company=company,
        channel="pec",
        is_default=True,
        host="127.0.0.1",
        security="plain",
        user=box,
        password_box=seal_password(PASSWORD),
        from_address=box,
        imap_host="127.0.0.1",
        imap_port=port,
        imap_security="plain",
    )
    contents = queue_contents(
        company, make_instalments(company, CONTENTS), recipients=2, channel="pec", sender=sender
    )
    for number, content in enumerate(contents):
        content.message_id = f"<pec.{number}@example.test>"
        content.save()
        rows = content.messages.order_by("pk")
        for row, address in zip(rows, recipients_of(number), strict=True):
            Message.objects.filter(pk=row.pk).update(address=address, status="unknown")


def kill_readers(kills: int, chance: random.Random) -> int:
    """Fork a reader, kill it after a while; how many died amid their work."""
    amid = 0
    for _ in range(kills):
        connections.close_all()
        pid = os.fork()
        if pid == 0:
            collect_receipts(everything=True)
            os._exit(0)
        time.sleep(chance.uniform(0.01, 0.25))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        amid += os.WIFSIGNALED(status)
    return amid


def what_is_known() -> dict[str, Any]:
    """Everything that must be the same however often a reader died."""
    events = DeliveryEvent.objects.filter(mail__isnull=False).values_list(
        "message__address", "kind", "mail__identity"
    )
    statuses = Message.objects.values_list("address", "status")
    company = Company.objects.get()
    return {
        "statuses": sorted(map(list, statuses)),
        "events": sorted(map(list, events)),
        "repeated": [each for each, count in Counter(events).items() if count > 1],
        "mails": sorted(ReceivedMail.objects.values_list("identity", flat=True)),
        "replies": CustomerReply.objects.filter(company=company).count(),
        "dead": sorted(Suppression.objects.values_list("address", flat=True)),
        "last_uid": Mailbox.objects.get().last_uid,
    }


if __name__ == "__main__":
    main()

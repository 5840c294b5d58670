"""The commands of ``sollecito``, gathered."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from sollecito.cli import (
    bank,
    demo,
    holding,
    installation,
    interests,
    ledger,
    programmes,
    receipts,
    reminders,
    sending,
    tiers,
)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_("Sollecito: lo scadenzario e i solleciti di pagamento. Ogni comando ha --help."),
)
@click.version_option(package_name="sollecito", message="%(version)s", version="0.1.0")
def sollecito() -> None:
    """Entry point."""


sending.messages.add_command(receipts.proof)
for command in (
    demo.demo,
    installation.serve,
    installation.worker,
    installation.migrate,
    installation.doctor,
    installation.company,
    ledger.import_paths,
    ledger.scadenzario,
    ledger.pay,
    bank.movements,
    reminders.remind,
    holding.hold,
    holding.release,
    programmes.policy,
    programmes.plan,
    programmes.why,
    programmes.forecast,
    programmes.approve,
    programmes.cancel,
    interests.interest,
    sending.messages,
    receipts.receipts,
    sending.stop_all,
    sending.resume,
    tiers.tier,
):
    sollecito.add_command(command)

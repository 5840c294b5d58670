"""The command line ``sollecito``."""

from __future__ import annotations

import sys

import django
from django.conf import settings
from django.utils import translation


def run() -> None:
    """Run the command of ``sys.argv``; a wrong environment is told in a sentence, exit code 2."""
    from sollecito.config.env import BadEnvironmentError  # noqa: PLC0415  before settings are read

    try:
        django.setup()
    except BadEnvironmentError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    translation.activate(settings.ENV.language)
    from sollecito.cli.commands import sollecito  # noqa: PLC0415  needs Django set up

    sollecito(prog_name="sollecito")

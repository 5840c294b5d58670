"""The command line ``sollecito``."""

from __future__ import annotations

import json
import sys

import django
from django.conf import settings
from django.utils import translation


def run() -> None:
    """Run the command of ``sys.argv``; a wrong environment is told in a sentence, exit code 2."""
    from sollecito.config import env  # noqa: PLC0415  before settings are read

    if "demo" in sys.argv[1:2]:
        env.use_demo_home()
    try:
        django.setup()
    except env.BadEnvironmentError as error:
        give_up(str(error))
    translation.activate(settings.ENV.language)
    env.speak_to_click(settings.ENV.language)
    from sollecito.cli.commands import sollecito  # noqa: PLC0415  needs Django set up

    sollecito(prog_name="sollecito")


def give_up(reason: str) -> None:
    """End with what is wrong; to ``doctor --json`` it is a finding like the others."""
    if "doctor" in sys.argv[1:2] and "--json" in sys.argv:
        hint = "Correggi la variabile d'ambiente e ripeti: sollecito doctor"
        finding = {"check": "environment", "ok": False, "message": reason, "hint": hint}
        sys.stdout.write(json.dumps([finding], ensure_ascii=False, indent=1) + "\n")
        sys.exit(1)
    sys.stderr.write(f"{reason}\n")
    sys.exit(2)

"""The command line in this process, as a script sees it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from click.testing import CliRunner

from sollecito.cli.commands import sollecito


class Told(NamedTuple):
    code: int
    value: Any
    talk: str


def call(*words: object) -> Told:
    """Run a command in this process; a JSON answer is read, and nothing may stand beside it."""
    done = CliRunner().invoke(sollecito, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    value = json.loads(done.stdout) if "--json" in words and done.stdout else done.stdout
    return Told(done.exit_code, value, done.stderr)

"""Where the crash scenes play: a home, a database, a server that breaks, workers that die.

A scene runs in a process of its own, because settings read the environment when imported. Workers
are forked from it: real processes that can be killed and frozen, without the seconds that a new
interpreter needs.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from sollecito.flows.guard_instance import guard_instance
from sollecito.worker.loop import run
from tests.crash.fault_server import Taken, read_log

PATIENCE = 90.0


class Stage:
    """What a scene plays with."""

    def __init__(self, home: Path, port: int, server: subprocess.Popen[bytes], seed: int) -> None:
        self.home = home
        self.port = port
        self.server = server
        self.random = random.Random(seed)
        self.workers: list[int] = []

    @property
    def log(self) -> Path:
        return self.home / "smtp.log"

    def taken(self) -> list[Taken]:
        return [mail for mail in read_log(self.log) if mail.outcome == "accepted"]

    def start_worker(self, threads: int = 1) -> int:
        """Fork a worker; return its process id."""
        connections.close_all()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                run(threads=threads)
                code = 0
            except BaseException:  # noqa: BLE001  a child must not return into its parent's code
                traceback.print_exc()
            os._exit(code)
        self.workers.append(pid)
        return pid

    def kill(self, pid: int, sign: int = signal.SIGKILL) -> None:
        """Kill a worker and wait until it is gone; other signals are only sent."""
        os.kill(pid, sign)
        if sign in {signal.SIGKILL, signal.SIGTERM}:
            os.waitpid(pid, 0)
            self.workers.remove(pid)

    def wait(self, done: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until ``done``; raise after ``seconds``."""
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not done after {seconds} s")
            time.sleep(0.02)

    def glance(self, seen: Callable[[], bool], seconds: float = 1.0) -> bool:
        """Whether ``seen`` came true in a moment's time."""
        with contextlib.suppress(TimeoutError):
            self.wait(seen, seconds)
            return True
        return False

    def end(self) -> None:
        for pid in list(self.workers):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
                self.kill(pid)


@contextlib.contextmanager
def set_stage(faults: list[dict[str, Any]], *, delay: float, seed: int) -> Iterator[Stage]:
    """Start the server as a process of its own."""
    home = Path(os.environ["SOLLECITO_HOME"])
    port = int(str(settings.SMTP_URL).rpartition(":")[2])
    command = [sys.executable, "-m", "tests.crash.fault_server", "--log", str(home / "smtp.log")]
    options = [
        "--port",
        str(port),
        "--faults",
        json.dumps(faults),
        "--delay",
        str(delay),
        "--seed",
        str(seed),
    ]
    server = subprocess.Popen([*command, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin
    assert server.stdout
    assert int(server.stdout.readline()) == port
    guard_instance()
    stage = Stage(home, port, server, seed)
    try:
        yield stage
    finally:
        stage.end()
        server.stdin.close()
        server.wait()
        server.stdout.close()

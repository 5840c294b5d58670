"""The worker: threads that tick, one that keeps the leases, and an orderly end."""

from __future__ import annotations

import atexit
import logging
import os
import platform
import signal
import threading
import time
import uuid
from types import FrameType

from django.conf import settings
from django.db import close_old_connections, connection

from sollecito.flows.continue_activation import has_waiting_activations
from sollecito.flows.continue_imports import has_waiting_imports
from sollecito.flows.guard_instance import guard_instance
from sollecito.flows.keep_leases import renew_leases
from sollecito.flows.note_worker import note_worker
from sollecito.flows.send_drafts import has_waiting_orders
from sollecito.outbox.queries import can_send, live_leases, ready_lanes
from sollecito.worker.tasks import stopping
from sollecito.worker.tick import tick

PAUSE_SECONDS = 0.5
AFTER_ERROR_SECONDS = 5.0
GRACE_SECONDS = 8.0
logger = logging.getLogger(__name__)


class Worker:
    """Threads of one process. Their names are the owners of what they claim."""

    def __init__(self, threads: int, *, drain: bool = False) -> None:
        process = f"{platform.node()[:20]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.names = [f"{process}:{number}" for number in range(threads)]
        self.drain = drain
        self._threads = [
            threading.Thread(target=self._serve, args=(name,), name=name, daemon=True)
            for name in self.names
        ]
        self._heart = threading.Thread(target=self._beat, name=f"{process}:heart", daemon=True)
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin to work."""
        stopping.clear()
        self._heart.start()
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float | None = None) -> None:
        """Wait until every thread is done."""
        deadline = None if seconds is None else time.monotonic() + seconds
        for thread in self._threads:
            while thread.is_alive() and (deadline is None or time.monotonic() < deadline):
                thread.join(0.2)
        self._ended.set()
        self._heart.join(1)

    def stop(self, seconds: float = GRACE_SECONDS) -> None:
        """Finish the mail in hand, give the rest back, end."""
        stopping.set()
        self.join(seconds)

    def _serve(self, name: str) -> None:
        deadline = time.monotonic() + settings.LEASE_SECONDS + 2
        try:
            while not stopping.is_set():
                done = self._tick(name)
                if done:
                    deadline = time.monotonic() + settings.LEASE_SECONDS + 2
                elif self.drain and (_is_drained() or time.monotonic() > deadline):
                    return
                else:
                    stopping.wait(PAUSE_SECONDS)
        finally:
            connection.close()

    def _tick(self, name: str) -> int:
        """The one catch-all: whatever breaks is logged, and the rows say how far it had come."""
        try:
            return tick(name)
        except Exception:
            logger.exception("worker %s", name)
            close_old_connections()
            stopping.wait(AFTER_ERROR_SECONDS)
            return 0

    def _beat(self) -> None:
        """Renew the leases every third of their length, while the process lives."""
        try:
            while not self._ended.wait(settings.LEASE_SECONDS / 3):
                try:
                    renew_leases(self.names)
                    note_worker()
                except Exception:
                    logger.exception("heartbeat")
                    close_old_connections()
        finally:
            connection.close()


def _is_drained() -> bool:
    """Nothing is ready, and nobody's work in hand can become so."""
    is_sent = not can_send() or (not ready_lanes() and not live_leases())
    waiting = (has_waiting_imports, has_waiting_orders, has_waiting_activations)
    return is_sent and not any(each() for each in waiting)


def run(*, drain: bool = False, threads: int = 4) -> None:
    """Work until told to stop; with ``drain`` until nothing is ready."""
    guard_instance()
    worker = Worker(threads, drain=drain)

    def end(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    note_worker()
    worker.start()
    worker.join()
    note_worker()


def start_embedded(threads: int = 2) -> Worker:
    """Work inside the web server's process, and end with it."""
    guard_instance()
    worker = Worker(threads)
    worker.start()
    atexit.register(worker.stop)
    return worker

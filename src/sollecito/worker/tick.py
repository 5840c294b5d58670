"""Tick: the only caller of enqueue. Looks at the rows and starts what is due; twice is harmless."""

from __future__ import annotations

import threading
import time
from typing import Any

from django_tasks import TaskResult, TaskResultStatus

from sollecito.flows.ask_gateways import has_doubtful_texts
from sollecito.flows.collect_receipts import has_mail_to_read
from sollecito.flows.continue_activation import has_waiting_activations
from sollecito.flows.continue_imports import has_waiting_imports
from sollecito.flows.send_drafts import has_waiting_orders
from sollecito.outbox.queries import ready_lanes
from sollecito.worker import tasks

PLAN_SECONDS = 2.0
ASK_SECONDS = 60.0
_reading = threading.Lock()
_planning = threading.Lock()
_collecting = threading.Lock()
_asking = threading.Lock()


class TaskFailedError(Exception):
    """A task broke; the traceback is its text."""


def tick(worker_id: str) -> int:
    """Run once what is due; return how much was done. Raises TaskFailedError."""
    _run(tasks.settle_leases)
    sent = sum(
        int(_run(tasks.deliver_lane, lane.channel, lane.sender_id, worker_id) or 0)
        for lane in ready_lanes()
    )
    return sent + _approve_orders() + _activate() + _read_uploads() + _plan() + _collect() + _ask()


def _approve_orders() -> int:
    """Approve some more of what people told to send; two at once take turns."""
    return int(_run(tasks.approve_orders) or 0) if has_waiting_orders() else 0


def _activate() -> int:
    """Look at some more of the ledger for rules that people activated; two at once take turns."""
    return int(_run(tasks.put_rules_to_work) or 0) if has_waiting_activations() else 0


def _read_uploads() -> int:
    """Read what was uploaded, in one thread of the process: the others go on sending."""
    if not has_waiting_imports() or not _reading.acquire(blocking=False):
        return 0
    try:
        return int(_run(tasks.read_uploads) or 0)
    finally:
        _reading.release()


def _ask() -> int:
    """Ask the gateways about SMS in doubt, in one thread of the process, not at every tick."""
    if time.monotonic() < _next_ask.at or not _asking.acquire(blocking=False):
        return 0
    try:
        _next_ask.at = time.monotonic() + ASK_SECONDS
        return int(_run(tasks.ask_about_texts) or 0) if has_doubtful_texts() else 0
    finally:
        _asking.release()


def _collect() -> int:
    """Read the mailboxes, in one thread of the process: a slow server keeps only that one."""
    if not has_mail_to_read() or not _collecting.acquire(blocking=False):
        return 0
    try:
        return int(_run(tasks.read_mailboxes) or 0)
    finally:
        _collecting.release()


def _plan() -> int:
    """Run the programmes, in one thread of the process, not at every tick."""
    if time.monotonic() < _next_plan.at or not _planning.acquire(blocking=False):
        return 0
    try:
        _next_plan.at = time.monotonic() + PLAN_SECONDS
        return int(_run(tasks.plan_events) or 0) + int(_run(tasks.plan_nights) or 0)
    finally:
        _planning.release()


class _Next:
    """When this process looks again, by its monotonic clock."""

    at = 0.0


_next_plan = _Next()
_next_ask = _Next()


def _run(task: Any, *arguments: Any) -> Any:
    result: TaskResult[Any] = task.enqueue(*arguments)
    if result.status == TaskResultStatus.FAILED:
        raise TaskFailedError(result.errors[-1].traceback)
    return result.return_value if result.is_finished else 0

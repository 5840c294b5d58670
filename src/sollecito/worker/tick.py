"""Tick: the only caller of enqueue. Looks at the rows and starts what is due; twice is harmless."""

from __future__ import annotations

from typing import Any

from django_tasks import TaskResult, TaskResultStatus

from sollecito.outbox.queries import ready_lanes
from sollecito.worker import tasks


class TaskFailedError(Exception):
    """A task broke; the traceback is its text."""


def tick(worker_id: str) -> int:
    """Run once what is due; return how much was done. Raises TaskFailedError."""
    _run(tasks.settle_leases)
    return sum(
        int(_run(tasks.deliver_lane, lane.channel, lane.sender_id, worker_id) or 0)
        for lane in ready_lanes()
    )


def _run(task: Any, *arguments: Any) -> Any:
    result: TaskResult[Any] = task.enqueue(*arguments)
    if result.status == TaskResultStatus.FAILED:
        raise TaskFailedError(result.errors[-1].traceback)
    return result.return_value if result.is_finished else 0

"""Tasks: one line over a flow each. Arguments are ids and names of rows, never objects."""

from __future__ import annotations

import threading

from django_tasks import task

from sollecito.flows.ask_gateways import ask_gateways
from sollecito.flows.collect_receipts import collect_receipts
from sollecito.flows.continue_activation import continue_activations
from sollecito.flows.continue_imports import continue_imports
from sollecito.flows.deliver import deliver
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.keep_leases import expire_messages, recover_leases
from sollecito.flows.keep_programmes import run_events, run_nights
from sollecito.flows.send_drafts import continue_orders
from sollecito.outbox.queries import Lane

stopping = threading.Event()
"""Set when this process is told to end: what is claimed and untried goes back to the queue."""


@task()
def deliver_lane(channel: str, sender_id: int | None, worker_id: str) -> int:
    """Drain one account."""
    return deliver(Lane(channel, sender_id), worker_id=worker_id, should_stop=stopping.is_set)


@task()
def settle_leases() -> None:
    """Recover what dead workers held, and fail what is too late."""
    recover_leases()
    expire_messages()


@task()
def read_uploads() -> int:
    """Read the files that were uploaded and wait."""
    return continue_imports(sheets=import_sheet, should_stop=stopping.is_set)


@task()
def approve_orders() -> int:
    """Go on with what people told to send."""
    return continue_orders()


@task()
def put_rules_to_work() -> int:
    """Go on with the rules that people activated."""
    return continue_activations()


@task()
def plan_nights() -> int:
    """The nightly run of every company whose hour has come."""
    return run_nights()


@task()
def plan_events() -> int:
    """Look at what events touched."""
    return run_events()


@task()
def ask_about_texts() -> int:
    """Ask the gateways about SMS in doubt."""
    return ask_gateways()


@task()
def read_mailboxes() -> int:
    """Learn what came back to the mailboxes whose time has come."""
    return collect_receipts(should_stop=stopping.is_set)

"""Make the schema what this version needs.

An empty database gets its tables as the last migration leaves them: to go through the migrations
one by one takes Django many times as long, and every fresh folder would wait for it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from django.apps import apps as installed
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor

OURS = "sollecito."


def is_schema_current() -> bool:
    """Whether every migration of this version is applied."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def prepare_schema() -> bool:
    """Apply what is missing; return whether anything was. Talk goes to standard error."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return False
    if not _is_empty() or not _make_tables(executor, [migration for migration, _ in plan]):
        call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    return True


def _is_empty() -> bool:
    return not connection.introspection.table_names()


def _make_tables(executor: MigrationExecutor, plan: list[Migration]) -> bool:
    """Make everything in one transaction; ``False`` where another process began to meanwhile.

    Of what migrations do to rows, only what an empty database needs too is done: the others are
    marked as ``elidable``.
    """
    state = executor.loader.project_state()
    with connection.schema_editor() as editor:
        if not _is_empty():
            return False
        for model in state.apps.get_models():
            if model._meta.can_migrate(connection):  # noqa: SLF001  Django documents it
                editor.create_model(model)
        for step in _first_rows(plan):
            step.code(state.apps, editor)
        executor.recorder.ensure_schema()
        for migration in plan:
            executor.recorder.record_applied(migration.app_label, migration.name)
    signal: dict[str, Any] = {"stdout": sys.stderr, "plan": []}
    emit_post_migrate_signal(0, interactive=False, db=connection.alias, **signal)
    return True


def _first_rows(plan: Iterable[Migration]) -> list[RunPython]:
    mine = {each.label for each in installed.get_app_configs() if each.name.startswith(OURS)}
    operations = (each for one in plan if one.app_label in mine for each in one.operations)
    return [each for each in operations if isinstance(each, RunPython) and not each.elidable]

"""Make the schema what this version needs."""

from __future__ import annotations

import sys

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def is_schema_current() -> bool:
    """Whether every migration of this version is applied."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def prepare_schema() -> bool:
    """Apply what is missing; return whether anything was. Talk goes to standard error."""
    if is_schema_current():
        return False
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    return True

"""What every test stands on: a home of its own, and a PostgreSQL where a test asks for one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest
from django.utils import translation

# Settings read the environment when they are imported, so the home is set before.
os.environ["SOLLECITO_HOME"] = tempfile.mkdtemp(prefix="sollecito-test-")
for name in ("SOLLECITO_SMTP_URL", "SOLLECITO_SMTP_FROM", "SOLLECITO_HOSTS", "LANG"):
    os.environ.pop(name, None)


@pytest.fixture(autouse=True)
def _in_italian() -> Iterator[None]:
    """A page in English must not speak English to the tests after it."""
    translation.deactivate()
    yield
    translation.deactivate()

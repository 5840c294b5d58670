"""``python -m sollecito`` and the console script."""

from __future__ import annotations

import os


def main() -> None:
    """Start the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sollecito.config.settings")
    from sollecito.cli import program  # noqa: PLC0415  settings must be named first

    program.run()


if __name__ == "__main__":
    main()

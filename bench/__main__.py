"""``./sollecito bench [NAME] [options]``: measures, as ratios in one run."""

from __future__ import annotations

import importlib
import sys

BENCHES = ("delivery", "imports", "matching", "pages", "plan")


def main() -> int:
    """Run the benches named on the command line, all without a name."""
    named = [word for word in sys.argv[1:] if word in BENCHES] or list(BENCHES)
    sys.argv = [sys.argv[0], *(word for word in sys.argv[1:] if word not in BENCHES)]
    codes = []
    for name in named:
        print(f"== {name}", flush=True)
        codes.append(int(importlib.import_module(f"bench.{name}").main() or 0))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())

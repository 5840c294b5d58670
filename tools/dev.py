"""Development commands behind ``./sollecito test | check | crash | bench``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SOURCES = ["src", "tests", "bench", "tools"]
PACKAGES = {
    # programs of which one is enough → the package that brings it
    ("chromium", "chromium-browser"): "chromium",
    ("smtp-sink",): "postfix",
    ("dovecot",): "dovecot-imapd",
    ("pdftoppm",): "poppler-utils",
}
SERVERS = "/usr/sbin"
"""Where Debian puts smtp-sink; not in everybody's PATH."""


def main() -> int:
    """Run the command named by the first argument."""
    command, *rest = sys.argv[1:] or ["check"]
    commands = {
        "check": check,
        "test": test,
        "crash": crash,
        "bench": bench,
        "migrations": migrations,
    }
    if command not in commands:
        print(f"Comando sconosciuto: {command}. Ci sono: {', '.join(commands)}.", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    paths = [str(ROOT / "src"), str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    os.environ["PATH"] = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{SERVERS}"
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(filter(None, paths)))
    with tempfile.TemporaryDirectory(prefix="sollecito-dev-") as home:
        os.environ.setdefault("SOLLECITO_HOME", home)
        os.environ.setdefault("XDG_RUNTIME_DIR", home)
        return commands[command](rest)


def run(*command: str | Path) -> int:
    """Run a command of the virtual environment, shown; return its exit code."""
    words = [str(word) for word in command]
    print("$", " ".join(words).replace(f"{BIN}/", ""), flush=True)
    program = BIN / words[0]
    return subprocess.call([str(program) if program.exists() else words[0], *words[1:]])


def django(*arguments: str) -> int:
    """Run one of Django's own commands."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "sollecito.config.settings"
    return run("python", "-m", "django", *arguments)


def check(_rest: list[str]) -> int:
    """Everything that can be said of the code without running it."""
    steps: list[Callable[[], int]] = [
        lambda: run("ruff", "check", *SOURCES),
        lambda: run("ruff", "format", "--check", *SOURCES),
        lambda: run("mypy"),
        lambda: run("lint-imports"),
        lambda: run("djlint", "--check", "--lint", "--quiet", "src/sollecito/web/templates"),
        lambda: django("makemigrations", "--check", "--dry-run"),
        lambda: run("python", "tools/messages.py"),
        lambda: django("check", "--fail-level", "WARNING"),
    ]
    failed = [step for step in steps if step() != 0]
    print("check: tutto a posto" if not failed else f"check: {len(failed)} controlli falliti")
    return 1 if failed else 0


def need_packages() -> int:
    """Install what the tests need of Debian's packages, or say what to install."""
    missing = sorted(
        package for tools, package in PACKAGES.items() if not any(map(shutil.which, tools))
    )
    if not missing:
        return 0
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(
            f"Le prove usano programmi che qui mancano: installa i pacchetti {' '.join(missing)} "
            "(Debian/Ubuntu, come root: apt-get install " + " ".join(missing) + ").",
            file=sys.stderr,
        )
        return 2
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = ["-qq", "-y", "--no-install-recommends"]
    for words in (["update", "-qq"], ["install", *quiet, *missing]):
        print("$ apt-get", *words, flush=True)
        code = subprocess.call(["apt-get", *words], env=environment, stdout=subprocess.DEVNULL)
        if code != 0:
            print(f"apt-get non è riuscito: installa a mano {' '.join(missing)}.", file=sys.stderr)
            return code
    return 0


def test(rest: list[str]) -> int:
    """The whole suite, or what the arguments choose."""
    if code := need_packages():
        return code
    if rest:
        return run("python", "-m", "pytest", *rest)
    pytest = ["python", "-m", "pytest", "-q"]
    together = [*pytest, "-n", "auto", "--dist", "loadfile"]
    print("== tutte le prove, su SQLite")
    codes = [run(*together, "-m", "not crash")]
    from tests.postgres import running_postgres  # noqa: PLC0415  needs the development libraries

    print("== le prove con il database, su PostgreSQL")
    with running_postgres() as url:
        os.environ["DATABASE_URL"] = url
        codes.append(run(*together, "-m", "not crash", "tests/integration", "tests/scenarios"))
        del os.environ["DATABASE_URL"]
    print("== interruzioni e guasti, sui due database")
    codes.append(run(*pytest, "-m", "crash"))
    return max(codes)


def crash(rest: list[str]) -> int:
    """The kill loop at full length."""
    return need_packages() or run("python", "-m", "tests.crash.run", *(rest or ["--kills", "1000"]))


def bench(rest: list[str]) -> int:
    """The benchmarks, as ratios to what bench/README.md names."""
    return need_packages() or run("python", "-m", "bench", *rest)


def migrations(_rest: list[str]) -> int:
    """Make the migrations anew while none is released."""
    for old in (ROOT / "src" / "sollecito").glob("*/migrations/0*.py"):
        old.unlink()
    return django("makemigrations", "-n", "initial", "accounts", "ledger", "outbox", "dunning")


if __name__ == "__main__":
    sys.exit(main())

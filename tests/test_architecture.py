"""The house, held by machine: who may import whom, how long a thing may be, who reads the clock."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "sollecito"
SOURCES = sorted(p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts)
LINES, FLOW_LINES, CHANNEL_LINES, FUNCTION_LINES, COMMAND_LINES = 500, 150, 200, 60, 20
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "services", "managers"}
CLOCK_CALLS = {
    ("date", "today"), ("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"),
    ("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime"),
    ("time", "time"), ("time", "time_ns"),
}  # fmt: skip
MONOTONIC = {("time", "monotonic"), ("time", "monotonic_ns"), ("time", "perf_counter")}
MONOTONIC_IN = {"channels", "worker"}
CRUD_VIEWS: set[str] = set()
WRITES = {
    "save", "create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "delete",
}  # fmt: skip


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def exempt(path: Path, line: int) -> bool:
    """An exemption is one line, in place, with its reason: ``# size: …``."""
    return bool(re.search(r"# size: \w", path.read_text(encoding="utf-8").splitlines()[line - 1]))


def test_imports_point_downwards() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_every_channel_is_held_apart() -> None:
    """A module of its own, or with its parts beside it (``smtp_wire``), is in the contract."""
    names = {path.stem for path in (PACKAGE / "channels").glob("*.py")} - {"__init__", "base"}
    heads = {name for name in names if not any(name.startswith(f"{each}_") for each in names)}
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert [name for name in heads if f'"sollecito.channels.{name}"' not in contracts] == []


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_a_file_is_short(path: Path) -> None:
    part = path.relative_to(PACKAGE).parts[0]
    limit = {"flows": FLOW_LINES, "channels": CHANNEL_LINES}.get(part, LINES)
    assert path.read_text(encoding="utf-8").count("\n") <= limit or exempt(path, 1)


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_a_function_is_short(path: Path) -> None:
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno >= FUNCTION_LINES
        and not exempt(path, node.lineno)
    ]
    assert not long


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").glob("*.py")), ids=place)
def test_a_command_is_short(path: Path) -> None:
    long = [
        node.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and any("command" in ast.unparse(each) for each in node.decorator_list)
        and (node.end_lineno or 0) - node.lineno >= COMMAND_LINES
    ]
    assert not long


def clock_reads(module: ast.Module, forbidden: set[tuple[str, str]]) -> list[str]:
    """Every mention of a clock, called or handed on, under whatever name it was imported."""
    modules: dict[str, str] = {}
    names: dict[str, tuple[str, str]] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            modules |= {each.asname or each.name: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            home = node.module.rpartition(".")[2]
            for each in node.names:
                modules[each.asname or each.name] = each.name
                names[each.asname or each.name] = (home, each.name)
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            base = ast.unparse(node.value).rpartition(".")[2]
            called = (modules.get(base, base), node.attr)
        elif isinstance(node, ast.Name):
            called = names.get(node.id, ("", ""))
        else:
            continue
        if called in forbidden:
            found.append(f"line {node.lineno}: {'.'.join(called)}")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_only_the_clock_asks_what_day_it_is(path: Path) -> None:
    if place(path) == "flows/clock.py":
        return
    is_free = path.relative_to(PACKAGE).parts[0] in MONOTONIC_IN
    assert not clock_reads(tree(path), CLOCK_CALLS | (set() if is_free else MONOTONIC))


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import date\ndate.today()",
        "import datetime as dt\ndt.datetime.now(tz=None)",
        "from datetime import datetime as when\nwhen.now()",
        "from django.utils import timezone\nmade = field(default=timezone.now)",
        "from django.utils.timezone import now\nnow()",
        "from time import time as seconds\nseconds()",
        "import time\ntime.monotonic()",
    ],
)
def test_a_clock_is_seen_under_any_name(text: str) -> None:
    assert clock_reads(ast.parse(text), CLOCK_CALLS | MONOTONIC)


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_names_say_what_a_module_is_about(path: Path) -> None:
    names = {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts}
    assert not names & FORBIDDEN_NAMES
    assert names.isdisjoint(sys.stdlib_module_names - {"__main__"} - {"email"}), names


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if p.relative_to(PACKAGE).parts[0] in {"web", "cli", "worker"}],
    ids=place,
)  # fmt: skip
def test_shells_write_through_flows(path: Path) -> None:
    assert place(path) in CRUD_VIEWS or not writes(tree(path))


def writes(module: ast.Module) -> list[str]:
    """Calls that change rows: of a manager, a query or an object."""
    calls = [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    return [
        ast.unparse(call)
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and (
            call.func.attr in WRITES
            or (call.func.attr in {"update", "execute"} and "objects" in ast.unparse(call.func))
        )
    ]


@pytest.mark.parametrize(
    "text",
    ["Party.objects.create(name='x')", "Party.objects.filter(\n  pk=1\n).update(name='x')",
     "party.save()", "party.contact_points.all().delete()"],
)  # fmt: skip
def test_a_write_is_seen(text: str) -> None:
    assert writes(ast.parse(text))


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if p.relative_to(PACKAGE).parts[0] == "flows"], ids=place
)
def test_a_flow_takes_no_request(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef):
            names = {a.arg for a in [*node.args.args, *node.args.kwonlyargs]}
            assert "request" not in names, node.name


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_nothing_is_left_open(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError", text)
    assert not re.search(r"# (noqa|type: ignore)\s*$", text, re.MULTILINE)
    for node in ast.walk(tree(path)):
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), "bare except"


PUBLIC = [
    path
    for path in SOURCES
    if path.relative_to(PACKAGE).parts[0] in {"domain", "flows", "formats", "channels"}
]


@pytest.mark.parametrize("path", PUBLIC, ids=place)
def test_public_functions_say_what_they_do(path: Path) -> None:
    silent = [
        node.name
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_no_host_of_a_registry_is_named() -> None:
    names = ["pypi" + ".org", "python" + "hosted", "npm" + "js", "jsde" + "livr", "unp" + "kg"]
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    for name in filter(None, listed):
        file = ROOT / name
        if file.is_file() and file.stat().st_size < 2**21:
            text = file.read_bytes().decode("utf-8", "ignore")
            assert not any(host in text for host in names), name

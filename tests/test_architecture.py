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
LINES, FLOW_LINES, CHANNEL_LINES, FUNCTION_LINES = 500, 150, 200, 60
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "services", "managers"}
CLOCK_CALLS = {
    ("date", "today"), ("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"),
    ("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime"),
    ("time", "time"), ("time", "time_ns"),
}  # fmt: skip
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


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_only_the_clock_asks_what_day_it_is(path: Path) -> None:
    if place(path) == "flows/clock.py":
        return
    calls = [
        f"line {node.lineno}: {node.func.value.id}.{node.func.attr}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in CLOCK_CALLS
    ]
    if path.relative_to(PACKAGE).parts[0] not in MONOTONIC_IN:
        calls += re.findall(r"time\.monotonic\(", path.read_text(encoding="utf-8"))
    assert not calls


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
    text = path.read_text(encoding="utf-8")
    writes = re.findall(r"\.objects\b[^\n]*\.(\w+)\(", text)
    assert place(path) in CRUD_VIEWS or WRITES.isdisjoint(writes), writes


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

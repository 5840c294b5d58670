"""What an import says is said in English too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from sollecito.web.said import read_pairs

SOURCES = Path(__file__).parents[2] / "src" / "sollecito"
PLACES = [
    *("domain/terms.py", "domain/identifiers.py", "formats/xml_source.py", "formats/sdi.py"),
    *("formats/fatturapa/*.py", "formats/sheets/*.py", "flows/import*.py", "flows/importing/*.py"),
    *("formats/bank/*.py", "domain/movements.py"),
]
MAKERS = {"Problem", "_warning", "UnreadableError", "DamagedEnvelope", "_damaged", "_too_big"}
MAKERS |= {"_broken", "BrokenStatementError"}
KNOWN = {italian for italian, _ in read_pairs()}


def sentences(call: ast.Call) -> Iterator[str]:
    """Literal texts of a call that makes a problem, ``{}`` for each value; no codes."""
    for argument in call.args:
        found: list[ast.AST] = [argument]
        while found:
            node = found.pop()
            text = ""
            if isinstance(node, ast.JoinedStr):
                parts = (getattr(part, "value", None) for part in node.values)
                text = "".join(part if isinstance(part, str) else "{}" for part in parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            else:
                found += ast.iter_child_nodes(node)
            sentence = text.removesuffix("{}").strip()
            if " " in sentence or sentence[1:].endswith("."):
                yield sentence if sentence in KNOWN else text.strip()


def files() -> list[Path]:
    return sorted(path for place in PLACES for path in SOURCES.glob(place))


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(SOURCES)))
def test_every_problem_has_its_english(path: Path) -> None:
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    made = (
        call
        for call in calls
        if getattr(call.func, "id", "") in MAKERS
        or (getattr(call.func, "attr", "") == "add" and len(call.args) > 2)
    )
    missing = {text for call in made for text in sentences(call)} - KNOWN
    assert missing == set()

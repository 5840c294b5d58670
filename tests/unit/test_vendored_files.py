"""What came from others is what its list says, and asks nobody for anything."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "src" / "sollecito" / "web"
STATIC = WEB / "static" / "web"
VENDORED = json.loads((STATIC / "vendor.json").read_text(encoding="utf-8"))
ELSEWHERE = re.compile(r"""(?:src|href|url\(|@import|from)\s*[=(]?\s*["']?(?:https?:)?//""")


@pytest.mark.parametrize("row", VENDORED, ids=lambda row: row["name"])
def test_it_is_the_file_that_was_taken(row: dict[str, str]) -> None:
    content = (STATIC / row["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    assert row["version"]
    assert row["licence"]


def test_every_vendored_file_is_listed() -> None:
    listed = {row["file"] for row in VENDORED} | {"vendor/LICENSES.txt"}
    found = {str(path.relative_to(STATIC)) for path in (STATIC / "vendor").iterdir()}
    assert found <= listed


def test_nothing_is_fetched_from_elsewhere() -> None:
    texts = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js", ".svg"}]
    texts += WEB.rglob("*.html")
    assert len(texts) > 20
    for path in texts:
        text = path.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text, path
        assert not ELSEWHERE.search(text), path


def test_every_icon_in_use_is_in_the_sprite() -> None:
    sprite = (STATIC / "sprite.svg").read_text(encoding="utf-8")
    there = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = {
        name
        for path in WEB.rglob("*.html")
        for name in re.findall(r'\{% icon "([^"]+)"', path.read_text(encoding="utf-8"))
    }
    words = (WEB / "words.py").read_text(encoding="utf-8")
    used |= set(re.findall(r'\), "([a-z0-9-]+)"(?:, "[a-z]+")?\)', words))
    assert len(used) > 40
    assert used - there == set()


def test_no_page_carries_style_or_script() -> None:
    for path in WEB.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path

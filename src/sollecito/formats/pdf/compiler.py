"""The kept typst compiler. Data go in as JSON only, so that nothing in them is markup.

A thread keeps its own compiler per template: fonts and templates are read once.
"""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Literal, cast

import typst

from sollecito.domain.placeholders import clean_value

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
STANDARD: Literal["a-2a"] = "a-2a"
"""PDF/A-2a: kept readable for decades, and tagged for screen readers (ISO 19005-2)."""

_kept = threading.local()


def compile_pdf(template: str, data: dict[str, Any], *, day: date) -> bytes:
    """Render ``template`` (a ``.typ`` beside this module) with ``data``; the same bytes each time.

    ``day`` is written into the file as its date of making.
    """
    compiler = _compiler(template)
    made_at = int(datetime.combine(day, time(12), tzinfo=UTC).timestamp())
    pdf = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=STANDARD,
        timestamp=made_at,
    )
    return cast("bytes", pdf)


def tidy(data: Any) -> Any:
    """The same data with every text on one line, without control characters or runs of blanks."""
    if isinstance(data, str):
        return clean_value(data)
    if isinstance(data, dict):
        return {key: tidy(value) for key, value in data.items()}
    if isinstance(data, list):
        return [tidy(value) for value in data]
    return data


def _compiler(template: str) -> typst.Compiler:
    compilers: dict[str, typst.Compiler] = _kept.__dict__.setdefault("compilers", {})
    if template not in compilers:
        compilers[template] = typst.Compiler(
            input=str(HERE / template),
            root=str(HERE),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
        )
    return compilers[template]

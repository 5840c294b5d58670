"""Write XML from nested pairs. Empty values are left out."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

Node = tuple[str, "str | Sequence[Node | None] | None"]


def render_node(node: Node) -> str:
    """``("a", [("b", "x"), ("c", None)])`` → ``<a><b>x</b></a>``."""
    tag, content = node
    if isinstance(content, str):
        return f"<{tag}>{escape(content)}</{tag}>"
    inside = "".join(render_node(child) for child in content or () if is_written(child))
    return f"<{tag}>{inside}</{tag}>"


def is_written(node: Node | None) -> bool:
    """Whether a node has anything to write."""
    return node is not None and bool(node[1])


def render_document(root: str, attributes: str, nodes: Sequence[Node]) -> bytes:
    """Return a whole file: declaration, root with its attributes, UTF-8."""
    inside = "\n".join(render_node(node) for node in nodes if is_written(node))
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {attributes}>\n{inside}\n</{root}>\n'
    return text.encode()

"""Write XML from nested pairs. Empty values are left out."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

Node = tuple[str, "str | Sequence[Node | None] | None"]


def render_node(node: Node) -> str:
    """``("a", [("b", "x"), ("c", None)])`` → ``<a><b>x</b></a>``."""
    tag, content = node
    inside = escape(content) if isinstance(content, str) else render_nodes(content or ())
    return f"<{tag}>{inside}</{tag}>"


def render_nodes(nodes: Sequence[Node | None]) -> str:
    """Return the nodes that have anything to write, one after the other."""
    return "".join(render_node(node) for node in nodes if node is not None and node[1])


def render_document(root: str, attributes: str, nodes: Sequence[Node]) -> bytes:
    """Return a whole file: declaration, root with its attributes, UTF-8."""
    inside = render_nodes(nodes)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {attributes}>\n{inside}\n</{root}>\n'
    return text.encode()

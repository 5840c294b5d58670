"""The HTML part of a mail, born from its text: paragraphs, one table, visible links.

No images, no pixels, no buttons, nothing fetched from anywhere: what is not on the list of
``clean_html`` is taken out, whoever put it there.
"""

from __future__ import annotations

import re
from html import escape

import nh3

from sollecito.domain.wording import ItemTable, TableRow

LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
FONT = "font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;color:#1f2933"
CELL = "padding:6px 10px 6px 0;border-bottom:1px solid #d5dbe1;vertical-align:top"
CLEANER = nh3.Cleaner(
    tags={
        *("p", "br", "a", "strong", "em", "span"),
        *("table", "thead", "tbody", "tfoot", "tr", "th", "td"),
    },
    clean_content_tags={"script", "style"},
    attributes={
        "p": {"style"},
        "span": {"style"},
        "table": {"style"},
        "a": {"href"},
        "th": {"style", "scope"},
        "td": {"style", "colspan"},
    },
    filter_style_properties={
        *("margin", "padding", "border-bottom", "border-collapse", "vertical-align"),
        *("text-align", "white-space", "font-size", "color"),
    },
    url_schemes={"http", "https"},
    link_rel=None,
    strip_comments=True,
)
"""The only marks and styles that a mail of ours has."""
RIGHT = ";text-align:right;white-space:nowrap"
STACKED = """@media (max-width:480px){
table,tbody,tfoot,tr,td{display:block}
thead,td:empty{display:none}
tr{padding:8px 0;border-bottom:1px solid #d5dbe1}
td{padding:0 !important;border:0 !important;text-align:left !important}
td[colspan]+td::before{content:none !important}
"""
"""On a telephone a row is a paragraph whose lines say their column; who knows no media query
shows the table."""


def make_html(text: str, table: ItemTable | None = None, language: str = "it") -> str:
    """A whole HTML document. ``table`` replaces its own words where ``text`` still has them."""
    before, words, after = text, "", ""
    if table is not None:
        before, words, after = text.partition(table.text)
    parts = [_paragraphs(before)]
    if table is not None and words:
        parts += [_table(table), _paragraphs(after)]
    body = clean_html("\n".join(part for part in parts if part))
    return (
        f'<!DOCTYPE html>\n<html lang="{"en" if language == "en" else "it"}">\n<head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title></title>{_style(table)}</head>\n"
        f'<body style="margin:0;padding:16px;{FONT}">\n{body}\n'
        "</body>\n</html>\n"
    )


def _style(table: ItemTable | None) -> str:
    if table is None:
        return ""
    labels = "\n".join(
        f'td:nth-of-type({at}):not([colspan])::before{{content:"{_css(header)}: "}}'
        for at, header in enumerate(table.headers[1:], start=2)
    )
    return f"<style>{STACKED}{labels}\n}}</style>"


def _css(words: str) -> str:
    """Words inside a CSS string: letters, digits, spaces and points, nothing that ends it."""
    return re.sub(r"[^\w .]", "", words)


def clean_html(body: str) -> str:
    """Keep of an HTML fragment what is on the list: no script, no image, no link but to the web."""
    return CLEANER.clean(body.encode(errors="replace").decode())


def _paragraphs(text: str) -> str:
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return "\n".join(
        f'<p style="margin:0 0 1em">{_lines(block)}</p>' for block in blocks if block.strip()
    )


def _lines(block: str) -> str:
    return "<br>\n".join(_line(line) for line in block.split("\n"))


def _line(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    out, at = ["&nbsp;" * indent], indent
    for match in LINK.finditer(line):
        url = escape(match.group())
        out += [escape(line[at : match.start()]), f'<a href="{url}">{url}</a>']
        at = match.end()
    return "".join([*out, escape(line[at:])])


def _table(table: ItemTable) -> str:
    heads = "".join(
        f'<th scope="col" style="{CELL};text-align:left;font-size:13px{_right(table, at)}">'
        f"{escape(header)}</th>"
        for at, header in enumerate(table.headers)
    )
    rows = "\n".join(f"<tr>{_cells(table, row)}</tr>" for row in table.rows)
    label, total = table.total
    span = max(len(table.headers) - 1, 1)
    foot = (
        f'<tr><td colspan="{span}" style="padding:8px 10px 8px 0"><strong>{escape(label)}</strong>'
        f'</td><td style="padding:8px 10px 8px 0{RIGHT}"><strong>{escape(total)}</strong></td></tr>'
    )
    return (
        '<table style="border-collapse:collapse;margin:0 0 1em;font-size:14px">\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n<tfoot>{foot}</tfoot>\n</table>"
    )


def _cells(table: ItemTable, row: TableRow) -> str:
    if not row.role:
        return "".join(_cell(table, at, cell, row.note) for at, cell in enumerate(row.cells))
    words, owed = (f"<strong>{escape(cell)}</strong>" for cell in row.cells)
    columns = len(table.headers)
    if row.role == "heading":
        return f'<td colspan="{columns}" style="{CELL};padding:14px 0 6px 0">{words}</td>'
    span = f'<td colspan="{columns - 1}" style="{CELL}">{words}</td>'
    return f'{span}<td style="{CELL}{RIGHT}">{owed}</td>'


def _cell(table: ItemTable, at: int, cell: str, note: str) -> str:
    under = ""
    if at == 0 and note:
        under = f'<br><span style="font-size:12px;color:#52606d">{escape(note)}</span>'
    return f'<td style="{CELL}{_right(table, at)}">{escape(cell)}{under}</td>'


def _right(table: ItemTable, at: int) -> str:
    return RIGHT if at in table.figures else ""

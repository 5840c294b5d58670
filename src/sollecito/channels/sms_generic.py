"""Any other gateway that takes one HTTP request: address, method and fields as a table.

A field's value may hold ``{number}``, ``{digits}``, ``{text}``, ``{alias}``, ``{reference}``,
``{report_url}`` and ``{secret}``; nothing else is read in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from sollecito.channels.base import Reply, ReplyLost
from sollecito.channels.sms import Evidence, Sms, accepted, read_fault, refused
from sollecito.channels.sms_http import WITHOUT_BODY, HttpAnswer, HttpLimits, HttpRequest
from sollecito.domain.transitions import Receipt

PLACES = ("number", "digits", "text", "alias", "reference", "report_url", "secret")
_PLACE = re.compile(r"\{(" + "|".join(PLACES) + r")\}")


@dataclass(frozen=True, slots=True)
class GenericSettings:
    """Gateway generico.

    ``success_field`` is a path in the answer's JSON (``messages.0.status``); with it the text was
    taken where the value there is ``success_value``, without it any 2xx will do, or one whose
    body holds ``success_value``. ``reference_field`` is where the gateway's own name is.
    ``query_url`` asks for a text by our reference; ``state_field`` is where its answer tells the
    state, ``states`` what each word there means.
    """

    url: str
    method: str = "POST"
    encoding: str = "form"
    fields: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    secret: str = field(default="", repr=False)
    alias: str = ""
    report_url: str = ""
    success_field: str = ""
    success_value: str = ""
    reference_field: str = ""
    query_url: str = ""
    state_field: str = ""
    states: tuple[tuple[str, Receipt], ...] = ()
    limits: HttpLimits = field(default_factory=HttpLimits)


class GenericDialect:
    """One account."""

    def __init__(self, settings: GenericSettings) -> None:
        """Remember the account."""
        self._settings = settings

    @property
    def limits(self) -> HttpLimits:
        """See ``Dialect``."""
        return self._settings.limits

    def log_in(self, call: Callable[[HttpRequest], HttpAnswer]) -> None:
        """Every request carries the keys."""

    def write(self, sms: Sms) -> HttpRequest:
        """The table, filled; in the query of a GET, else in the body."""
        wanted, values = self._settings, self._values(sms)
        url = _fill(wanted.url, values, quote_value=True)
        headers = tuple((name, _fill(value, values)) for name, value in wanted.headers)
        fields = [(name, _fill(value, values)) for name, value in wanted.fields]
        method = wanted.method.upper()
        if method in WITHOUT_BODY:
            joint = "&" if urlsplit(url).query else "?"
            address = f"{url}{joint}{urlencode(fields)}" if fields else url
            return HttpRequest(address, method, headers)
        if wanted.encoding == "json":
            kind, body = "application/json; charset=utf-8", json.dumps(_nest(fields)).encode()
        else:
            kind, body = "application/x-www-form-urlencoded", urlencode(fields).encode()
        return HttpRequest(url, method, (*headers, ("Content-Type", kind)), body or b"\n")

    def read(self, sms: Sms, answer: HttpAnswer) -> Reply:
        """By the rule of success; an answer in which the rule finds nothing proves nothing."""
        if not answer.is_success:
            return read_fault(sms, answer)
        wanted, found = self._settings, answer.read_json()
        if wanted.success_field:
            value = find_value(found, wanted.success_field)
            if value is None:
                raise ReplyLost(f"Risposta del gateway non compresa: {answer.words}"[:500])
            if value != wanted.success_value:
                return refused(sms, answer.words)
        elif wanted.success_value and wanted.success_value.encode() not in answer.body:
            return refused(sms, answer.words)
        return accepted(sms, answer, find_value(found, wanted.reference_field) or "")

    def ask(self, sms: Sms) -> HttpRequest | None:
        """See ``Dialect``; only where a query was configured."""
        wanted, values = self._settings, self._values(sms)
        if not wanted.query_url:
            return None
        headers = tuple((name, _fill(value, values)) for name, value in wanted.headers)
        return HttpRequest(_fill(wanted.query_url, values, quote_value=True), "GET", headers)

    def learn(self, sms: Sms, answer: HttpAnswer) -> Evidence | None:
        """See ``Dialect``; a word not in the table proves nothing."""
        wanted = self._settings
        found = answer.read_json() if answer.is_success else None
        state = find_value(found, wanted.state_field)
        receipt = dict(wanted.states).get(state or "")
        name = find_value(found, wanted.reference_field) or sms.reference
        return Evidence(receipt, f"Stato: {state}", name) if receipt else None

    def _values(self, sms: Sms) -> dict[str, str]:
        wanted = self._settings
        return {
            "number": sms.number,
            "digits": sms.number.lstrip("+"),
            "text": sms.text,
            "alias": wanted.alias,
            "reference": sms.reference,
            "report_url": wanted.report_url,
            "secret": wanted.secret,
        }


def find_value(document: Any, path: str) -> str | None:
    """The text at a dotted path of a JSON document, numbers as they are written."""
    if not path:
        return None
    for step in path.split("."):
        if isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        elif isinstance(document, dict) and step in document:
            document = document[step]
        else:
            return None
    if isinstance(document, dict | list) or document is None:
        return None
    return document if isinstance(document, str) else json.dumps(document)


def _fill(written: str, values: Mapping[str, str], *, quote_value: bool = False) -> str:
    """Each place once; what a value holds is never read as a place."""

    def value_of(match: re.Match[str]) -> str:
        value = values[match[1]]
        return quote(value, safe="") if quote_value else value

    return _PLACE.sub(value_of, written)


def _nest(fields: list[tuple[str, str]]) -> Any:
    """``messages.0.to`` → ``{"messages": [{"to": …}]}``: numbers make lists."""
    root: dict[str, Any] = {}
    for name, value in fields:
        place = root
        *parents, last = name.split(".")
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return _with_lists(root)


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    made = {name: _with_lists(each) for name, each in value.items()}
    if made and all(name.isdigit() for name in made):
        return [made[name] for name in sorted(made, key=int)]
    return made

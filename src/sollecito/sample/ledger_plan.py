"""The 300 documents: dated, numbered, with what the SdI answers and how the file is wrapped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sollecito.sample.documents import SELF_DOCUMENT, SampleDocument
from sollecito.sample.history import past_documents
from sollecito.sample.open_items import open_documents
from sollecito.sample.related import with_related

SIGNED_FILES = 68
UNSIGNED_TYPES = frozenset({"TD07", SELF_DOCUMENT})
NEVER_RESTARTED = frozenset({"TD04", "PF"})
NOT_DELIVERED = ("c24-TD07", "c24-TD07", "c07-TD01", "c13-TD01")
RESENT = ("c16-TD01", "c21-TD01")
NO_ANSWER = "c25-TD07"
UNREACHABLE_CUSTOMER = 11


def plan_documents(today: date) -> list[SampleDocument]:
    """Return the documents of 18 months as seen on ``today``, oldest first."""
    opened = open_documents(today)
    documents = [*opened, *with_related(today, past_documents(today, opened))]
    documents.sort(key=lambda document: (document.date, document.label))
    return _signed(_answered(_numbered(documents)))


def _numbered(documents: Sequence[SampleDocument]) -> list[SampleDocument]:
    """Number each series by date: invoices restart every year, credit notes and proformas run on.

    Credit notes are numbered apart within their series.
    """
    counters: defaultdict[tuple[str, bool, int], int] = defaultdict(int)
    files = 0
    result = []
    for document in documents:
        year = 0 if document.type_code in NEVER_RESTARTED else document.date.year
        key = (document.series, document.type_code == "TD04", year)
        counters[key] += 1
        files += document.is_file
        result.append(replace(document, counter=counters[key], progressive=files))
    return result


def _answered(documents: Sequence[SampleDocument]) -> list[SampleDocument]:
    """Say what the SdI answered to the documents whose answer is not fixed by the open items."""
    special = _special_fates(documents)
    public = 0
    result = []
    for document in documents:
        fate = document.fate
        if not document.is_file or document.type_code == SELF_DOCUMENT:
            fate = ""
        elif document.label in special:
            fate = special[document.label]
        elif not fate and document.series == "PA":
            fate = "DT" if public % 2 else "EC01"
            public += 1
        result.append(replace(document, fate=fate or ("RC" if _is_sent(document) else "")))
    return result


def _is_sent(document: SampleDocument) -> bool:
    return document.is_file and document.type_code != SELF_DOCUMENT


def _special_fates(documents: Sequence[SampleDocument]) -> dict[str, str]:
    fates: dict[str, str] = {}
    wanted = [(start, "MC") for start in NOT_DELIVERED]
    wanted += [(start, "NS_RESENT") for start in RESENT]
    wanted += [(NO_ANSWER, "NONE"), (f"c{UNREACHABLE_CUSTOMER}-TD01", "AT")]
    for start, fate in wanted:
        label = next(
            one.label
            for one in documents
            if one.label.startswith(start) and one.label not in fates and not one.linked
        )
        fates[label] = fate
    return fates


def _signed(documents: Sequence[SampleDocument]) -> list[SampleDocument]:
    """Sign every file for a public body, and enough of the others, evenly, to make 68."""
    always = [one.label for one in documents if one.is_file and one.series == "PA"]
    others = [
        one.label
        for one in documents
        if one.is_file and one.series != "PA" and one.type_code not in UNSIGNED_TYPES
    ]
    rest = SIGNED_FILES - len(always)
    chosen = {others[place * len(others) // rest] for place in range(rest)} | set(always)
    return [replace(one, is_signed=one.label in chosen) for one in documents]

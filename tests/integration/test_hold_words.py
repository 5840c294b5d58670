"""Totality: every hold, reason, cap and detail has its words in both languages, everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.utils import translation

from sollecito.accounts.models import Company
from sollecito.domain import hold_details, schedule
from sollecito.domain.grouping import (
    COMPANY_CAP,
    CUSTOMER_CAP,
    POLICY_CAP,
    READER_GAP,
    SMS_CAP,
)
from sollecito.domain.hold_details import (
    Effect,
    Ending,
    Errand,
    HoldDetails,
    Insolvency,
    Presented,
    ProcedureKind,
    Successor,
    describe_details,
)
from sollecito.domain.schedule import HELD, HoldKind
from sollecito.dunning.models import Hold, HoldTask, Presentation, Procedure, Succession
from sollecito.flows import clock
from sollecito.flows.detail_hold import ERRANDS
from sollecito.flows.explain_decision import REASONS, explain_decision
from sollecito.flows.hold_reminders import hold_reminders
from sollecito.flows.planning.proposing import NO_CHANNEL, NO_RECIPIENT
from sollecito.ledger.models import Instalment
from sollecito.web import words, work_words
from sollecito.web.forms.holds import KINDS
from sollecito.web.said import said, translate
from tests.command_line import call
from tests.reminders import make_company
from tests.work_rows import add_debtors, add_programme

CODES = (
    *("not_collectible", "settled", "below_minimum", "covered_by_credit", "no_policy"),
    *("customer_paused", "policy_completed", "not_yet", "too_soon", "not_working_day"),
    *("undeliverable", *(f"hold_{kind}" for kind in HoldKind)),
)
"""Reasons of the specification."""
SAID_BY_THE_RULE = frozenset(
    {"not_collectible", "settled", "below_minimum", "covered_by_credit", "not_yet"}
)
DAY = clock.today().replace(day=1)
DETAILS: list[HoldDetails] = [
    *(Presented(effect, "Xy. Z", DAY) for effect in Effect),
    *(Insolvency(kind, DAY, "Xy. Z", "p@pec.example", DAY) for kind in ProcedureKind),
    *(Successor(ending, DAY, "Xy. Z", "a@b.example", "c@d.example", "055") for ending in Ending),
]


def untranslated(texts: Iterable[Any]) -> list[str]:
    """Those that an English reader would read in Italian."""
    found = []
    for text in texts:
        with translation.override("it"):
            italian = str(text)
        with translation.override("en"):
            if str(text) == italian and italian not in {"MAV", "PEC"}:
                found.append(italian)
    return found


def test_every_kind_is_the_same_in_rule_row_form_and_badge() -> None:
    kinds = set(HoldKind)
    shown = ({str(code) for code, _ in KINDS}, set(words.HOLD), set(Hold.Kind.values))
    assert all(each == kinds for each in shown)
    assert set(HELD) == kinds


def test_every_kind_has_its_words_in_english() -> None:
    assert untranslated(word for word, _icon, _tone in words.HOLD.values()) == []
    assert untranslated(word for _code, word in KINDS) == []
    assert [label for label in Hold.Kind.labels if translate(label) == label] == []
    assert [text for text in HELD.values() if translate(text) == text] == []


def test_every_reason_has_its_words() -> None:
    assert set(CODES) <= set(words.REASONS)
    assert untranslated(words.REASONS.values()) == []
    of_holds = {f"hold_{kind}" for kind in HoldKind}
    assert set(CODES) - SAID_BY_THE_RULE - of_holds == set(REASONS)
    messages = schedule.NOT_COLLECTIBLE.values()
    assert [text for text in messages if translate(text) == text] == []


def test_every_cap_and_lack_has_its_words() -> None:
    assert set(work_words.CAPS) == {CUSTOMER_CAP, POLICY_CAP, COMPANY_CAP, READER_GAP, SMS_CAP}
    assert {NO_RECIPIENT, NO_CHANNEL} <= set(work_words.LACKS)
    everything = [*work_words.CAPS.values(), *work_words.LACKS.values()]
    assert untranslated(each.words for each in everything) == []


def test_every_detail_is_the_same_in_rule_row_and_form() -> None:
    assert set(words.EFFECTS) == set(hold_details.EFFECTS) == set(Effect)
    assert set(words.PROCEDURES) == set(hold_details.PROCEDURES) == set(ProcedureKind)
    assert set(words.ENDINGS) == set(Succession.Ending.values) == set(Ending)
    assert set(words.ERRANDS) == set(ERRANDS) == set(Errand)
    for model, name, values in (
        (Presentation, "effect", Effect),
        (Procedure, "kind", ProcedureKind),
        (HoldTask, "errand", Errand),
    ):
        field: Any = model._meta.get_field(name)
        assert {code for code, _ in field.choices} == set(values)
    for table in (words.EFFECTS, words.PROCEDURES, words.ENDINGS):
        assert untranslated(table.values()) == []
    assert untranslated(text for pair in words.ERRANDS.values() for text in pair) == []
    assert [text for text in ERRANDS.values() if translate(text) == text] == []


@pytest.mark.parametrize("details", DETAILS, ids=repr)
def test_what_a_hold_knows_is_said_in_english(details: HoldDetails) -> None:
    italian = describe_details(details)
    with translation.override("en"):
        english = said(italian)
    rest = re.sub(r"«.*?»", "", italian)
    kept = [word for word in re.findall(r"[A-Z]\w+(?: \w{4,})*", rest) if word in english]
    assert set(kept) <= {"PEC", "RiBa", "SDD", "MAV", "E"}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(HoldKind))
def test_every_kind_is_told_by_why_and_by_the_command_line(
    kind: HoldKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    company: Company = make_company()
    add_programme(company)
    add_debtors(company, 1)
    row = Instalment.objects.get()
    hold_reminders(row, kind, user=None)
    found = explain_decision(row)
    assert found.decided.answer.reason == f"hold_{kind}"  # type: ignore[union-attr]
    assert found.sentence.startswith(HELD[kind])
    assert HELD[kind] in call("why", row.pk).value
    with translation.override("it"):
        word = str(words.HOLD[kind][0])
    assert word[:20] in call("scadenzario").value

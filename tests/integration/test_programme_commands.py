"""The commands about programmes: what each prints, to a person and to a script, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from sollecito.accounts.models import Company
from sollecito.dunning.models import Draft, Policy, Run
from sollecito.ledger.models import Instalment
from sollecito.outbox.models import Message, Sender
from tests.command_line import call
from tests.ledger_rows import add_document, add_party
from tests.reminders import add_account, add_email, make_company

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 31)
ISSUED = {"answer": "issue", "until": None, "reason": None}
EVERY_FIVE = {
    "name": "Dal quindicesimo",
    "minimum_balance": "0.00",
    "default": True,
    "steps": [{"kind": "sollecito", "offset_days": 15, "channels": ["email"], "repeat_days": 5}],
}
PRESET = {
    "name": "Promemoria ed estratto",
    "minimum_balance": "0.00",
    "default": True,
    "steps": [
        {"kind": "promemoria", "offset_days": -10, "channels": ["email"]},
        {"kind": "sollecito", "offset_days": 15, "channels": ["email"]},
        {"kind": "sollecito", "offset_days": 30, "channels": ["email"], "repeat_days": 30},
    ],
}
DRAFT = ["id", "content", "key", "message_id", "status", "channel", "to", "role", "customer",
         "instalments", "attempts", "events"]  # fmt: skip


@pytest.fixture
def company() -> Company:
    made = make_company()
    add_account(made)
    return made


def owe(company: Company, *amounts: str, name: str = "Rossi S.r.l.", due: date = DUE) -> list[int]:
    party = add_party(company, name)
    add_email(party, f"{name.split(maxsplit=1)[0].lower()}@cliente.example")
    return [add_document(party, amount, due=due)[0].pk for amount in amounts]


def load(tmp_path: Path, content: Any, *more: str) -> Any:
    file = tmp_path / "programma.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return call("policy", "load", file, *more)


def test_a_policy_is_loaded_listed_and_replaced(company: Company, tmp_path: Path) -> None:
    told = load(tmp_path, EVERY_FIVE, "--json")
    assert told == (0, {"policy": Policy.objects.get().pk}, "")
    again = load(tmp_path, EVERY_FIVE | {"min_gap_days": 7})
    assert (again.code, again.value) == (0, "Programma Dal quindicesimo salvato.\n")
    assert "vale l'intervallo" in again.talk, "accepted with a warning"
    (row,) = call("policy", "list", "--json").value
    assert row["policy"] == Policy.objects.get().pk
    assert (row["name"], row["min_gap_days"], row["default"]) == ("Dal quindicesimo", 7, True)
    assert row["steps"][0]["repeat_days"] == 5
    assert "Dal quindicesimo" in call("policy", "list").value


def test_a_file_leaves_the_accounts_of_the_steps_as_they_are(
    company: Company, tmp_path: Path
) -> None:
    load(tmp_path, PRESET)
    account = Sender.objects.create(company=company, from_address="legale@azienda.example")
    steps = Policy.objects.get().steps
    steps.filter(offset_days=15).update(sender=account)
    changed = PRESET | {"min_gap_days": 8, "steps": PRESET["steps"][1:]}  # type: ignore[index]
    load(tmp_path, changed)
    live = steps.filter(retired_at__isnull=True).order_by("offset_days")
    assert list(live.values_list("offset_days", "sender")) == [(15, account.pk), (30, None)]


WRONG = [
    ("{", "Non è JSON", "It is not JSON"),
    ("[]", "non contiene un oggetto JSON", "holds no JSON object"),
    ({"nome": "x"}, "La chiave «nome» non esiste", "There is no key “nome”"),
    (EVERY_FIVE | {"steps": []}, "non ha passi", "has no steps"),
    (EVERY_FIVE | {"min_gap_days": "5"}, "Scrivi un numero intero", "Write a whole number"),
    (EVERY_FIVE | {"grouping": "tutti"}, "Ci sono: customer", "There are: customer"),
    (EVERY_FIVE | {"steps": [{"kind": "sollecito"}]}, "manca «offset_days»", "is missing"),
    (
        EVERY_FIVE | {"steps": [EVERY_FIVE["steps"][0] | {"template": "boh"}]},  # type: ignore[index]
        "il modello «boh» non c'è",
        "there is no template “boh”",
    ),
    (
        EVERY_FIVE | {"steps": [EVERY_FIVE["steps"][0] | {"consequence": "boh"}]},  # type: ignore[index]
        "la conseguenza «boh» non c'è",
        "there is no consequence “boh”",
    ),
]


@pytest.mark.parametrize(("content", "italian", "english"), WRONG)
def test_a_wrong_policy_is_wrong_use_in_both_languages(
    company: Company, tmp_path: Path, content: Any, italian: str, english: str
) -> None:
    told = load(tmp_path, content, "--json")
    assert (told.code, told.value) == (2, "")
    assert italian in told.talk
    with translation.override("en"):
        assert english in load(tmp_path, content).talk
    assert not Policy.objects.exists()


def test_plan_decides_and_prints_what_it_looked_at(company: Company, tmp_path: Path) -> None:
    load(tmp_path, EVERY_FIVE)
    first, second = owe(company, "100", "200")
    (later,) = owe(company, "300", name="Bianchi S.r.l.", due=date(2026, 4, 10))
    told = call("plan", "--on", "2026-04-15", "--json")
    assert told.code == 0
    assert list(told.value) == ["run", "issued", "decisions", "messages", "problems"]
    assert told.value["run"] == Run.objects.get().pk
    assert (told.value["issued"], told.value["problems"]) == (2, [])
    assert {each["instalment"]: each for each in told.value["decisions"]} == {
        first: {"instalment": first, "step": 0, "occurrence": 1, **ISSUED},
        second: {"instalment": second, "step": 0, "occurrence": 1, **ISSUED},
        later: {
            "instalment": later,
            "answer": "wait",
            "step": None,
            "occurrence": None,
            "until": "2026-04-27",  # fifteen days after, a Saturday and a holiday
            "reason": "not_yet",
        },
    }
    (message,) = told.value["messages"]
    assert list(message) == DRAFT
    assert (message["status"], message["to"]) == ("draft", "rossi@cliente.example")
    assert message["instalments"] == [first, second]
    again = call("plan", "--on", "2026-04-15", "--all", "--json").value
    assert [each["id"] for each in again["messages"]] == [message["id"]]
    assert "da sollecitare" in call("plan", "--on", "2026-04-15").value


def test_a_dry_run_stores_nothing(company: Company, tmp_path: Path) -> None:
    load(tmp_path, EVERY_FIVE)
    owe(company, "100")
    told = call("plan", "--on", "2026-04-15", "--dry-run", "--json").value
    assert (told["run"], told["issued"]) == (None, 1)
    (message,) = told["messages"]
    assert list(message) == DRAFT
    assert (message["id"], message["status"]) == (None, "draft")
    assert not Run.objects.exists()
    assert not Draft.objects.exists()


def test_why_gives_the_answer_as_plan_does_and_in_words(company: Company, tmp_path: Path) -> None:
    load(tmp_path, PRESET)
    (row,) = owe(company, "100")
    answers: dict[str, dict[str, Any]] = {
        "2026-03-20": {"answer": "issue", "step": 0, "occurrence": 1},
        "2026-04-01": {"answer": "wait", "until": "2026-04-15", "reason": "not_yet"},
        "2026-05-20": {"answer": "issue", "step": 1, "occurrence": 1},
    }
    for day, answer in answers.items():
        (told,) = call("why", row, "--on", day, "--json").value
        assert told == {
            "instalment": row,
            **dict.fromkeys(("answer", "step", "occurrence", "until", "reason")),
            **answer,
        }
    words = call("why", row, "--on", "2026-04-01").value
    assert "Prossimo passo il 15/04/2026" in words
    assert "Programma: Promemoria ed estratto." in words
    with translation.override("en"):
        assert "15" in call("why", row, "--on", "2026-04-01").value
    assert call("why", 999999, "--json").code == 2
    assert call("why", row, "--on", "domani").code == 2


def test_the_forecast_is_printed_day_by_day(company: Company, tmp_path: Path) -> None:
    load(tmp_path, EVERY_FIVE)
    (row,) = owe(company, "100")
    days = call("forecast", "--on", "2026-04-14", "--days", "8", "--json").value
    assert [day["date"] for day in days] == [f"2026-04-{n}" for n in range(14, 22)]
    assert all(list(day) == ["date", "messages", "amount", "items"] for day in days)
    assert [day["messages"] for day in days] == [0, 1, 0, 0, 0, 0, 1, 0]
    assert days[1]["amount"] == "100.00"
    assert days[6]["items"] == [{"instalment": row, "step": 0, "occurrence": 2}]
    assert "20/04/2026" in call("forecast", "--on", "2026-04-14").value
    assert call("forecast", "--days", "367").code == 2
    assert call("forecast", "--days", "0").code == 2


def test_approve_queues_and_tells_what_it_refused(company: Company, tmp_path: Path) -> None:
    load(tmp_path, EVERY_FIVE)
    owe(company, "100")
    owe(company, "50", name="Senza S.r.l.")
    Instalment.objects.latest("pk").party.contact_points.all().delete()
    call("plan", "--on", "2026-04-15")
    good, lacking = (Message.objects.get(address=a) for a in ("rossi@cliente.example", ""))
    on = ("--on", "2026-04-15")
    assert call("approve", *on, "--json").code == 2, "which ones?"
    assert call("approve", good.pk, "--all", *on, "--json").code == 2
    told = call("approve", "--all", *on, "--json")
    assert told.code == 1
    assert told.value == {"approved": 1, "refused": [{"id": lacking.pk, "reason": "no_recipient"}]}
    assert f"{lacking.pk}: " in told.talk
    again = call("approve", good.pk, 424242, *on, "--json")
    assert again.code == 1
    assert again.value == {
        "approved": 0,
        "refused": [
            {"id": good.pk, "reason": "not_a_draft"},
            {"id": 424242, "reason": "not_found"},
        ],
    }
    assert call("approve", "--all", *on).value == "Fatto: 0 messaggi.\n"


def test_cancel_skips_or_puts_back_in_one_document(company: Company, tmp_path: Path) -> None:
    load(tmp_path, PRESET)
    owe(company, "100")
    on = ("--on", "2026-04-15")
    (draft,) = call("plan", *on, "--json").value["messages"]
    assert call("cancel", draft["id"], *on, "--json").code == 2, "skip or again?"
    told = call("cancel", draft["id"], "--again", *on, "--json")
    assert told == (0, {"approved": 1, "refused": []}, "")
    (again,) = call("plan", *on, "--json").value["messages"]
    assert call("cancel", again["id"], "--skip", *on).value == "Fatto: 1 messaggi.\n"
    assert call("plan", *on, "--json").value["messages"] == []
    gone = call("cancel", 424242, "--skip", *on, "--json")
    assert gone.code == 1
    assert gone.value["refused"] == [{"id": 424242, "reason": "not_found"}]


def test_a_skip_belongs_to_the_day_it_was_proposed_for(company: Company, tmp_path: Path) -> None:
    load(tmp_path, EVERY_FIVE)
    (row,) = owe(company, "100")
    call("plan", "--on", "2026-04-15")
    call("approve", "--all", "--on", "2026-04-15")
    (draft,) = call("plan", "--on", "2026-04-20", "--json").value["messages"]
    assert call("cancel", draft["id"], "--skip", "--json").value["approved"] == 1
    assert call("plan", "--on", "2026-04-20", "--json").value["messages"] == []
    (answer,) = call("why", row, "--on", "2026-04-24", "--json").value
    assert (answer["until"], answer["reason"]) == ("2026-04-27", "not_yet")
    (answer,) = call("why", row, "--on", "2026-04-27", "--json").value
    assert (answer["answer"], answer["occurrence"]) == ("issue", 3)


def test_hold_and_release_print_the_instalment(company: Company, tmp_path: Path) -> None:
    load(tmp_path, EVERY_FIVE)
    (row,) = owe(company, "100")
    on = ("--on", "2026-04-15")
    held = call("hold", row, "--kind", "snooze", "--until", "2026-04-20", *on, "--json")
    assert (held.code, held.value["id"], held.value["hold"]) == (0, row, "snooze")
    (answer,) = call("why", row, *on, "--json").value
    assert (answer["answer"], answer["until"], answer["reason"]) == (
        "wait",
        "2026-04-21",
        "hold_snooze",
    )
    assert call("release", row, *on, "--json").value["hold"] is None
    assert call("why", row, *on, "--json").value[0]["answer"] == "issue"
    of_all = call("hold", "--customer", "Rossi S.r.l.", "--kind", "legal", *on, "--json")
    assert [each["id"] for each in of_all.value] == [row]
    for wrong in (
        ("hold", row, "--kind", "vacanza"),
        ("hold", "--kind", "legal"),
        ("hold", row, "--kind", "legal", "--amount", "5"),
        ("hold", "--customer", "Nessuno", "--kind", "legal"),
        ("release",),
    ):
        assert call(*wrong, "--json").code == 2, wrong


def test_nothing_is_approved_while_sending_is_stopped(company: Company, tmp_path: Path) -> None:
    load(tmp_path, EVERY_FIVE)
    owe(company, "100")
    call("plan", "--on", "2026-04-15")
    call("stop")
    told = call("approve", "--all", "--on", "2026-04-15", "--json")
    assert (told.code, told.value) == (3, "")
    assert Draft.objects.get().is_open


def run(home: Path, *words: object) -> tuple[int, Any]:
    """The command in a process of its own; what it prints to a script."""
    command = [sys.executable, "-m", "sollecito", *(str(word) for word in words), "--json"]
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "SOLLECITO_SMTP_URL"}}
    done = subprocess.run(
        command,
        env=kept | {"SOLLECITO_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


SHEET = """tipo;numero;data;cliente;partita_iva;email;totale;scadenza
fattura;1;01/03/2026;Alfa S.r.l.;07643520567;alfa@cliente.example;100,00;31/03/2026
fattura;2;01/03/2026;Alfa S.r.l.;07643520567;alfa@cliente.example;200,00;10/04/2026
fattura;3;01/03/2026;Beta S.p.A.;01234567897;beta@cliente.example;50,00;31/03/2026
"""


def test_a_script_walks_the_days_as_they_were_forecast(tmp_path: Path) -> None:
    """Everything through processes of their own: load, import, forecast, plan and approve."""
    home, sheet = tmp_path / "home", tmp_path / "documenti.csv"
    sheet.write_text(SHEET, "utf-8")
    file = tmp_path / "programma.json"
    file.write_text(json.dumps(EVERY_FIVE), "utf-8")
    assert run(home, "company", "add", "--vat", "12345670157", "--name", "Noi S.r.l.")[0] == 0
    assert run(home, "import", sheet)[1]["instalments"] == 3
    assert run(home, "policy", "load", file)[0] == 0
    balances = {row["id"]: Decimal(row["balance"]) for row in run(home, "scadenzario")[1]}
    start = date(2026, 4, 14)
    days = run(home, "forecast", "--on", start, "--days", 3)[1]
    for number, foreseen in enumerate(days):
        day = start + timedelta(days=number)
        planned = run(home, "plan", "--on", day)[1]
        ids = [each["id"] for each in planned["messages"] if each["status"] == "draft"]
        approved = run(home, "approve", *ids, "--on", day)[1]["approved"] if ids else 0
        assert foreseen["date"] == day.isoformat()
        assert foreseen["messages"] == approved, day
        named: Sequence[int] = [each["instalment"] for each in foreseen["items"]]
        issued = [each["instalment"] for each in planned["decisions"] if each["answer"] == "issue"]
        assert sorted(named) == sorted(issued) if approved else not named
        assert Decimal(foreseen["amount"]) == sum((balances[pk] for pk in named), Decimal(0))

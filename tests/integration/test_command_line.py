"""The command line as a script sees it: one JSON document, exit codes, what is refused."""

from __future__ import annotations

import csv
import re
import socket
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.utils import translation
from pytest_django.fixtures import Settings

from sollecito.accounts.models import Company
from sollecito.cli.commands import sollecito
from sollecito.flows import clock
from sollecito.flows.examine_installation import examine_installation
from sollecito.flows.hold_reminders import hold_reminders, release_hold
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.sources import NamedFile
from sollecito.ledger.models import Instalment
from sollecito.outbox.models import Instance, Message, Sender
from tests.builders import Row, invoice_bytes
from tests.command_line import call
from tests.reminders import EMAIL, add_account, add_email, make_company

pytestmark = pytest.mark.django_db

TODAY = clock.today()
WIRE: dict[str, Any] = {
    "id": int, "company": int, "customer": str, "customer_id": int, "kind": str, "number": str,
    "series": str, "document_date": str, "seq": int, "due_date": str, "amount": str,
    "balance": str, "currency": str, "status": str, "collectible": bool, "hold": (str, type(None)),
    "reminders": int, "last_reminder": (str, type(None)),
}  # fmt: skip
MESSAGE: dict[str, Any] = {
    "id": int, "content": int, "key": str, "message_id": str, "status": str, "channel": str,
    "to": str, "role": str, "customer": str, "instalments": list, "attempts": int, "events": list,
}  # fmt: skip


def day(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def bill(company: Company, number: str, *, due: int, name: str = "Bianchi S.r.l.") -> int:
    vat = {"Bianchi S.r.l.": "07643520567", "=Verdi S.p.A.": "01234567897"}[name]
    content = invoice_bytes(
        number=number, day=day(due - 30), total="122.00", rows=(Row("122.00", day(due)),),
        seller_vat=company.vat_number, buyer_name=name, buyer_vat=vat,
    )  # fmt: skip
    import_files([NamedFile(f"IT{company.vat_number}_{number}.xml", content=content)])
    row = Instalment.objects.get(company=company, document__number=number)
    if not row.party.contact_points.exists():
        add_email(row.party)
    return row.pk


@pytest.fixture
def company() -> Company:
    made = make_company()
    add_account(made)
    return made


def test_an_empty_installation_says_so(db: None) -> None:
    assert call("scadenzario", "--json") == (0, [], "")
    assert call("messages", "--json") == (0, [], "")
    told = call("remind", 1, "--json")
    assert (told.code, told.value) == (2, "")
    assert "company add" in told.talk


def test_a_company_is_added_once() -> None:
    made = call("company", "add", "--vat", "12345670157", "--name", "Uno", "--json")
    assert made.value == {"company": Company.objects.get().pk}
    assert call("company", "add", "--vat", "12345670157", "--name", "Uno", "--json").code == 1
    wrong = ("company", "add", "--vat", "12345670158", "--name", "Due", "--json")
    assert call(*wrong).code == 2
    assert call(*wrong, "--no-check").code == 0


def test_a_row_of_the_ledger_has_the_promised_keys(company: Company) -> None:
    bill(company, "1", due=-30)
    (row,) = call("scadenzario", "--json").value
    assert list(row) == list(WIRE)
    assert all(isinstance(row[key], kind) for key, kind in WIRE.items())
    assert (row["amount"], row["status"], row["due_date"]) == ("122.00", "overdue", day(-30))
    assert call("scadenzario", "--company", "12345670157", "--json").value == [row]
    assert call("scadenzario", "--company", "1", "--json").code == 2


def test_what_is_dated_later_does_not_count(company: Company) -> None:
    paid, held = bill(company, "1", due=-30), bill(company, "2", due=-30)
    told = call("pay", paid, "--amount", "122,00", "--date", day(-3), "--json")
    assert (told.code, told.value["balance"], told.value["status"]) == (0, "0.00", "paid")
    with clock.pretend(TODAY - timedelta(days=9)):
        hold = hold_reminders(Instalment.objects.get(pk=held), "dispute", user=None)
    release_hold(hold, user=None)
    before = ("scadenzario", "--json", "--on", day(-4))
    assert [row["id"] for row in call(*before, "--overdue").value] == [paid, held]
    assert [row["id"] for row in call(*before, "--hold", "dispute").value] == [held]
    assert call("scadenzario", "--json", "--on", day(-10), "--hold", "dispute").value == []
    assert call("scadenzario", "--json", "--hold", "dispute").value == []
    now = ("scadenzario", "--json", "--overdue")
    assert [row["id"] for row in call(*now).value] == [held]
    assert [row["id"] for row in call(*now, "--on", day(0)).value] == [held]
    assert call("remind", paid, "--json", "--dry-run", "--on", day(-4)).value["refused"] == []
    refused = call("remind", paid, "--json", "--dry-run").value["refused"]
    assert refused == [{"instalment": paid, "reason": "settled"}]


def test_a_payment_is_refused_where_nothing_is_left(company: Company) -> None:
    row = bill(company, "1", due=-30)
    over = call("pay", row, "--amount", "200", "--date", day(-1), "--json")
    assert (over.code, over.value["balance"]) == (0, "0.00")
    twice = call("pay", row, "--amount", "1", "--date", day(-1), "--json")
    assert (twice.code, twice.value) == (3, "")
    assert "saldata" in twice.talk


@pytest.mark.parametrize(
    ("amount", "date"),
    [
        ("0", "2026-01-02"),
        ("1" + "0" * 12, "2026-01-02"),
        ("-5", "2026-01-02"),
        ("x", "2026-01-02"),
        ("5", "2026-02-31"),
        ("5", "domani"),
    ],
)
def test_wrong_words_are_wrong_use(company: Company, amount: str, date: str) -> None:
    row = bill(company, "1", due=-30)
    assert call("pay", row, "--amount", amount, "--date", date, "--json").code == 2
    assert Instalment.objects.get(pk=row).balance == Decimal("122.00")


def test_one_message_a_customer(company: Company) -> None:
    ids = [bill(company, "1", due=-30), bill(company, "2", due=-20)]
    ids.append(bill(company, "3", due=-10, name="=Verdi S.p.A."))
    told = call("remind", *ids, "--json", "--cc", "c@x.example", "--bcc", "b@x.example")
    assert told.code == 0
    messages = told.value["messages"]
    assert all(list(row) == list(MESSAGE) for row in messages)
    assert all(isinstance(row[key], kind) for row in messages for key, kind in MESSAGE.items())
    assert [(row["role"], row["instalments"]) for row in messages] == [
        *((role, ids[:2]) for role in ("to", "cc", "bcc")),
        *((role, ids[2:]) for role in ("to", "cc", "bcc")),
    ]
    assert messages[0]["message_id"].startswith("<")
    assert messages[0]["message_id"].endswith(">")
    apart = call("remind", *ids, "--json", "--separate", "--dry-run").value["messages"]
    assert [row["instalments"] for row in apart] == [[each] for each in ids]
    assert [row["id"] for row in apart] == [None, None, None]
    assert call("messages", "--json").value == messages


def test_what_cannot_be_reminded_is_told_and_the_rest_goes(company: Company) -> None:
    paid, held, fresh, good = (
        bill(company, str(number), due=due)
        for number, due in ((1, -30), (2, -30), (3, 29), (4, -30))
    )
    call("pay", paid, "--amount", "122", "--date", day(-1))
    hold_reminders(Instalment.objects.get(pk=held), "dispute", user=None)
    told = call("remind", paid, held, fresh, good, 999999, "--json")
    assert told.code == 1
    assert [row["instalments"] for row in told.value["messages"]] == [[good]]
    assert {row["instalment"]: row["reason"] for row in told.value["refused"]} == {
        999999: "not_found", paid: "settled", held: "hold_dispute", fresh: "not_collectible",
    }  # fmt: skip


def test_a_text_of_another_time_is_read(company: Company, tmp_path: Path) -> None:
    row, text = bill(company, "1", due=-30), tmp_path / "testo.txt"
    text.write_bytes("Perché non è arrivato: {{ importo }}.".encode("windows-1252"))
    words = ("--to", "a@x.example", "--subject", "Prova", "--text-file", text)
    (message,) = call("remind", row, "--json", *words).value["messages"]
    assert message["to"] == "a@x.example"
    content = Message.objects.get().content
    assert (content.subject, content.text.strip()) == ("Prova", "Perché non è arrivato: 122,00 €.")
    raw = CliRunner().invoke(sollecito, ["messages", "eml", str(message["id"])]).stdout_bytes
    assert raw == bytes(content.raw or b"")


def test_several_companies_must_be_told_apart(company: Company) -> None:
    row = bill(company, "1", due=-30)
    other = make_company(name="Altra S.r.l.", vat_number="01234567897")
    assert call("remind", row, "--json", "--dry-run").code == 0
    assert call("remind", 999999, "--json").code == 2
    mistaken = call("remind", row, "--company", other.vat_number, "--json")
    assert mistaken.value["refused"] == [{"instalment": row, "reason": "not_found"}]
    assert call("import", "--open-items", "x.csv", "--json").code == 2


def test_another_day_never_leaves_by_a_real_server(company: Company, settings: Settings) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    row = bill(company, "1", due=-30)
    yesterday = ("remind", row, "--json", "--on", day(-1))
    assert (call(*yesterday).code, Message.objects.count()) == (3, 0)
    assert call(*yesterday, "--dry-run").code == 0
    assert call(*yesterday, "--channel", "file").value["messages"][0]["channel"] == "file"
    assert call("remind", row, "--json", "--on", day(0)).value["messages"][0]["channel"] == "email"


def test_stop_and_resume(company: Company) -> None:
    row = bill(company, "1", due=-30)
    assert call("stop", "--json") == (0, {"stopped": True}, "")
    assert call("remind", row, "--json").code == 3
    assert call("worker", "--drain").code == 3
    assert call("resume", "--json") == (0, {"stopped": False}, "")
    Instance.objects.update(suspended_at=clock.now(), suspended_reason="Copiato.")
    assert call("resume", "--json").code == 3
    assert call("resume", "--confirm-copy", "--json").code == 0
    assert call("remind", row, "--json").code == 0


def test_sheets_hold_no_formula(company: Company, tmp_path: Path) -> None:
    bill(company, "1", due=-30, name="=Verdi S.p.A.")
    file = tmp_path / "scadenzario.csv"
    assert call("scadenzario", "--csv", file, "--xlsx", tmp_path / "s.xlsx").code == 0
    (row,) = list(csv.DictReader(file.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert row["cliente"] == "'=Verdi S.p.A."
    assert (tmp_path / "s.xlsx").stat().st_size > 1000
    assert call("scadenzario", "--csv", tmp_path / "no" / "s.csv").code == 2


def test_looking_needs_an_open_list(company: Company, tmp_path: Path) -> None:
    (tmp_path / "IT12345670157_1.xml").write_bytes(invoice_bytes())
    assert call("import", tmp_path, "--dry-run", "--json").code == 2
    assert not Instalment.objects.exists()
    report = call("import", tmp_path, "--json").value
    counts = ["documents", "instalments", "duplicates", "notifications", "payments"]
    assert list(report) == [*counts, "skipped", "problems"]
    assert (report["documents"], call("import", tmp_path, "--json").value["duplicates"]) == (1, 1)


def findings() -> dict[str, str]:
    """What is wrong, by name, with the cure. The database of the tests lies in memory."""
    checks = call("doctor", "--json")
    found = {each["check"]: each["hint"] for each in checks.value if not each["ok"]}
    assert checks.code == (1 if found else 0)
    assert all(list(each) == ["check", "ok", "message", "hint"] for each in checks.value)
    found.pop("durability", "")
    return found


def test_the_doctor_finds_what_is_wrong(
    company: Company, settings: Settings, tmp_path: Path
) -> None:
    assert findings() == {}
    call("remind", bill(company, "1", due=-30))
    Message.objects.update(not_before=clock.now() - timedelta(minutes=6))
    settings.BOX_KEY_FILE = tmp_path / "gone.key"
    Sender.objects.create(
        company=company, channel="email", host="x", port=465, from_address=EMAIL, password_box="x"
    )
    assert findings().keys() == {"worker", "passwords"}
    assert not settings.BOX_KEY_FILE.exists()
    Instance.objects.update(worker_seen_at=clock.now() + timedelta(hours=3))
    settings.SMTP_URL = "smtp://mail.example.com"
    call("stop")
    assert findings().keys() == {"clock", "passwords", "senders", "sending"}
    assert all(findings().values()), "each has its cure"


def test_the_doctor_speaks_where_the_database_does_not(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("cli.installation", "cli.session", "flows.examine_installation",
                  "flows.examine_database"):  # fmt: skip
        monkeypatch.setattr(f"sollecito.{place}.find_trouble", lambda: "connection refused")
    assert [each["check"] for each in examine_installation()][-1] == "database"
    assert findings().keys() == {"database"}
    assert call("scadenzario", "--json") == (
        2,
        "",
        "Il database non risponde: connection refused\n",
    )


def test_the_doctor_speaks_english(company: Company, settings: Settings) -> None:
    settings.SMTP_URL = "smtp://mail.example.com"
    call("stop")
    with translation.override("en"):
        told = call("doctor").value
    italian = {"aggiornato", "leggibili", "lavoro", "liberi", "ogni", "fermati", "cifrato", "mai"}
    assert set(re.findall(r"\w+", told.lower())) & italian == set()
    assert "Sending was stopped by a person." in told


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_told_before_anything_is_made(command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = call(command, "--port", taken.getsockname()[1])
    assert (told.code, "--port" in told.talk) == (2, True)
    assert not Company.objects.exists()


def test_ids_are_of_the_named_company_and_fit_a_column(company: Company) -> None:
    row = bill(company, "1", due=-30)
    other = make_company(name="Altra S.r.l.", vat_number="01234567897")
    paying = ("--amount", "1", "--date", day(-1), "--json")
    assert call("pay", row, *paying, "--company", other.vat_number).code == 2
    assert call("pay", row, *paying, "--company", company.vat_number).code == 0
    beyond = 10**20
    assert call("pay", beyond, *paying).code == 2
    assert call("remind", beyond, "--json").code == 2
    assert call("messages", "eml", beyond).code == 2


def test_a_hold_knows_what_its_kind_needs(company: Company) -> None:
    pk = bill(company, "1/H", due=-5)
    cheque = ("--effect", "assegno", "--bank", "Banca di Prova", "--due", day(30))
    told = call("hold", pk, "--kind", "in_collection", *cheque, "--json")
    assert told.code == 0
    assert told.value["hold"] == "in_collection"
    assert told.value["hold_details"] == {
        "kind": "in_collection", "effect": "assegno", "bank": "Banca di Prova", "due_date": day(30),
    }  # fmt: skip
    assert "Banca: «Banca di Prova»." in call("why", pk).value
    assert call("release", pk, "--json").value.keys() >= {"hold", "balance"}


def test_a_hold_refuses_what_cannot_be(company: Company) -> None:
    pk = bill(company, "1/H", due=-5)
    party = Instalment.objects.get(pk=pk).party
    of_party = ("hold", "--customer", party.pk, "--kind")
    for wrong, words in (
        (("hold", pk, "--kind", "legal", "--bank", "X"), "--bank non vale"),
        ((*of_party, "in_collection", "--effect", "riba"), "Un effetto è di una rata"),
        ((*of_party, "insolvency", "--curator", "Avv. Prova"), "--opened"),
        ((*of_party, "insolvency", "--opened", day(30)), "non è plausibile"),
        ((*of_party, "insolvency", "--opened", day(-3), "--pec", "x"), "indirizzo e-mail"),
    ):
        told = call(*wrong)
        assert (told.code, words in told.talk) == (2, True), wrong
    assert call(*of_party, "ceased", "--ending", "deceduto").code == 0
    told = call("release", "--customer", party.pk)
    assert (told.code, "eredi" in told.talk) == (3, True)
    assert call("release", "--customer", party.pk, "--mistake").code == 0

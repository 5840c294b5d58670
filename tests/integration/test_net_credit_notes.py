"""Credit notes: netted from the invoice they name, else open until a person matches them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.urls import reverse

from sollecito.accounts.models import AuditEntry, Company, Membership, User
from sollecito.dunning.fact_queries import customers_credit
from sollecito.dunning.queries import notes_to_link, unmatched_notes
from sollecito.flows import clock
from sollecito.flows.allocate_money import UnknownInstalmentError
from sollecito.flows.edit_company import edit_company
from sollecito.flows.explain_decision import explain_decision
from sollecito.flows.import_files import import_files
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.match_credit import CreditRefusedError, match_credit
from sollecito.flows.record_payments import pay_instalment
from sollecito.flows.send_reminder import send_reminders
from sollecito.flows.spend_credit import undo_allocation
from sollecito.flows.undo_import import undo_import, why_not_undone
from sollecito.ledger.models import Allocation, Document, ImportBatch, Instalment
from sollecito.ledger.queries import wrong_balances
from sollecito.outbox.models import Message
from tests.builders import SELLER_VAT, Row, invoice_bytes, notification_xml
from tests.programmes import add_policy
from tests.reminders import TODAY, add_account, add_email, import_invoice, make_company
from tests.web_rows import enter

pytestmark = pytest.mark.django_db
NOTE_FILE = f"IT{SELLER_VAT}_00N1.xml"


@pytest.fixture
def company() -> Company:
    return make_company()


def bring(*files: tuple[str, bytes]) -> None:
    import_files([NamedFile(name, content=data) for name, data in files])


def invoice(number: str = "1", **fields: Any) -> tuple[str, bytes]:
    return f"fattura_{number}.xml", invoice_bytes(number=number, **fields)


def note(
    number: str = "N1", *, names: str = "1", day: str = "2026-03-01", amount: str = "50.00"
) -> tuple[str, bytes]:
    linked = f"<IdDocumento>{names}</IdDocumento>" + (f"<Data>{day}</Data>" if day else "")
    data = invoice_bytes(
        number=number,
        type_code="TD04",
        day="2026-03-05",
        total=amount,
        rows=(Row(amount),),
        references=f"<DatiFattureCollegate>{linked}</DatiFattureCollegate>" if names else "",
    )
    return f"IT{SELLER_VAT}_00{number}.xml", data


def balances() -> dict[str, Decimal]:
    assert wrong_balances() == []
    rows = Instalment.objects.order_by("document__number", "seq")
    return {f"{row.document.number}/{row.seq}": row.balance for row in rows}


def test_a_note_comes_off_the_invoice_it_names(company: Company) -> None:
    bring(invoice())
    bring(note())
    assert balances() == {"1/1": Decimal("72.00"), "N1/1": Decimal("0.00")}
    assert Allocation.objects.get().date == date(2026, 3, 5)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_gives_the_same(company: Company, order: tuple[int, ...]) -> None:
    files = (invoice(), note("N1", amount="90.00"), note("N2", amount="90.00"))
    for place in order:
        bring(files[place])
    bring(*files)
    assert balances() == {"1/1": Decimal(0), "N1/1": Decimal(0), "N2/1": Decimal("-58.00")}


def test_the_year_is_enough_and_nothing_less(company: Company) -> None:
    bring(invoice(), note(day="2026-02-28"))
    assert balances()["1/1"] == Decimal("72.00")


@pytest.mark.parametrize("fields", [{"day": "2025-03-01"}, {"day": ""}, {"names": "2"}])
def test_what_names_no_invoice_stays_open(company: Company, fields: dict[str, str]) -> None:
    bring(invoice(), note(**fields))
    assert balances() == {"1/1": Decimal("122.00"), "N1/1": Decimal("-50.00")}


def test_another_customers_invoice_is_not_meant(company: Company) -> None:
    bring(invoice(buyer_vat="02222220150"), note())
    assert balances()["1/1"] == Decimal("122.00")


def test_the_oldest_instalment_first(company: Company) -> None:
    rows = (Row("61.00", "2026-04-30", condition="TP01"), Row("61.00", "2026-03-31"))
    bring(invoice(rows=rows), note(amount="70.00"))
    assert balances() == {"1/1": Decimal("52.00"), "1/2": Decimal(0), "N1/1": Decimal(0)}


def test_what_was_paid_already_is_not_credited_again(company: Company) -> None:
    bring(invoice())
    pay_instalment(Instalment.objects.get(), amount=Decimal("100.00"), day=date(2026, 3, 4))
    bring(note())
    assert balances() == {"1/1": Decimal(0), "N1/1": Decimal("-28.00")}


def test_a_rejected_note_counts_for_nothing(company: Company) -> None:
    bring(invoice(), note())
    bring(("IT_NS_001.xml", notification_xml("NS", file_name=NOTE_FILE).encode()))
    assert balances() == {"1/1": Decimal("122.00"), "N1/1": Decimal("-50.00")}


def test_a_reminder_of_the_old_amount_is_withdrawn(company: Company) -> None:
    add_account(company)
    row = import_invoice(company)[0]
    add_email(row.party)
    with clock.pretend(TODAY):
        send_reminders(company, [row.pk], token="t")
        assert Message.objects.get().status == "queued"
        bring(note())
    assert Message.objects.get().status == "cancelled"


def test_an_import_of_notes_is_undone_with_what_they_took(company: Company) -> None:
    bring(invoice())
    bring(note())
    batch = ImportBatch.objects.order_by("-pk")[0]
    assert why_not_undone(batch) == ""
    undo_import(batch, user=None)
    assert balances() == {"1/1": Decimal("122.00")}


def test_a_note_is_open_again_without_its_invoice(company: Company) -> None:
    bring(note())
    bring(invoice())
    undo_import(ImportBatch.objects.order_by("-pk")[0], user=None)
    assert balances() == {"N1/1": Decimal("-50.00")}
    assert Document.objects.count() == 1


def test_a_person_matches_what_names_nothing(company: Company) -> None:
    bring(invoice(), note(names=""))
    credit, row = Instalment.objects.order_by("amount")
    match_credit(credit, row, amount=Decimal("20.00"))
    assert balances() == {"1/1": Decimal("102.00"), "N1/1": Decimal("-30.00")}
    match_credit(credit, row)
    assert balances() == {"1/1": Decimal("72.00"), "N1/1": Decimal(0)}
    assert AuditEntry.objects.filter(action="credit_matched").count() == 4
    with pytest.raises(CreditRefusedError):
        match_credit(credit, row)


def test_a_match_by_hand_outlives_later_imports(company: Company) -> None:
    bring(invoice(), note(names="2"))
    credit, row = Instalment.objects.order_by("amount")
    match_credit(credit, row)
    bring(invoice("2", day="2026-03-01"))
    assert balances() == {
        "1/1": Decimal("72.00"),
        "2/1": Decimal("122.00"),
        "N1/1": Decimal(0),
    }


@pytest.mark.parametrize("amount", ["0", "-1", "50.01", "123"])
def test_never_more_than_either_has(company: Company, amount: str) -> None:
    bring(invoice(), note(names=""))
    credit, row = Instalment.objects.order_by("amount")
    with pytest.raises(CreditRefusedError):
        match_credit(credit, row, amount=Decimal(amount))
    assert balances()["1/1"] == Decimal("122.00")


def test_only_notes_and_only_of_the_same_customer(company: Company) -> None:
    bring(invoice("1"), invoice("2", buyer_vat="02222220150"), note(names=""))
    credit = Instalment.objects.get(amount__lt=0)
    mine, other = Instalment.objects.filter(amount__gt=0).order_by("document__number")
    for pair in ((mine, other), (credit, other), (mine, credit)):
        with pytest.raises(CreditRefusedError):
            match_credit(*pair)
    stranger = make_company(vat_number="01234567890")
    Instalment.objects.filter(pk=mine.pk).update(company=stranger)
    with pytest.raises(UnknownInstalmentError):
        match_credit(credit, mine)


def test_what_a_person_undid_is_not_netted_again(company: Company) -> None:
    bring(invoice(), note())
    undo_allocation(Allocation.objects.get(), user=None)
    assert balances() == {"1/1": Decimal("122.00"), "N1/1": Decimal("-50.00")}
    bring(note("N2", amount="10.00"))
    bring(invoice(), note())
    assert balances() == {"1/1": Decimal("112.00"), "N1/1": Decimal("-50.00"), "N2/1": Decimal(0)}


def test_a_link_by_hand_where_the_note_names_is_left_as_it_is(company: Company) -> None:
    bring(invoice(), note())
    undo_allocation(Allocation.objects.get(), user=None)
    credit, row = Instalment.objects.order_by("amount")
    match_credit(credit, row, amount=Decimal("20.00"))
    bring(note("N2", amount="10.00"))
    assert balances() == {
        "1/1": Decimal("92.00"),
        "N1/1": Decimal("-30.00"),
        "N2/1": Decimal(0),
    }
    assert Allocation.objects.filter(undone_at__isnull=True, is_by_hand=True).count() == 1


def test_a_note_that_names_nothing_is_a_task_and_linked_with_one_click(company: Company) -> None:
    bring(invoice(), note(names=""))
    (waiting,) = notes_to_link(company)
    assert waiting.document.number == "N1"
    owner = User.objects.create_user("anna@noi.example", "quattro parole di prova")
    Membership.objects.create(company=company, user=owner, role="titolare")
    client = enter(owner)
    page = client.get(reverse("web:home")).content.decode()
    assert "1 nota di credito da collegare" in page
    page = client.get(reverse("web:tasks")).content.decode()
    assert "Collega alle più vecchie" in page
    path = reverse("web:credit_match", args=[waiting.party_id, f"n{waiting.pk}"])
    assert client.post(path, {"tutto": "1"}).status_code == 302
    assert balances() == {"1/1": Decimal("72.00"), "N1/1": Decimal(0)}
    assert not notes_to_link(company)
    assert "da collegare" not in client.get(reverse("web:home")).content.decode()


def test_automatic_reminders_may_wait_for_a_note_to_be_linked(company: Company) -> None:
    bring(invoice(), note(names=""))
    row = Instalment.objects.get(amount__gt=0)
    add_policy(company, 15)
    with clock.pretend(TODAY):
        assert "nota di credito da collegare" not in explain_decision(row).sentence
        edit_company(company, user=None, changes={"holds_open_notes": True})
        row = Instalment.objects.get(pk=row.pk)
        assert "nota di credito da collegare" in explain_decision(row).sentence


def test_a_rejected_note_is_no_credit_of_the_customer(company: Company) -> None:
    bring(invoice(), note(names=""))
    party = Instalment.objects.all()[0].party_id
    assert customers_credit([party]) == {(party, "EUR"): Decimal("50.00")}
    bring(("IT_NS_001.xml", notification_xml("NS", file_name=NOTE_FILE).encode()))
    assert customers_credit([party]) == {}
    assert unmatched_notes(party) == []
    assert not notes_to_link(company)

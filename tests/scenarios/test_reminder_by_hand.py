"""What an accountant does with one overdue invoice, told step by step."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from sollecito.dunning.queries import message_rows
from sollecito.flows import clock
from sollecito.flows.deliver import deliver
from sollecito.flows.send_reminder import new_token, send_reminders, undo_sending
from sollecito.outbox.queries import Lane
from tests.builders import Row
from tests.reminders import add_account, add_email, import_invoice, make_company

pytestmark = pytest.mark.django_db(transaction=True)


def test_three_instalments_one_reminded_one_taken_back(settings: Settings, tmp_path: Path) -> None:
    settings.MAILBOX = tmp_path
    company = make_company(email="amministrazione@azienda.example", phone="0573 999 0101")
    add_account(company)
    rows = tuple(Row("100.00", due, condition="TP01") for due in ("2026-03-31", "2026-04-30"))
    first, second = import_invoice(company, number="124/A", total="200.00", rows=rows)
    add_email(first.party, "bianchi@cliente.example", person="dott.ssa Bianchi")

    with clock.pretend(date(2026, 4, 17)):
        sent = send_reminders(company, [first.pk], token=new_token())
        deliver(Lane("file"), worker_id="ufficio")
    (content,) = sent.contents
    assert content.text.startswith("Buongiorno dott.ssa Bianchi,\nal 10/03/2026 non ci risulta")
    assert "rata 1 di 2" in content.subject
    assert "chiamarmi al 0573 999 0101" in content.text
    assert [row["status"] for row in message_rows(company)] == ["accepted"]

    with clock.pretend(date(2026, 4, 20)):
        order = new_token()
        send_reminders(company, [second.pk], token=order, can_undo=True)
        undo_sending(company, order, user=None)
        deliver(Lane("file"), worker_id="ufficio")
    assert [row["status"] for row in message_rows(company)] == ["accepted", "cancelled"]

"""A company with one row of everything, for the tests of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from sollecito.accounts.models import Closure, Company, Membership, User
from sollecito.domain.presets import FIFTEENTH
from sollecito.dunning.models import Policy
from sollecito.flows import clock
from sollecito.flows.accept_upload import accept_upload
from sollecito.flows.continue_imports import continue_imports
from sollecito.flows.declare_takings import record_takings
from sollecito.flows.deliver import deliver
from sollecito.flows.edit_bank_accounts import AccountData, save_account
from sollecito.flows.edit_closures import add_closure
from sollecito.flows.edit_customer import Contact, add_contact, edit_customer
from sollecito.flows.import_sheets import import_sheet
from sollecito.flows.importing.sources import NamedFile
from sollecito.flows.manage_agents import save_agent
from sollecito.flows.manage_users import invite_user
from sollecito.flows.save_policy import save_policy
from sollecito.flows.send_reminder import new_token, send_reminders
from sollecito.flows.set_up_company import set_up_company
from sollecito.ledger.models import (
    Agent,
    BankAccount,
    Document,
    ImportBatch,
    ImportItem,
    Instalment,
    Party,
    Payment,
)
from sollecito.outbox.models import Content, Message
from sollecito.outbox.queries import Lane
from tests.builders import SELLER_VAT, Row, invoice_bytes

PASSWORD = "quattro parole di prova"
OTHER_VAT = "99900010473"
TODAY = date(2026, 4, 17)
IBAN = "IT18Z9999099990000000000101"


@dataclass
class World:
    """One company's rows."""

    company: Company
    owner: User
    office: User
    viewer: User
    membership: Membership
    account: BankAccount
    agent: Agent
    batch: ImportBatch
    item: ImportItem
    party: Party
    document: Document
    instalment: Instalment
    content: Content
    message: Message
    token: str
    group: str
    payment: Payment
    policy: Policy
    closure: Closure

    @property
    def mail_id(self) -> str:
        return self.message.reference

    def marker(self) -> str:
        """A word that only this company's pages may say."""
        return self.party.name


@pytest.fixture
def on_the_day(settings: Any, tmp_path: Path) -> Iterator[None]:
    """17 April 2026, a mailbox of its own, passwords that cost nothing."""
    settings.MAILBOX = tmp_path / "mailbox"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with clock.pretend(TODAY):
        yield


def upload(company: Company, *files: tuple[str, bytes], user: User | None = None) -> ImportBatch:
    """Import files as the page and the worker do."""
    named = [NamedFile(name, content=content) for name, content in files]
    batch = accept_upload(company, named, user=user)
    continue_imports(sheets=import_sheet)
    batch.refresh_from_db()
    return batch


def enter(user: User) -> Client:
    """A browser in which the user is signed in."""
    client = Client()
    client.force_login(user)
    return client


def make_world(vat: str = SELLER_VAT, name: str = "Prima") -> World:
    """A company, its people, an invoice, a reminder in the local mailbox, a declared taking."""
    tag = name.lower()
    owner = User.objects.create_user(f"titolare@{tag}.example", PASSWORD, name=f"Titolare {name}")
    company = set_up_company(
        vat=vat, name=f"{name} S.r.l.", email=f"amministrazione@{tag}.example", owner=owner
    )
    office, viewer = (
        invite_user(
            company,
            by=owner,
            email=f"{role}@{tag}.example",
            role=role,
            data={"name": f"{role.title()} {name}", "password": PASSWORD},
        )
        for role in ("amministrazione", "lettura")
    )
    account = save_account(company, by=None, data=AccountData(IBAN, bank="Banca di Prova"))
    agent = save_agent(company, user=owner, name=f"Agente {name}")
    batch = upload(
        company,
        *(
            (
                f"IT{vat}_{number:05}.xml",
                invoice_bytes(
                    number=str(number),
                    seller_vat=vat,
                    buyer_name=f"Cliente di {name}",
                    total="122.00",
                    rows=(Row("122.00", due="2026-03-31"),),
                ),
            )
            for number in (1, 2)
        ),
        user=owner,
    )
    first, second = Instalment.objects.filter(company=company).order_by("document__number")
    add_contact(first.party, Contact("email", f"cliente@{tag}.example"), user=owner)
    edit_customer(first.party, user=owner, changes={"auto_copy": True})
    token = new_token()
    outcome = send_reminders(company, [first.pk], token=token, user=owner)
    deliver(Lane("file"), worker_id="prova")
    content = Content.objects.get(pk=outcome.contents[0].pk)
    group, _count = record_takings(company, [second.pk], day=TODAY, user=owner)
    item = batch.items.order_by("pk")[0]
    first.refresh_from_db()
    return World(
        company=company,
        owner=owner,
        office=office.user,
        viewer=viewer.user,
        membership=office,
        account=account,
        agent=agent,
        batch=batch,
        item=item,
        party=first.party,
        document=first.document,
        instalment=first,
        content=content,
        message=content.messages.get(),
        token=token,
        group=group,
        payment=Payment.objects.get(company=company, group=group),
        policy=save_policy(company, FIFTEENTH, user=owner, is_default=True),
        closure=add_closure(company, TODAY, TODAY, user=owner),
    )

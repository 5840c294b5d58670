"""Server time of the scadenzario with 100,000 instalments on SQLite.

Fills a database of its own, then asks for each page many times through Django's test client, and
for the queries behind it one by one. Reports the median and the 95th percentile; asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

TODAY = date(2026, 6, 15)
KINDS = ("fattura_elettronica", "parcella_elettronica", "fattura", "proforma", "ricevuta")
SHARES = (70, 10, 10, 5, 5)
SERIES = ("A", "B", "PA")
CHUNK = 5000
PAGE = 50
ADDRESSES = {
    "first page": "",
    "page 100": "?pagina=100",
    "kind": "?tipo=fattura_elettronica",
    "rare kind": "?tipo=proforma",
    "overdue": "?quando=scadute",
    "future": "?quando=future",
    "open": "?stato=open",
    "overdue status": "?stato=overdue",
    "partly paid": "?stato=partly_paid",
    "paid": "?stato=paid",
    "waiting": "?stato=waiting_sdi",
    "held": "?sospesa=dispute",
    "customer": "?cerca=Cliente+0042",
    "order number": "?cerca=ORD-004242",
    "due between": "?dal=2026-01-01&al=2026-03-31",
    "amount": "?importo_da=500&importo_a=600",
    "age": "?fascia=31_60",
    "by customer": "?vista=clienti",
    "sort by customer": "?ordina=customer",
    "sort by balance": "?ordina=-balance",
    "sort by number": "?ordina=number",
}


def main() -> int:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--instalments", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=30, help="open ones in a hundred")
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="sollecito-bench-") as home:
        os.environ["SOLLECITO_HOME"] = home
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "sollecito.config.settings"
        import django  # noqa: PLC0415  the home is set first

        django.setup()
        _run(options)
    return 0


def _run(options: argparse.Namespace) -> None:
    from django.core.management import call_command  # noqa: PLC0415  after django.setup()

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    company = fill(options.instalments, options.open)
    size = sum(
        file.stat().st_size for file in Path(os.environ["SOLLECITO_HOME"]).glob("*.sqlite3*")
    )
    print(
        f"{options.instalments} instalments, {options.open}% open, filled in "
        f"{time.perf_counter() - started:.1f} s, {size / 2**20:.0f} MB"
    )
    print(f"{'queries':<34}{'p50 ms':>9}{'p95 ms':>9}{'cpu ms':>9}")
    for name, call in queries(company).items():
        report(name, call, options.times)
    pages = page_calls(company)
    if pages:
        print(f"{'pages (status)':<34}{'p50 ms':>9}{'p95 ms':>9}{'cpu ms':>9}")
        for name, call in pages.items():
            report(f"{name} ({call()})", call, options.times)


def report(name: str, call: Callable[[], object], times: int) -> None:
    """Print the median and the 95th percentile of ``times`` calls, and the processor's own time."""
    taken, worked = [], []
    for _ in range(times):
        started, work = time.perf_counter(), time.process_time()
        call()
        taken.append((time.perf_counter() - started) * 1000)
        worked.append((time.process_time() - work) * 1000)
    p95 = statistics.quantiles(taken, n=20)[-1] if times > 1 else taken[0]
    median = statistics.median(taken)
    print(f"{name:<34}{median:>9.1f}{p95:>9.1f}{statistics.median(worked):>9.1f}", flush=True)


def queries(company: Any) -> dict[str, Callable[[], object]]:
    """Rows, count and totals of each filter, without the page around them."""
    from sollecito.domain.aging import Bucket  # noqa: PLC0415  after django.setup()
    from sollecito.dunning.queries import ledger_query, ledger_rows  # noqa: PLC0415  same
    from sollecito.ledger import queries as ledger  # noqa: PLC0415  same

    wanted = {
        "none": ledger.LedgerFilter(),
        "kind": ledger.LedgerFilter(kinds=("fattura_elettronica",)),
        "rare kind": ledger.LedgerFilter(kinds=("proforma",)),
        "overdue": ledger.LedgerFilter(due="overdue"),
        "status open": ledger.LedgerFilter(status="open"),
        "status overdue": ledger.LedgerFilter(status="overdue"),
        "status waiting": ledger.LedgerFilter(status="waiting_sdi"),
        "text": ledger.LedgerFilter(text="Cliente 0042"),
        "amount": ledger.LedgerFilter(amount_from=Decimal(500), amount_to=Decimal(600)),
        "age": ledger.LedgerFilter(bucket=Bucket.DAYS_31_60),
        "hold": ledger.LedgerFilter(hold="dispute"),
    }
    calls: dict[str, Callable[[], object]] = {}
    for name, each in wanted.items():

        def rows(each: ledger.LedgerFilter = each) -> object:
            found = ledger.sort_instalments(ledger_query(company, each, TODAY), "due")
            return ledger_rows(found[:PAGE], company, TODAY)

        def count(each: ledger.LedgerFilter = each) -> object:
            return ledger_query(company, each, TODAY).count()

        def totals(each: ledger.LedgerFilter = each) -> object:
            return ledger.total_instalments(ledger_query(company, each, TODAY), company, TODAY)

        calls |= {f"rows: {name}": rows, f"count: {name}": count, f"totals: {name}": totals}
    for sort in ledger.SORTS:

        def in_order(sort: str = sort) -> object:
            found = ledger.sort_instalments(ledger_query(company, wanted["none"], TODAY), sort)
            return ledger_rows(found[:PAGE], company, TODAY)

        calls[f"rows sorted by {sort}"] = in_order
    calls["groups"] = lambda: list(
        ledger.group_by_customer(ledger_query(company, wanted["none"], TODAY), TODAY)[:PAGE]
    )
    return calls


def page_calls(company: Any) -> dict[str, Callable[[], object]]:
    """The pages themselves, signed in; empty where there is no such page."""
    from django.test import Client  # noqa: PLC0415  after django.setup()
    from django.urls import NoReverseMatch, reverse  # noqa: PLC0415  same

    from sollecito.accounts.models import Membership, User  # noqa: PLC0415  same
    from sollecito.flows import clock  # noqa: PLC0415  same

    try:
        address = reverse("web:scadenzario")
    except NoReverseMatch:
        return {}
    user = User.objects.create_user("bench@bench.example", name="Bench")
    Membership.objects.create(company=company, user=user, role=Membership.Role.OWNER)
    client = Client()
    client.force_login(user)

    def get(query: str) -> object:
        with clock.pretend(TODAY):
            response = client.get(address + query)
            return int(response.status_code)

    return {name: partial(get, query) for name, query in ADDRESSES.items()}


def fill(instalments: int, open_percent: int) -> Any:
    """A company with customers, documents of one to three instalments, payments and holds."""
    from sollecito.accounts.models import Company  # noqa: PLC0415  after django.setup()

    draw = random.Random(20260615)
    company = Company.objects.create(name="Bench S.r.l.", takings_answered_at=_moment())
    parties = _parties(company, max(50, instalments // 50))
    made = 0
    number = 0
    while made < instalments:
        most = min(CHUNK, instalments - made)
        made += _documents(
            company, parties, draw, first=number, most=most, open_percent=open_percent
        )
        number += CHUNK
    _holds(company, draw)
    return company


def _moment() -> Any:
    from sollecito.flows import clock  # noqa: PLC0415  after django.setup()

    return clock.now()


def _parties(company: Any, count: int) -> list[Any]:
    from sollecito.ledger.models import Party  # noqa: PLC0415  after django.setup()

    return Party.objects.bulk_create(
        Party(
            company=company,
            identity=f"IT:{number:011}",
            name=f"Cliente {number:04} S.r.l.",
            kind="impresa",
            vat_country="IT",
            vat_number=f"{number:011}",
        )
        for number in range(count)
    )


def _documents(
    company: Any,
    parties: list[Any],
    draw: random.Random,
    *,
    first: int,
    most: int,
    open_percent: int,
) -> int:
    from sollecito.ledger.models import Document, Instalment  # noqa: PLC0415  after django.setup()

    documents: list[Document] = []
    instalments: list[Instalment] = []
    for number in range(first, first + most):
        if len(instalments) >= most:
            break
        day = TODAY - timedelta(days=draw.randint(0, 1000))
        kind = draw.choices(KINDS, SHARES)[0]
        order = f"ORD-{number:06}"
        document = Document(
            company=company,
            party=draw.choice(parties),
            kind=kind,
            number=f"{number}/{draw.choice(SERIES)}",
            date=day,
            year=day.year,
            total=Decimal(0),
            expected=Decimal(0),
            source=Document.Source.FILE,
            fingerprint=f"{number:064}",
            sdi_state=draw.choices(("delivered", "none", "rejected"), (90, 9, 1))[0],
            references=[{"kind": "order", "number": order, "cig": "Z1A2B3C4D5", "cup": ""}],
            reasons=["Lavori come da ordine, con la descrizione che una causale porta di solito"],
            search_text=f"{number}/a {order.lower()} z1a2b3c4d5",
        )
        documents.append(document)
        count = min(draw.choice((1, 1, 2, 3)), most - len(instalments))
        for seq in range(1, count + 1):
            amount = Decimal(draw.randint(2_000, 900_000)) / 100
            state = draw.randint(1, 100)
            balance = Decimal(0)
            if state <= open_percent:
                balance = amount if state % 10 else (amount / 2).quantize(Decimal("0.01"))
            instalments.append(
                Instalment(
                    company=company,
                    document=document,
                    party=document.party,
                    kind=kind,
                    seq=seq,
                    of=count,
                    due_date=day + timedelta(days=30 * seq),
                    due_date_assumed=draw.random() < 0.02,
                    amount=amount,
                    balance=balance,
                    currency="USD" if draw.random() < 0.01 else "EUR",
                    method="MP05",
                )
            )
    Document.objects.bulk_create(documents)
    Instalment.objects.bulk_create(instalments)
    return len(instalments)


def _holds(company: Any, draw: random.Random) -> None:
    from sollecito.dunning.models import Hold  # noqa: PLC0415  after django.setup()
    from sollecito.ledger.queries import open_instalments  # noqa: PLC0415  same

    ids = list(open_instalments(company).values_list("pk", flat=True))
    Hold.objects.bulk_create(
        Hold(
            company=company,
            kind=draw.choice(("dispute", "promise", "arrangement")),
            instalment_id=key,
            from_date=TODAY - timedelta(days=5),
            created_at=_moment(),
        )
        for key in draw.sample(ids, min(500, len(ids)))
    )


if __name__ == "__main__":
    sys.exit(main())

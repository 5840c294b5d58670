"""Rate al lordo: a person says whether the customer owes the gross or the net, and it is kept.

Rows whose sum is the gross total while withholding (ritenuta) or split payment is declared ask
for too much, or the programme that wrote them did. Until somebody says so they are not reminded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from sollecito.accounts.models import User
from sollecito.domain.money import format_money
from sollecito.domain.settling import scale_down
from sollecito.flows import audit
from sollecito.flows.refresh_balances import refresh_balances
from sollecito.flows.withdraw_messages import withdraw_for_instalments
from sollecito.ledger.models import Document, Instalment
from sollecito.ledger.queries import derived_balance, with_derived_balance
from sollecito.ledger.sources import GROSS_ROWS, Amounts

DECIDED = (Amounts.GROSS, Amounts.NET)


class AmountsRefusedError(Exception):
    """Nothing was changed; the message says why and what to do."""


def choose_amounts(document: Document, choice: str, *, user: User | None) -> None:
    """Ask for the gross amounts as written, or for the net ones; it may be changed again.

    Later documents of the customer follow (``follow_customers``). Raises AmountsRefusedError:
    the rows are not gross, or more than the net was collected already.
    """
    with transaction.atomic():
        row = Document.objects.select_for_update().select_related("company").get(pk=document.pk)
        if not row.amounts or choice not in DECIDED:
            raise AmountsRefusedError("Le rate di questo documento non sono al lordo.")
        rows = _lock(row)
        gross = _gross_amounts(row, rows)
        wanted = gross if choice == Amounts.GROSS else scale_down(gross, _net(row, gross))
        _write(row, rows, wanted, gross)
        Document.objects.filter(pk=row.pk).update(amounts=choice, warnings=row.warnings)
        refresh_balances([each.pk for each in rows])
        withdraw_for_instalments(row.company, [each.pk for each in rows])
        asked = format_money(sum(wanted, Decimal(0)), row.currency)
        word = "lordo" if choice == Amounts.GROSS else "netto"
        text = f"Si chiede il {word}: {asked}."
        target = f"document:{row.pk}"
        audit.record(row.company, user, "amounts_chosen", target=target, text=text)


def follow_customers(documents: Iterable[Document]) -> int:
    """Gross rows that came in follow what was last said of their customer; how many did."""
    found = 0
    for document in documents:
        if document.amounts != Amounts.PENDING:
            continue
        mine = Document.objects.filter(party=document.party_id, amounts__in=DECIDED)
        last = mine.order_by("-date", "-pk").values_list("amounts", flat=True).first()
        if last:
            choose_amounts(document, last, user=None)
            found += 1
    return found


def _lock(document: Document) -> list[Any]:
    mine = Instalment.objects.filter(document=document, is_advance=False).order_by("id")
    ids = list(mine.select_for_update().values_list("pk", flat=True))
    return list(with_derived_balance(Instalment.objects.filter(pk__in=ids)).order_by("id"))


def _gross_amounts(document: Document, rows: Sequence[Any]) -> list[Decimal]:
    """As the file wrote them: kept with the warning once they were changed."""
    kept = next((each.get("amounts") for each in _gross_warnings(document)), None)
    if kept and len(kept) == len(rows):
        return [Decimal(amount) for amount in kept]
    return [row.amount for row in rows]


def _gross_warnings(document: Document) -> list[dict[str, Any]]:
    return [each for each in document.warnings if each.get("code") == GROSS_ROWS]


def _net(document: Document, gross: Sequence[Decimal]) -> Decimal:
    """What the customer owes beyond paid advances: never more than what is written."""
    return min(document.expected, sum(gross, Decimal(0)))


def _write(
    document: Document, rows: Sequence[Any], wanted: Sequence[Decimal], gross: Sequence[Decimal]
) -> None:
    for row, amount in zip(rows, wanted, strict=True):
        collected = row.amount - derived_balance(row)
        if amount < collected:
            money = format_money(collected, row.currency)
            raise AmountsRefusedError(
                f"Sulla rata {row.seq} sono già incassati {money}, più del netto: annulla prima "
                "quell'incasso, oppure chiedi il lordo."
            )
        Instalment.objects.filter(pk=row.pk).update(amount=amount)
    for each in _gross_warnings(document):
        each["amounts"] = [str(amount) for amount in gross]

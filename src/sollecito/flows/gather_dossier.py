"""What a customer's dossier says: the credit, what was written and proven, what was agreed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sollecito.domain.money import format_money
from sollecito.domain.wording.values import say_address, say_tax_id
from sollecito.dunning.time_line import communications_of
from sollecito.flows.describe_parties import describe_company, describe_party
from sollecito.flows.documenting import credit, dealings
from sollecito.flows.documenting.naming import present, say_moment
from sollecito.formats.pdf.dossier import Dossier
from sollecito.ledger.models import Instalment, Party

FORMAL = "messa_in_mora"


def gather_dossier(party: Party, today: date) -> Dossier:
    """The facts of a customer on a day, in Italian words."""
    creditor, debtor = describe_company(party.company), describe_party(party, "")
    return Dossier(
        day=today,
        creditor=present(
            creditor.name,
            say_address(creditor.address, "it"),
            say_tax_id("IT", creditor.vat_number, creditor.tax_code, "it"),
            creditor.pec,
        ),
        debtor=present(
            debtor.name,
            say_address(debtor.address, "it"),
            say_tax_id(debtor.vat_country, debtor.vat_number, debtor.tax_code, "it"),
            *party.contact_points.order_by("kind", "pk").values_list("value", flat=True),
        ),
        summary=(*_sums(party, today), *_last_act(party)),
        tables=(
            credit.open_items(party, today),
            credit.interest(party, today),
            credit.documents(party),
            credit.payments(party),
            dealings.communications(party),
            dealings.agreements(party),
            dealings.attached_files(party),
            dealings.history(party),
        ),
    )


def _sums(party: Party, today: date) -> Iterable[tuple[str, str]]:
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    rows = Instalment.objects.filter(party=party, balance__gt=0)
    for currency, balance, due in rows.values_list("currency", "balance", "due_date"):
        sums[currency][0] += balance
        sums[currency][1] += balance if due < today else Decimal(0)
    for currency, (total, overdue) in sorted(sums.items()):
        words = f"{format_money(total, currency)}, di cui scaduto {format_money(overdue, currency)}"
        yield "Capitale aperto", words
    if not sums:
        yield "Capitale aperto", format_money(Decimal(0))


def _last_act(party: Party) -> Iterable[tuple[str, str]]:
    """The last formal notice that has its proof of delivery (art. 2943 c.c.)."""
    rows = communications_of(party).filter(kind__startswith=FORMAL, messages__status="delivered")
    last = rows.defer("raw", "text").order_by("-queued_at").first()
    if last is None:
        yield "Ultimo atto interruttivo", "nessuno con prova di consegna"
    else:
        words = f"{last.subject}, {say_moment(party, last.queued_at)}, consegnata"
        yield "Ultimo atto interruttivo", words

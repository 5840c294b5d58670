"""Which column is which, as a user corrected it once: remembered per company and header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.flows import audit
from sollecito.formats.bank import possible_headers
from sollecito.formats.sheets import header_key, read_heads
from sollecito.ledger.models import ImportItem, SheetMapping, StoredFile

READ_AGAIN = "riletto con le colonne confermate"


def remember_columns(
    company: Company, header: Sequence[str], mapping: Mapping[str, str], *, user: User | None
) -> None:
    """Keep the meaning of each column (header → name of a column, empty to ignore it)."""
    row, is_new = SheetMapping.objects.update_or_create(
        company=company, header_key=header_key(header), defaults={"mapping": dict(mapping)}
    )
    audit.record(
        company,
        user,
        "columns_remembered",
        target=f"sheet_mapping:{row.pk}",
        text="Colonne di un foglio ricordate." if is_new else "Colonne di un foglio corrette.",
        details=dict(mapping),
    )


def confirm_columns(
    company: Company,
    file: StoredFile,
    header: Sequence[str],
    mapping: Mapping[str, str],
    *,
    user: User | None,
) -> None:
    """Remember what a person said of an uploaded sheet; it waits for nobody any more."""
    with transaction.atomic():
        remember_columns(company, header, mapping, user=user)
        waiting = ImportItem.objects.filter(
            company=company, file=file, outcome=ImportItem.Outcome.TO_CONFIRM
        )
        waiting.update(outcome=ImportItem.Outcome.SKIPPED, reason=READ_AGAIN, problems=[])


def remembered_columns(company: Company, data: bytes) -> dict[str, str] | None:
    """The mapping remembered for this sheet's header, wherever among its first rows it stands."""
    if not SheetMapping.objects.filter(company=company).exists():
        return None
    keys = {header_key(cells) for cells in (*read_heads(data), *possible_headers(data))}
    row = SheetMapping.objects.filter(company=company, header_key__in=keys).first()
    return dict(row.mapping) if row else None

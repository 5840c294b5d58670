"""Instalments of the sample company by their keys in the sample."""

from __future__ import annotations

from collections.abc import Iterable

from sollecito.domain.documents import DocumentKind
from sollecito.flows.set_up_sample import Stage
from sollecito.ledger.models import Instalment
from sollecito.sample.documents import RateKey

Rows = dict[RateKey, Instalment]


def find_rows(stage: Stage, keys: Iterable[RateKey]) -> Rows:
    """Instalments of the sample by their keys."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = Instalment.objects.filter(
        company=stage.company,
        document__number__in={key.number for key in wanted},
        document__year__in={key.year for key in wanted},
    ).select_related("company", "document__company", "document__replaces")
    return {key: row for row in rows if (key := key_of(row)) in wanted}


def key_of(row: Instalment) -> RateKey:
    """How the sample knows an instalment; its document is loaded."""
    document = row.document
    return RateKey(DocumentKind(document.kind), document.number, document.year, row.seq)

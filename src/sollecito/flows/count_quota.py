"""How many messages a company may still send this month, and what its tier switches off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from sollecito.accounts.models import Company
from sollecito.accounts.queries import has_module
from sollecito.domain.tiers import (
    COUNTED_AS,
    COUNTED_NAMES,
    MODULE_OF_CHANNEL,
    MODULES,
    Quota,
)
from sollecito.domain.transitions import Status
from sollecito.flows import clock
from sollecito.outbox.models import Content, Message

QUOTA, MODULE_OFF = "quota", "module_off"
NOTICE = "avviso"
"""``Content.kind`` of the product's own notices: they are no communication with a customer."""
NEVER_LEFT = (Status.DRAFT, Status.CANCELLED, Status.FAILED)


class NotIncludedError(Exception):
    """The tier does not let it leave; ``reason`` is ``quota`` or ``module_off``."""

    def __init__(self, reason: str, message: str) -> None:
        """Say why, and what to do."""
        super().__init__(message)
        self.reason = reason


def quotas_of(company: Company) -> list[Quota]:
    """Of each kind that is limited; none without a tier."""
    if company.tier_id is None:
        return []
    kinds = dict.fromkeys(COUNTED_AS.values())
    return [quota for kind in kinds if (quota := _quota(company, kind))]


def reserve(company: Company, channel: str) -> None:
    """Make sure that one more may leave; the company stays locked until the transaction ends.

    Called at its start, before instalments are locked. Raises NotIncludedError.
    """
    if company.tier_id is None:
        return
    require_module(company, MODULE_OF_CHANNEL.get(channel, ""))
    kind = COUNTED_AS.get(channel, "")
    if not kind or _included(company, kind) is None:
        return
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    quota = _quota(company, kind)
    if quota and not quota.left:
        raise NotIncludedError(QUOTA, over_words(company, quota))


def require_module(company: Company, module: str) -> None:
    """Raise NotIncludedError where the company's tier is without a module."""
    if module and not has_module(company, module):
        raise NotIncludedError(MODULE_OFF, not_included(company, module))


def not_included(company: Company, module: str) -> str:
    """That a module is not part of the company's tier, and who can change that."""
    return (
        f"{MODULES[module]}: non compreso nell'abbonamento {company.tier}. "
        "Chi amministra l'installazione può cambiarlo."
    )


def over_words(company: Company, quota: Quota) -> str:
    """What happened and what to do."""
    name = COUNTED_NAMES[quota.kind]
    if not quota.included:
        return (
            f"L'abbonamento {company.tier} non comprende invii {name}. "
            "Chi amministra l'installazione può cambiarlo."
        )
    return (
        f"Gli invii {name} del mese sono finiti: {quota.included} compresi nell'abbonamento "
        f"{company.tier}. Ripartono il primo del mese, o con un altro abbonamento."
    )


def low_words(company: Company, quota: Quota) -> str:
    """The same before it ends."""
    name = COUNTED_NAMES[quota.kind]
    left = "resta un invio" if quota.left == 1 else f"restano {quota.left} invii"
    return (
        f"Questo mese {left} {name} su {quota.included} compresi nell'abbonamento {company.tier}."
    )


def warn_about_quota(company: Company, channel: str) -> Iterator[tuple[str, str, str]]:
    """What who writes now should know: code, sentence, what follows."""
    for quota in quotas_of(company):
        if quota.kind != COUNTED_AS.get(channel) or not quota.is_low:
            continue
        if quota.left:
            yield "quota_low", low_words(company, quota), ""
        else:
            yield "quota_over", over_words(company, quota), "Quello che scrivi resta tra le bozze."


def _included(company: Company, kind: str) -> int | None:
    found: int | None = getattr(company.tier, f"included_{kind}", None)
    return found


def _quota(company: Company, kind: str) -> Quota | None:
    included = _included(company, kind)
    return None if included is None else Quota(kind, included, _used(company, kind))


def _used(company: Company, kind: str) -> int:
    """Contents queued this month that left or may leave; what was taken back or failed is free."""
    channels = [channel for channel, counted in COUNTED_AS.items() if counted == kind]
    queued = Content.objects.filter(
        company=company, channel__in=channels, queued_at__gte=_month_start(company)
    ).exclude(kind=NOTICE)
    gone = Message.objects.filter(content=OuterRef("pk")).exclude(status__in=NEVER_LEFT)
    return queued.filter(Exists(gone)).count()


def _month_start(company: Company) -> datetime:
    first = clock.today(company.time_zone).replace(day=1)
    return datetime.combine(first, time(), ZoneInfo(company.time_zone))

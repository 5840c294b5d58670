"""Compose drafts once without sending them, so that what is incomplete is known beforehand."""

from __future__ import annotations

import logging
from collections.abc import Collection

from django.db.models import Exists, OuterRef

from sollecito.accounts.models import Company
from sollecito.dunning.models import Draft
from sollecito.dunning.plan_queries import to_be_looked_at
from sollecito.flows import clock
from sollecito.flows.gather_desk import Desk, gather_desk
from sollecito.flows.planning.drafts import PASSING
from sollecito.flows.planning.refusing import ApprovalRefusedError
from sollecito.flows.planning.rendering import render
from sollecito.ledger.models import Instalment

logger = logging.getLogger(__name__)


def examine_drafts(company: Company, contents: Collection[int]) -> int:
    """Note what each open draft lacks ("Da completare"), or that it lacks nothing any more.

    Those that wait for an address, a channel or a cap are left as they are. Returns how many are
    incomplete.
    """
    if not contents:
        return 0
    drafts = Draft.objects.filter(company=company, is_open=True, content__in=contents)
    rows = drafts.exclude(obstacle__in=PASSING).select_related(
        "content", "party__agent", "policy", "step", "company"
    )
    desk = gather_desk(company)
    in_turn = rows.order_by("pk").iterator(chunk_size=200)
    return sum(not _is_complete(draft, desk) for draft in in_turn)


def examine_again(company: Company) -> int:
    """Compose again what lacked something, where an event touched it or its day has come."""
    today = clock.today(company.time_zone)
    lacking = Draft.objects.filter(company=company, is_open=True).exclude(
        obstacle__in=["", *PASSING]
    )
    if not lacking.exists():
        return 0
    waiting = Instalment.objects.filter(
        to_be_looked_at(company, today), reminders__content=OuterRef("pk"), reminders__is_void=False
    )
    ids = lacking.filter(Exists(waiting)).values_list("pk", flat=True)
    return examine_drafts(company, list(ids))


def _is_complete(draft: Draft, desk: Desk) -> bool:
    reminders = list(draft.content.reminders.filter(is_void=False, step__isnull=False))
    try:
        render(draft, reminders, user=None, desk=desk)
    except ApprovalRefusedError as error:
        return error.reason == "no_longer_due"
    except Exception:
        logger.exception("composing draft %s", draft.pk)  # the others are looked at all the same
        return False
    if draft.obstacle:
        Draft.objects.filter(pk=draft.pk, obstacle=draft.obstacle).update(
            obstacle="", obstacle_text=""
        )
    return True

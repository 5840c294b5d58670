"""The two switches of automatic reminders: one of the company, one of the whole installation."""

from __future__ import annotations

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.dunning.models import Draft
from sollecito.flows import audit, clock
from sollecito.flows.cancel_drafts import cancel_drafts
from sollecito.flows.touch_instalments import touch_company
from sollecito.outbox.models import Instance

WAITING = ("approved", "queued", "retry")


def pause_company(company: Company, *, user: User | None) -> int:
    """Stop every automatic reminder of a company; reminders by hand go on.

    What was approved by rule and has not left goes back to the list: how many messages. What a
    person approved leaves.
    """
    with transaction.atomic():
        row = Company.objects.select_for_update().get(pk=company.pk)
        if row.automation_paused_at is None:
            row.automation_paused_at = clock.now()
            row.save(update_fields=["automation_paused_at"])
            text = "Solleciti automatici dell'azienda fermati."
            audit.record(company, user, "automation_paused", target=_name(company), text=text)
        company.automation_paused_at = row.automation_paused_at
        touch_company(company)
    return _take_back(company, user)


def resume_company(company: Company, *, user: User | None) -> None:
    """Let the automatic reminders of a company go on: what is due is decided again."""
    with transaction.atomic():
        row = Company.objects.select_for_update().get(pk=company.pk)
        if row.automation_paused_at is not None:
            row.automation_paused_at = None
            row.save(update_fields=["automation_paused_at"])
            text = "Solleciti automatici dell'azienda ripresi."
            audit.record(company, user, "automation_resumed", target=_name(company), text=text)
        company.automation_paused_at = None
        touch_company(company)


def pause_instance(*, user: User | None) -> int:
    """Stop the automatic reminders of every company; how many messages went back to the list."""
    _set_instance(is_paused=True, user=user)
    return sum(_take_back(company, user) for company in Company.objects.order_by("pk"))


def resume_instance(*, user: User | None) -> None:
    """Let them go on, for the companies that are not stopped themselves."""
    _set_instance(is_paused=False, user=user)


def _set_instance(*, is_paused: bool, user: User | None) -> None:
    with transaction.atomic():
        instance, _ = Instance.objects.select_for_update().get_or_create(pk=1)
        if (instance.automation_paused_at is not None) is is_paused:
            return
        instance.automation_paused_at = clock.now() if is_paused else None
        instance.save(update_fields=["automation_paused_at"])
        for company in Company.objects.order_by("pk"):
            touch_company(company)
        state = "fermati" if is_paused else "ripresi"
        text = f"Solleciti automatici di tutta l'installazione {state}."
        action = "instance_automation_paused" if is_paused else "instance_automation_resumed"
        audit.record(None, user, action, text=text)


def _take_back(company: Company, user: User | None) -> int:
    """What the rule approved and has not left."""
    rows = Draft.objects.filter(
        company=company,
        is_open=False,
        is_by_rule=True,
        content__messages__status__in=WAITING,
    )
    ids = list(rows.distinct().values_list("pk", flat=True))
    return len(cancel_drafts(company, ids, user=user, skip=False).contents)


def _name(company: Company) -> str:
    return f"company:{company.pk}"

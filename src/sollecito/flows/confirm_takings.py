"""Gli incassi sono aggiornati a oggi: a person's word, which lets rules approve again."""

from __future__ import annotations

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.dunning.models import Reminder
from sollecito.flows import audit, clock
from sollecito.flows.touch_instalments import touch_instalments

CONFIRMED = "Incassi dichiarati aggiornati a oggi."


def confirm_takings(company: Company, *, user: User | None) -> None:
    """Note that every payment received so far is recorded; drafts are looked at again."""
    with transaction.atomic():
        company.takings_current_at = clock.now()
        company.save(update_fields=["takings_current_at"])
        look_again_at_drafts(company)
        audit.record(company, user, "takings_confirmed", text=CONFIRMED)


def look_again_at_drafts(company: Company) -> None:
    """What waited for proof that takings are up to date may go now."""
    drafts = Reminder.objects.filter(company=company, content__draft__is_open=True, is_void=False)
    touch_instalments(list(drafts.values_list("instalment_id", flat=True)))

"""Two customers turn out to be one: what hangs on the others moves to the one that stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sollecito.dunning.models import (
    AttachedFile,
    CustomerReply,
    Draft,
    Hold,
    PhoneCall,
    PolicyChoice,
    Promise,
    RepaymentPlan,
    SavedDraft,
)
from sollecito.flows import audit
from sollecito.flows.touch_instalments import touch_customer
from sollecito.ledger.models import (
    BankRule,
    ContactPoint,
    Document,
    Instalment,
    Party,
    Payable,
    Payment,
)

MOVED: tuple[type[Any], ...] = (
    *(Document, Instalment, Payment, Hold, Draft, Promise, RepaymentPlan),
    *(AttachedFile, PhoneCall, SavedDraft, Payable),
)
"""What simply changes its owner; the rest is there once for each customer."""
_OWN_WORDS = ("code", "segment", "contact_name", "note")
"""What people wrote on a card and no file says."""


def merge_customers(kept: Party, others: Sequence[Party]) -> None:
    """Move everything of ``others`` to ``kept``, and delete them. Call it in a transaction.

    What both cards say stays as it is on the one that is kept.
    """
    keys = [other.pk for other in others]
    for model in MOVED:
        model.objects.filter(party__in=keys).update(party=kept)
    for reply in CustomerReply.objects.filter(party__in=keys):
        if not CustomerReply.objects.filter(party=kept, mail=reply.mail_id).exists():
            CustomerReply.objects.filter(pk=reply.pk).update(party=kept)
    for rule in BankRule.objects.filter(party__in=keys):
        if not BankRule.objects.filter(party=kept, iban=rule.iban, name=rule.name).exists():
            BankRule.objects.filter(pk=rule.pk).update(party=kept)
    _move_choice(kept, keys)
    points = ContactPoint.objects.filter(party__in=[kept.pk, *keys]).order_by("pk")
    known = {(each.kind, each.value) for each in points if each.party_id == kept.pk}
    for each in points:
        if each.party_id != kept.pk and (each.kind, each.value) not in known:
            known.add((each.kind, each.value))
            ContactPoint.objects.filter(pk=each.pk).update(party=kept)
    for other in others:
        for name in _OWN_WORDS:
            setattr(kept, name, getattr(kept, name) or getattr(other, name))
        kept.agent_id = kept.agent_id or other.agent_id
        kept.payment_contact_id = kept.payment_contact_id or other.payment_contact_id
        kept.auto_copy = kept.auto_copy or other.auto_copy
    Party.objects.filter(pk__in=keys).delete()
    kept.save()
    touch_customer(kept, is_address_new=True)
    names = ", ".join(dict.fromkeys(other.name for other in others))
    audit.record(
        kept.company,
        None,
        "customers_merged",
        target=f"party:{kept.pk}",
        text=f"Riunito con {names}: un documento porta insieme la partita IVA e il codice fiscale.",
    )


def _move_choice(kept: Party, others: Sequence[int]) -> None:
    """The programme and the switches of the first card that has any."""
    choices = PolicyChoice.objects.filter(party__in=[kept.pk, *others]).order_by("pk")
    chosen = next((each for each in choices if each.party_id == kept.pk), choices.first())
    if chosen is not None and chosen.party_id != kept.pk:
        PolicyChoice.objects.filter(pk=chosen.pk).update(party=kept)

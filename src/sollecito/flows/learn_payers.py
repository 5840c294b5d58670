"""Who pays from which account, or under which name: learned as plain rows, seen and deleted."""

from __future__ import annotations

from sollecito.accounts.models import User
from sollecito.domain import identifiers
from sollecito.domain.parties import normalise_name
from sollecito.flows import audit, clock
from sollecito.ledger.models import BankMovement, BankRule, Party


def learn_payer(movement: BankMovement, party: Party, *, user: User | None) -> BankRule | None:
    """Remember the account of a movement as this customer's; without account, another name."""
    signs = {"iban": "", "name": ""}
    if identifiers.is_iban(movement.iban):
        signs["iban"] = movement.iban
    elif movement.counterparty and normalise_name(movement.counterparty) != normalise_name(
        party.name
    ):
        signs["name"] = movement.counterparty[:140]
    else:
        return None
    rule, is_new = BankRule.objects.get_or_create(
        company_id=movement.company_id,
        party=party,
        **signs,
        defaults={"user": user, "created_at": clock.now()},
    )
    if is_new:
        audit.record(
            movement.company,
            user,
            "payer_learned",
            target=f"party:{party.pk}",
            text=f"I bonifici da {rule.iban or rule.name} sono di {party.name}.",
        )
    return rule


def forget_payer(rule: BankRule, *, user: User | None) -> None:
    """Delete a learned rule; what was matched by it stays."""
    audit.record(
        rule.company,
        user,
        "payer_forgotten",
        target=f"party:{rule.party_id}",
        text=f"Regola tolta: i bonifici da {rule.iban or rule.name} sono di {rule.party.name}.",
    )
    rule.delete()

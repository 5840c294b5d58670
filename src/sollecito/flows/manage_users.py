"""Who may enter a company, and as what: invite, change, remove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from sollecito.accounts.models import Company, Membership, User
from sollecito.domain.documents import Problem
from sollecito.flows import audit
from sollecito.flows.check_password import check_password
from sollecito.flows.field_problems import check_email, check_present, require_none

OWNER = Membership.Role.OWNER


class LastOwnerError(Exception):
    """A company cannot stay without a titolare."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "È l'unico titolare dell'azienda: prima dai il ruolo di titolare a un'altra persona."
        )


def make_user(*, email: str, name: str, password: str, phone: str = "") -> User:
    """A new user, checked. Raises FieldsRefusedError on ``email``, ``name``, ``password``."""
    address = email.strip().lower()
    fresh = User(email=address, name=name.strip(), phone=phone.strip())
    problems = {
        "email": check_email(address, needed=True) or _check_free(address),
        "name": check_present(name, "nome e cognome"),
        "password": check_password(password, fresh),
    }
    require_none(problems)
    return User.objects.create_user(address, password, name=fresh.name, phone=fresh.phone)


def invite_user(
    company: Company, *, by: User | None, email: str, role: str, data: Mapping[str, str]
) -> Membership:
    """Let a person in: made with ``data`` (name, password, phone), or known by the address.

    Who already has a login here keeps the own name and password. Raises FieldsRefusedError.
    """
    known = User.objects.filter(email=email.strip().lower()).first()
    if known and company.memberships.filter(user=known).exists():
        taken = Problem("user_taken", f"{known} c'è già.", "Cambia il suo ruolo nell'elenco.")
        require_none({"email": taken})
    with transaction.atomic():
        user = known or make_user(
            email=email,
            name=data.get("name", ""),
            password=data.get("password", ""),
            phone=data.get("phone", ""),
        )
        User.objects.filter(pk=user.pk, is_active=False).update(is_active=True)
        membership = Membership.objects.create(company=company, user=user, role=role)
        _write(membership, by, "user_invited", f"{user} può entrare.", role=role)
    return membership


def change_user(membership: Membership, *, by: User | None, changes: Mapping[str, Any]) -> None:
    """Change role, and name, phone or password where the person works for this company only.

    Raises LastOwnerError, FieldsRefusedError.
    """
    user = membership.user
    role = changes.get("role", membership.role)
    password = changes.get("password", "")
    if role != OWNER:
        _require_other_owner(membership)
    require_none(
        {
            "name": check_present(changes.get("name", user.name), "nome e cognome"),
            "password": check_password(password, user) if password else None,
        }
    )
    with transaction.atomic():
        if is_only_here(membership):
            edit_user(user, by=by, changes=changes)
        if role != membership.role:
            before, membership.role = membership.role, role
            membership.save(update_fields=["role"])
            _write(membership, by, "role_changed", f"Ruolo di {user}.", before=before, after=role)


def edit_user(user: User, *, by: User | None, changes: Mapping[str, Any]) -> None:
    """Change a person's own name, phone and password. Raises FieldsRefusedError."""
    password = changes.get("password", "")
    require_none(
        {
            "name": check_present(changes.get("name", user.name), "nome e cognome"),
            "password": check_password(password, user) if password else None,
        }
    )
    user.name = str(changes.get("name", user.name)).strip()
    user.phone = str(changes.get("phone", user.phone)).strip()
    if password:
        user.set_password(password)
    user.save()
    what = "nuova password" if password else "dati"
    audit.record(None, by, "user_edited", target=f"user:{user.pk}", text=f"{user}: {what}.")


def remove_user(membership: Membership, *, by: User | None) -> None:
    """Close the company to a person; a login without companies is put off. LastOwnerError."""
    _require_other_owner(membership)
    with transaction.atomic():
        user = membership.user
        _write(membership, by, "user_removed", f"{user} non può più entrare.")
        membership.delete()
        if not user.memberships.exists():
            User.objects.filter(pk=user.pk).update(is_active=False)


def is_only_here(membership: Membership) -> bool:
    """Whether the person has no other company here: else the own data are not ours to change."""
    return not membership.user.memberships.exclude(pk=membership.pk).exists()


def _require_other_owner(membership: Membership) -> None:
    others = membership.company.memberships.exclude(pk=membership.pk)
    if membership.role == OWNER and not others.filter(role=OWNER, user__is_active=True).exists():
        raise LastOwnerError


def _check_free(address: str) -> Problem | None:
    if User.objects.filter(email=address).exists():
        return Problem("email_taken", "Questo indirizzo ha già un accesso.", "Usane un altro.")
    return None


def _write(membership: Membership, by: User | None, action: str, text: str, **details: str) -> None:
    target = f"user:{membership.user_id}"
    audit.record(membership.company, by, action, target=target, text=text, details=details)

"""Begin: the first person who enters, and the companies of this installation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from sollecito.accounts.models import Company, Membership, User
from sollecito.accounts.queries import companies_without_users
from sollecito.domain import identifiers
from sollecito.domain.documents import Problem
from sollecito.flows import audit
from sollecito.flows.edit_bank_accounts import AccountData, save_account
from sollecito.flows.edit_company import check_company, clean_company
from sollecito.flows.field_problems import FieldsRefusedError, require_none
from sollecito.flows.manage_users import make_user

OWNER = Membership.Role.OWNER


class CompanyRefusedError(FieldsRefusedError):
    """The company was not made."""


class AlreadySetUpError(Exception):
    """Somebody entered first: the first-run page is closed."""


def is_set_up() -> bool:
    """Whether a person can already enter."""
    return User.objects.filter(is_active=True).exists()


def set_up_company(
    *,
    vat: str,
    name: str,
    email: str = "",
    check: bool = True,
    owner: User | None = None,
    details: Mapping[str, Any] | None = None,
) -> Company:
    """Make a company; its titolare is ``owner``, else whoever set up this installation.

    ``check`` asks for a P.IVA with the right check digit; ``details`` are more fields of
    ``edit_company.DATA``. Raises CompanyRefusedError, by field.
    """
    values = clean_company({**(details or {}), "vat_number": vat, "name": name, "email": email})
    problems = check_company(values)
    if not check:
        problems = {
            field: problem
            for field, problem in problems.items()
            if field != "vat_number" or problem.code in {"missing", "vat_taken"}
        }
    if problems:
        raise CompanyRefusedError(problems)
    with transaction.atomic():
        company = Company.objects.create(**values)
        owners = [owner] if owner else list(User.objects.filter(is_superuser=True, is_active=True))
        Membership.objects.bulk_create(
            Membership(company=company, user=each, role=OWNER) for each in owners
        )
        audit.record(company, owner, "company_made", target=f"company:{company.pk}", text=name)
    return company


def set_up_installation(
    *, person: Mapping[str, str], company: Mapping[str, str], iban: str = ""
) -> tuple[User, Company | None]:
    """The first-run page: the first titolare, the company, the account it is paid on.

    ``person``: email, name, password, phone. Companies added before by the command line become
    the first person's; ``company`` may then be empty. Raises AlreadySetUpError, or
    FieldsRefusedError with the fields of the person under ``user_email``, ``user_name``,
    ``password``.
    """
    with transaction.atomic():
        if is_set_up():
            raise AlreadySetUpError
        known = list(companies_without_users())
        user = _make_first_user(person, require_none_of=_problems(company, iban))
        Membership.objects.bulk_create(
            Membership(company=each, user=user, role=OWNER) for each in known
        )
        if not company:
            return user, known[0] if known else None
        return user, make_company(company, owner=user, iban=iban)


def make_company(data: Mapping[str, str], *, owner: User, iban: str = "") -> Company:
    """A company with its first account. Raises FieldsRefusedError on its fields or ``iban``."""
    require_none(_problems(data, iban))
    with transaction.atomic():
        made = set_up_company(
            vat=data.get("vat_number", ""),
            name=data.get("name", ""),
            email=data.get("email", ""),
            owner=owner,
            details=data,
        )
        if iban.strip():
            save_account(
                made, by=None, founder=owner, data=AccountData(iban, bank=data.get("bank", ""))
            )
    return made


def _problems(company: Mapping[str, str], iban: str) -> dict[str, Problem | None]:
    found: dict[str, Problem | None] = dict(check_company(clean_company(company)))
    found["iban"] = identifiers.check_iban(iban) if iban.strip() else None
    return found


def _make_first_user(
    person: Mapping[str, str], *, require_none_of: Mapping[str, Problem | None]
) -> User:
    """The person's problems and the company's are told together."""
    names = {"email": "user_email", "name": "user_name"}
    try:
        user = make_user(
            email=person.get("email", ""),
            name=person.get("name", ""),
            password=person.get("password", ""),
            phone=person.get("phone", ""),
        )
    except FieldsRefusedError as error:
        own = {names.get(field, field): found for field, found in error.problems.items()}
        require_none({**own, **require_none_of})
        raise
    require_none(require_none_of)
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    return user

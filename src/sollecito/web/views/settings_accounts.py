"""Impostazioni › Conti."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sollecito.flows.confirm_person import Confirmation
from sollecito.flows.edit_bank_accounts import AccountData, remove_account, save_account
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.ledger.models import BankAccount
from sollecito.web.answers import done, show
from sollecito.web.forms.company import AccountForm
from sollecito.web.forms.problems import add_problems
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required

FIELDS = ("iban", "holder", "bank", "bic", "is_default")


@member_required
def accounts(request: CompanyRequest) -> HttpResponse:
    """The accounts, the default first."""
    rows = request.company.bank_accounts.order_by("-is_default", "pk")
    return render(request, "web/settings/accounts.html", {"accounts": rows})


@writer_required
def account_edit(request: CompanyRequest, pk: int = 0) -> HttpResponse:
    """Add an account (``pk`` 0) or change one."""
    row = get_object_or_404(BankAccount, pk=pk, company=request.company) if pk else None
    form = AccountForm(
        request.POST or None, initial={name: getattr(row, name, "") for name in FIELDS}
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_account(
                request.company,
                by=Confirmation(request.membership.user, form.cleaned_data["own_password"]),
                data=AccountData(**{name: form.cleaned_data[name] for name in FIELDS}),
                account=row,
            )
        except FieldsRefusedError as error:
            add_problems(form, error)
        else:
            return done(request, _("Conto salvato."), to="web:settings_accounts")
    context = {"form": form, "account": row}
    return show(request, "web/settings/account_edit.html", context)


@require_POST
@writer_required
def account_remove(request: CompanyRequest, pk: int) -> HttpResponse:
    """Remove an account."""
    row = get_object_or_404(BankAccount, pk=pk, company=request.company)
    by = Confirmation(request.membership.user, request.POST.get("own_password", ""))
    try:
        remove_account(row, by=by)
    except FieldsRefusedError as error:
        form = AccountForm(initial={name: getattr(row, name) for name in FIELDS})
        form.cleaned_data = {}
        add_problems(form, error)
        context = {"form": form, "account": row}
        return show(request, "web/settings/account_edit.html", context)
    return done(request, _("Conto tolto."), to="web:settings_accounts")

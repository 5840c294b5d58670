"""Chi ha quale regola: the company, categories, customers, instalments; with the two switches."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sollecito.accounts.models import Membership
from sollecito.dunning.models import Policy
from sollecito.dunning.policy_queries import own_choices, policies_of, segments_of
from sollecito.flows.choose_policy import choice_of, choose_policy
from sollecito.flows.planning.levels import Level, Wanted
from sollecito.ledger.models import Instalment, Party
from sollecito.web.answers import done, show
from sollecito.web.forms.programmes import ChoiceForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, owner_required, writer_required

LISTED = 200


@require_GET
@member_required
def choices(request: CompanyRequest) -> HttpResponse:
    """The page."""
    company = request.company
    rows = own_choices(company)
    context = {
        "general": choice_of(company, Level()),
        "segments": [
            (name, number, choice_of(company, Level(segment=name)))
            for name, number in segments_of(company)
        ],
        "rows": rows[:LISTED],
        "count": rows.count(),
    }
    return render(request, "web/programmes/choices.html", context)


@owner_required
def choose_company(request: CompanyRequest) -> HttpResponse:
    """The company's own: its default rule and the two switches."""
    words = (request.company.name, _("Nessuna regola"))
    return choose(request, Level(), words, to=reverse("web:programme_choices"))


@owner_required
def choose_segment(request: CompanyRequest) -> HttpResponse:
    """A category's (``?categoria=``)."""
    name = request.GET.get("categoria", "")
    if name not in {row[0] for row in segments_of(request.company)}:
        raise Http404
    words = (_("Categoria %(name)s") % {"name": name}, _("Quella dell’azienda"))
    return choose(request, Level(segment=name), words, to=reverse("web:programme_choices"))


@writer_required
def choose_customer(request: CompanyRequest, pk: int) -> HttpResponse:
    """A customer's; the rule is the owner's to choose."""
    party = get_object_or_404(Party, pk=pk, company=request.company)
    words = (party.name, _("Quella della categoria o dell’azienda"))
    to = reverse("web:customer", args=[pk])
    return choose(request, Level(party=party), words, to=to)


@writer_required
def choose_instalment(request: CompanyRequest, pk: int) -> HttpResponse:
    """An instalment's; the rule is the owner's to choose."""
    rows = Instalment.objects.select_related("party", "document")
    row = get_object_or_404(rows, pk=pk, company=request.company)
    title = _("Rata %(seq)s di %(number)s, %(customer)s") % {
        "seq": row.seq,
        "number": row.document.number,
        "customer": row.party.name,
    }
    to = reverse("web:document", args=[row.document_id])
    return choose(request, Level(instalment=row), (title, _("Quella del cliente")), to=to)


def choose(
    request: CompanyRequest, level: Level, words: tuple[str, str], *, to: str
) -> HttpResponse:
    """The form of a level, in the drawer; ``words``: its title, and what no rule means."""
    company = request.company
    now = choice_of(company, level)
    is_owner = request.membership.role == Membership.Role.OWNER
    form = ChoiceForm(
        request.POST or None,
        policies=policies_of(company).values_list("pk", "name"),
        empty=words[1],
        initial={
            "policy": str(now.policy.pk) if now.policy else "",
            "is_paused": now.is_paused,
            "needs_review": now.needs_review,
        },
    )
    if not is_owner:
        del form.fields["policy"]
    if request.method == "POST" and form.is_valid():
        policy = policy_chosen(request, form.cleaned_data) if is_owner else now.policy
        data = form.cleaned_data
        wanted = Wanted(policy, data["is_paused"], data["needs_review"])
        choose_policy(company, level, wanted, user=request.membership.user)
        return done(request, _("Salvato: vale da subito."), to=to)
    context = {"form": form, "title": words[0], "here": request.get_full_path()}
    return show(request, "web/programmes/choose.html", context)


def policy_chosen(request: CompanyRequest, data: dict[str, Any]) -> Policy | None:
    """The rule that was chosen."""
    pk = data.get("policy")
    return get_object_or_404(Policy, pk=pk, company=request.company) if pk else None

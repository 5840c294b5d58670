"""The editor of a rule: its time line, its options, what it would have sent and will send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sollecito.domain import policies as values
from sollecito.domain.policies import warn_about_policy
from sollecito.domain.presets import PRESETS
from sollecito.dunning.models import Policy
from sollecito.dunning.policy_book import policy_value
from sollecito.dunning.template_queries import template_book
from sollecito.flows import clock
from sollecito.flows.choose_sender import usable_senders
from sollecito.flows.compare_programmes import Changes, compare_programme
from sollecito.flows.manage_policies import check_name
from sollecito.flows.planning.trying import MOST_INSTALMENTS
from sollecito.flows.save_policy import save_policy
from sollecito.flows.skip_planned_step import (
    NotComingError,
    restore_planned_step,
    skip_planned_step,
)
from sollecito.flows.try_programme import try_programme
from sollecito.ledger.models import Instalment
from sollecito.web.answers import done, refuse, undoable
from sollecito.web.changes_view import show_changes
from sollecito.web.forms.programmes import (
    PolicyForm,
    StepForms,
    policy_initial,
    read_policy,
    show_problems,
    step_initial,
    words_of,
)
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, owner_required, writer_required
from sollecito.web.trial_view import TrialView, show_trial

EMPTY = values.Policy("", (values.Step(values.StepKind.FIRST, 15),))
ADD, TRY, SAVE, CONFIRM, ACTIVATE = "aggiungi", "prova", "salva", "conferma", "attiva"
TRY_ALL, COMPARE_ALL = "prova_tutte", "confronta_tutte"


@dataclass(slots=True)
class Editor:
    """The forms of one page, and the rule they say where they are valid."""

    row: Policy | None
    form: PolicyForm
    steps: Any
    policy: values.Policy | None = None

    @property
    def day_cap(self) -> int:
        """The cap as written."""
        return int(self.form.cleaned_data["day_cap"] or 0)


@owner_required
def programme_new(request: CompanyRequest) -> HttpResponse:
    """A new rule, from one that is ready or from nothing (``?modello=``)."""
    start = PRESETS.get(request.GET.get("modello", ""), EMPTY)
    return edit(request, make_editor(request, None, start))


@member_required
def programme(request: CompanyRequest, pk: int) -> HttpResponse:
    """A rule as it is; only the owner changes it."""
    row = get_object_or_404(Policy, pk=pk, company=request.company)
    if request.method == "POST":
        return programme_change(request, pk=pk)  # type: ignore[return-value]  # a page of ours
    return edit(request, make_editor(request, row, policy_value(row)))


@owner_required
def programme_change(request: CompanyRequest, pk: int) -> HttpResponse:
    """The changes of the owner."""
    row = get_object_or_404(Policy, pk=pk, company=request.company)
    return edit(request, make_editor(request, row, policy_value(row)))


def make_editor(request: CompanyRequest, row: Policy | None, start: values.Policy) -> Editor:
    """The forms, filled in by what was sent or by the rule as it is."""
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and data.get("azione") == ADD:
        add_step(data)
    options = policy_initial(start, row.day_cap if row else 0)
    form = PolicyForm(data, initial=options)
    steps = StepForms(
        data,
        initial=[step_initial(each) for each in start.steps],
        prefix="passi",
        form_kwargs={
            "book": template_book(request.company),
            "senders": list(usable_senders(request.company)),
        },
    )
    return Editor(row, form, steps)


def add_step(data: Any) -> None:
    """One more step, a week after the last."""
    count = int(data.get("passi-TOTAL_FORMS") or 0)
    days = [int(each) for each in _days(data, count)]
    data["passi-TOTAL_FORMS"] = str(count + 1)
    data[f"passi-{count}-kind"] = values.StepKind.REMINDER
    data[f"passi-{count}-offset_days"] = str(max(days, default=8) + 7)
    data.setlist(f"passi-{count}-channels", ["email"])


def _days(data: Any, count: int) -> list[str]:
    written = [str(data.get(f"passi-{number}-offset_days", "")) for number in range(count)]
    return [each for each in written if each.lstrip("-").isdigit()]


def edit(request: CompanyRequest, editor: Editor) -> HttpResponse:
    """Show, try, ask or save."""
    if request.method != "POST":
        return page(request, editor)
    act = request.POST.get("azione", SAVE)
    is_good = read(request, editor)
    if act == ADD or not is_good or editor.policy is None:
        return page(request, editor)
    if act in {TRY, TRY_ALL}:
        return page(request, editor, trial=run_trial(request, editor))
    if act != CONFIRM and (changes := changes_of(request, editor, act)) is not None:
        return page(request, editor, changes=changes)
    return save(request, editor, activate=act == ACTIVATE)


def read(request: CompanyRequest, editor: Editor) -> bool:
    """Whether the forms say a rule that may be saved; what is wrong stands beside its field."""
    is_form, are_steps = editor.form.is_valid(), editor.steps.is_valid()
    if not (is_form and are_steps):
        return False
    pk = editor.row.pk if editor.row else 0
    editor.policy, kept = read_policy(editor.form, editor.steps, pk)
    is_wrong = show_problems(editor.policy, editor.form, kept)
    if problem := check_name(request.company, editor.policy):
        editor.form.add_error("name", words_of(problem))
        is_wrong = True
    return not is_wrong


def changes_of(request: CompanyRequest, editor: Editor, act: str) -> Changes | None:
    """What saving changes for what is already planned; ``None`` where there is nothing to ask.

    A large ledger is looked at in part, which is asked about even where nothing was found.
    """
    if editor.row is None or not editor.row.is_active or editor.policy is None:
        return None
    is_all = act == COMPARE_ALL
    most = None if is_all else MOST_INSTALMENTS
    cap = editor.day_cap
    found = compare_programme(request.company, editor.policy, day_cap=cap, most=most)
    return found if found or found.is_partial or is_all else None


def save(request: CompanyRequest, editor: Editor, *, activate: bool) -> HttpResponse:
    """Keep it; a new one is asleep until it is activated."""
    if editor.policy is None:
        return page(request, editor)
    row = save_policy(
        request.company,
        editor.policy,
        user=request.membership.user,
        is_active=editor.row.is_active if editor.row else False,
        day_cap=editor.day_cap,
    )
    if activate:
        return redirect("web:programme_activate", row.pk)
    text = _("Regola salvata.") if row.is_active else _("Regola salvata. Non è ancora attiva.")
    messages.success(request, text)
    return redirect("web:programmes")


def page(
    request: CompanyRequest,
    editor: Editor,
    *,
    trial: TrialView | None = None,
    changes: Changes | None = None,
) -> HttpResponse:
    """The page with what there is to say."""
    policy = editor.policy
    context = {
        "row": editor.row,
        "form": editor.form,
        "steps": editor.steps,
        "view": trial,
        "warnings": warn_about_policy(policy) if policy else (),
        "changes": show_changes(request.company, changes) if changes is not None else None,
        "has_errors": bool(editor.form.errors) or any(editor.steps.errors or []),
        "trial_url": trial_url(editor.row),
    }
    return render(request, "web/programmes/edit.html", context)


def trial_url(row: Policy | None) -> str:
    """Where the trial of a rule is asked for."""
    return reverse("web:programme_trial", args=[row.pk if row else 0])


@member_required
def programme_trial(request: CompanyRequest, pk: int) -> HttpResponse:
    """What the rule as it is written would have sent and will send; a piece of the page."""
    row = get_object_or_404(Policy, pk=pk, company=request.company) if pk else None
    start = policy_value(row) if row else EMPTY
    editor = make_editor(request, row, start)
    if request.method != "POST":
        if row is None:
            return render(request, "web/programmes/trial.html", {"view": None})
        editor.policy = start
        cap = row.day_cap
    elif read(request, editor):
        cap = editor.day_cap
    else:
        return render(request, "web/programmes/trial.html", {"view": None})
    view = run_trial(request, editor, cap)
    warnings = warn_about_policy(editor.policy) if editor.policy else ()
    context = {"view": view, "row": row, "warnings": warnings}
    return render(request, "web/programmes/trial.html", context)


def run_trial(request: CompanyRequest, editor: Editor, cap: int | None = None) -> TrialView | None:
    """Play the rule as it is written."""
    if editor.policy is None:
        return None
    company = request.company
    day_cap = editor.day_cap if cap is None else cap
    is_all = "tutte" in request.GET or request.POST.get("azione") == TRY_ALL
    most = None if is_all else MOST_INSTALMENTS
    trial = try_programme(company, editor.policy, day_cap=day_cap, most=most)
    today = clock.today(company.time_zone)
    is_used = editor.row is not None and editor.row.is_active
    url = trial_url(editor.row)
    return show_trial(company, trial, today, url=url, can_skip=is_used)


@require_POST
@writer_required
def programme_skip(request: CompanyRequest) -> HttpResponse:
    """Skip a coming step of one instalment."""
    company = request.company
    back = request.POST.get("torna", "")
    to = reverse("web:programme", args=[int(back)]) if back.isdigit() else "web:programmes"
    number = request.POST.get("rata", "")
    row = get_object_or_404(Instalment, pk=int(number) if number.isdigit() else 0, company=company)
    try:
        skip = skip_planned_step(
            company,
            row,
            step=int(request.POST.get("passo") or 0),
            occurrence=int(request.POST.get("volta") or 1),
            user=request.membership.user,
        )
    except (NotComingError, ValueError) as error:
        return refuse(request, str(error), to=to)
    text = _("Passo saltato: resta scritto nella storia della rata.")
    undo = reverse("web:programme_unskip", args=[skip.pk])
    return undoable(request, text, f"{undo}?torna={back}" if back.isdigit() else undo, to=to)


@require_POST
@writer_required
def programme_unskip(request: CompanyRequest, pk: int) -> HttpResponse:
    """A skipped step is planned again."""
    back = request.GET.get("torna", "")
    to = reverse("web:programme", args=[int(back)]) if back.isdigit() else "web:programmes"
    if not restore_planned_step(request.company, pk, user=request.membership.user):
        return refuse(request, _("Il passo era già tornato in programma."), to=to)
    return done(request, _("Il passo torna in programma."), to=to)

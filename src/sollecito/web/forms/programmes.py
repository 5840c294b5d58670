"""Regole: the editor's form and its steps, activation, who has which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sollecito.domain import policies as values
from sollecito.domain.documents import Problem
from sollecito.domain.starting import Start
from sollecito.dunning.template_queries import TemplateBook
from sollecito.outbox.models import Sender
from sollecito.web import programme_words as words
from sollecito.web.forms.company import text_field
from sollecito.web.forms.controls import MoneyField, check_box, select
from sollecito.web.said import said
from sollecito.web.template_view import choosable, name_of

CHOICE = [("", _("Come la regola")), ("si", _("Sì")), ("no", _("No"))]
YES_NO = {"si": True, "no": False}
NEVER_CHOSEN = frozenset({"invio_documento"})
OPTIONS = (
    *("name", "escalation", "min_gap_days", "grouping", "working_days_only", "minimum_balance"),
    *("approval", "cc_agent", "attach_invoices", "attach_statement", "announce_collections"),
)
LOCAL = "file"
"""The local mailbox: only for who wrote it in a file of a rule."""
MOST_STEPS = values.MOST_STEPS + 1
BESIDE = {"name", "min_gap_days", "minimum_balance"}


def number(label: Any, least: int, most: int, **options: Any) -> forms.IntegerField:
    """A whole number; the browser's own control."""
    field = forms.IntegerField(label=label, min_value=least, max_value=most, **options)
    field.widget.attrs |= {"class": "form-control", "inputmode": "numeric"}
    return field


class PolicyForm(forms.Form):
    """Name and options of a rule."""

    name = text_field(_("Nome della regola"), 100, attributes={"autocomplete": "off"})
    approval = forms.ChoiceField(
        label=_("Approvazione"), choices=[*words.APPROVALS.items()], widget=select()
    )
    escalation = forms.ChoiceField(
        label=_("Se si è indietro"), choices=[*words.ESCALATIONS.items()], widget=select()
    )
    grouping = forms.ChoiceField(
        label=_("Quante comunicazioni"), choices=[*words.GROUPINGS.items()], widget=select()
    )
    min_gap_days = number(
        _("Giorni almeno tra due solleciti"),
        0,
        365,
        help_text=_("Sulla stessa rata, contando anche quelli mandati a mano."),
    )
    minimum_balance = MoneyField(
        label=_("Residuo minimo"), help_text=_("Sotto questa cifra si aspetta.")
    )
    day_cap = number(
        _("Comunicazioni al giorno, al massimo"),
        0,
        100000,
        required=False,
        help_text=_("0: nessun limite."),
    )
    working_days_only = forms.BooleanField(
        label=_("Solo nei giorni lavorativi"), required=False, widget=check_box()
    )
    attach_invoices = forms.BooleanField(
        label=_("Allega le copie di cortesia"), required=False, widget=check_box()
    )
    attach_statement = forms.BooleanField(
        label=_("Allega l’estratto conto"), required=False, widget=check_box()
    )
    cc_agent = forms.BooleanField(
        label=_("In copia all’agente"),
        required=False,
        widget=check_box(),
        help_text=_("Mai per i privati e i condomìni."),
    )
    announce_collections = forms.BooleanField(
        label=_("Avvisa prima della scadenza anche per RiBa, SDD e MAV"),
        required=False,
        widget=check_box(),
    )


class StepForm(forms.Form):
    """One step. Days are counted from the due date, below zero before it."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput())
    kind = forms.ChoiceField(label=_("Tipo"), choices=[*words.KINDS.items()], widget=select())
    offset_days = number(
        _("Giorni dalla scadenza"),
        -values.FARTHEST_DAYS,
        values.FARTHEST_DAYS,
    )
    channels = forms.MultipleChoiceField(
        label=_("Canali"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        initial=["email"],
    )
    channel_mode = forms.ChoiceField(
        label=_("Se i canali sono più di uno"),
        required=False,
        choices=[
            ("", _("Tutti insieme")),
            (values.ChannelMode.FIRST_THAT_WORKS, _("Il primo che funziona, poi gli altri")),
        ],
        widget=select(),
        help_text=_("Il successivo parte se il primo non riesce o torna indietro."),
    )
    template = forms.ChoiceField(label=_("Modello"), required=False, widget=select())
    sender = forms.TypedChoiceField(
        label=_("Mittente"), required=False, coerce=int, empty_value=None, widget=select()
    )
    approval = forms.ChoiceField(
        label=_("Approvazione"),
        required=False,
        choices=[("", _("Come la regola")), *words.APPROVALS.items()],
        widget=select(),
    )
    attach_invoices = forms.ChoiceField(
        label=_("Copie di cortesia"), required=False, choices=CHOICE, widget=select()
    )
    attach_statement = forms.ChoiceField(
        label=_("Estratto conto allegato"), required=False, choices=CHOICE, widget=select()
    )
    require_attachments = forms.BooleanField(
        label=_("Non parte senza gli allegati"), required=False, widget=check_box()
    )
    with_interest = forms.BooleanField(
        label=_("Dice gli interessi di mora maturati"),
        help_text=_("Fuori dall’importo, dove il modello ha {{ nota.interessi }}. Mai a privati."),
        required=False,
        widget=check_box(),
    )
    cc_agent = forms.ChoiceField(
        label=_("In copia all’agente"), required=False, choices=CHOICE, widget=select()
    )
    consequence = forms.ChoiceField(
        label=_("Che cosa succede dopo"),
        required=False,
        choices=[("", _("Non si dice")), *words.CONSEQUENCES.items()],
        widget=select(),
        help_text=_("Si scrive nell’ultimo sollecito."),
    )
    repeat_days = number(
        _("Ripeti ogni (giorni)"),
        1,
        365,
        required=False,
        help_text=_("Solo sull’ultimo passo, finché non è pagata. Vuoto: una volta sola."),
    )
    max_repeats = number(
        _("Ripetizioni, al massimo"), 0, 999, required=False, help_text=_("Vuoto: senza fine.")
    )

    def __init__(
        self,
        *args: Any,
        book: TemplateBook | None = None,
        senders: Sequence[Sender] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        named = [(each.pk, str(each)) for each in senders]
        self.fields["sender"].choices = [("", _("Quello del modello, o il predefinito")), *named]  # type: ignore[attr-defined]  # a ChoiceField
        had = set(self.initial.get("channels", ()))
        self.fields["channels"].choices = channel_choices(had)  # type: ignore[attr-defined]  # a ChoiceField
        models = model_choices(book or TemplateBook(), had=self.initial.get("template", ""))
        self.fields["template"].choices = models  # type: ignore[attr-defined]  # the same
        self.fields["offset_days"].widget.attrs["data-days"] = ""
        self.fields["kind"].widget.attrs["data-kind"] = ""
        self.fields["repeat_days"].widget.attrs["data-repeat"] = ""

    @property
    def is_gone(self) -> bool:
        """Whether the person took it out, or it is the empty one that nobody filled."""
        data = getattr(self, "cleaned_data", {})
        return bool(data.get("DELETE")) or (self.empty_permitted and not self.has_changed())

    def value(self) -> values.Step:
        """As the rules read it; only of a valid form."""
        data = self.cleaned_data
        return values.Step(
            id=data["id"] or 0,
            kind=values.StepKind(data["kind"]),
            offset_days=data["offset_days"],
            channels=tuple(data["channels"]),
            channel_mode=values.ChannelMode(data["channel_mode"] or values.ChannelMode.ALL),
            template=data["template"],
            consequence=data["consequence"],
            approval=values.Approval(data["approval"]) if data["approval"] else None,
            cc_agent=YES_NO.get(data["cc_agent"]),
            attach_invoices=YES_NO.get(data["attach_invoices"]),
            attach_statement=YES_NO.get(data["attach_statement"]),
            require_attachments=data["require_attachments"],
            with_interest=data["with_interest"],
            sender=data["sender"],
            repeat_days=data["repeat_days"],
            max_repeats=data["max_repeats"],
        )


StepForms = forms.formset_factory(
    StepForm, extra=0, max_num=MOST_STEPS, absolute_max=MOST_STEPS, can_delete=True
)


class ActivationForm(forms.Form):
    """For whom, how the old ones begin, how many a day. Names are those in the address."""

    per = forms.ChoiceField(label=_("Per chi"), widget=select(data_submit=""))
    inizio = forms.ChoiceField(
        label=_("Le rate già scadute"),
        choices=[
            (Start.FIRST, _("Cominciano dal primo passo, poi vanno avanti in ordine")),
            (Start.HIGHEST, _("Cominciano dal passo più avanti già arrivato")),
            (Start.NEXT, _("Saltano i passi già passati: oggi non parte niente per loro")),
        ],
        widget=select(data_submit=""),
    )
    tetto = number(
        _("Comunicazioni al giorno, al massimo"),
        0,
        100000,
        required=False,
        help_text=_("Così le vecchie non partono tutte insieme. 0: nessun limite."),
    )

    def __init__(self, *args: Any, levels: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["per"].choices = levels  # type: ignore[attr-defined]  # a ChoiceField


class ChoiceForm(forms.Form):
    """What a company, a category, a customer or an instalment says."""

    policy = forms.ChoiceField(label=_("Regola"), required=False, widget=select())
    is_paused = forms.BooleanField(
        label=_("Nessun sollecito automatico"), required=False, widget=check_box()
    )
    needs_review = forms.BooleanField(
        label=_("Sempre da approvare"), required=False, widget=check_box()
    )

    def __init__(
        self, *args: Any, policies: Iterable[tuple[int, str]], empty: str | Promise, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        rows = [("", empty), *((str(pk), name) for pk, name in policies)]
        self.fields["policy"].choices = rows  # type: ignore[attr-defined]  # a ChoiceField


def channel_choices(had: Collection[str]) -> list[tuple[str, str]]:
    """Every channel; the local mailbox only where the step had it."""
    shown = ((code, word) for code, word in words.CHANNELS.items() if code != LOCAL or code in had)
    return [(code, str(word)) for code, word in shown]


def model_choices(book: TemplateBook, had: str = "") -> list[tuple[str, Any]]:
    """The texts that are there, with the one that the step had already."""
    codes = [code for code in choosable(book) if code not in NEVER_CHOSEN]
    codes += [had] if had and had not in codes and book.knows(had) else []
    rows = [(code, said(name_of(book, code))) for code in codes]
    return [("", _("Quello del tipo di passo")), *rows]


def step_initial(step: values.Step) -> dict[str, Any]:
    """A step as the form shows it."""
    given = {name: getattr(step, name) for name in StepForm.base_fields if name != "id"}
    for name in ("attach_invoices", "attach_statement", "cc_agent"):
        given[name] = {True: "si", False: "no", None: ""}[given[name]]
    return given | {
        "id": step.id or "",
        "channels": list(step.channels),
        "channel_mode": "" if step.channel_mode is values.ChannelMode.ALL else step.channel_mode,
        "approval": step.approval or "",
    }


def policy_initial(policy: values.Policy, day_cap: int = 0) -> dict[str, Any]:
    """The options as the form shows them."""
    return {name: getattr(policy, name) for name in OPTIONS} | {"day_cap": day_cap}


def read_policy(form: PolicyForm, steps: Any, pk: int = 0) -> tuple[values.Policy, list[StepForm]]:
    """The rule that valid forms say, its steps in the order of their days, and their forms."""
    kept = [each for each in steps.forms if not each.is_gone]
    kept.sort(key=lambda each: each.cleaned_data["offset_days"])
    data = form.cleaned_data
    policy = values.Policy(
        id=pk,
        name=data["name"].strip(),
        steps=tuple(each.value() for each in kept),
        escalation=values.Escalation(data["escalation"]),
        min_gap_days=data["min_gap_days"],
        grouping=values.Grouping(data["grouping"]),
        working_days_only=data["working_days_only"],
        minimum_balance=data["minimum_balance"],
        approval=values.Approval(data["approval"]),
        cc_agent=data["cc_agent"],
        attach_invoices=data["attach_invoices"],
        attach_statement=data["attach_statement"],
        announce_collections=data["announce_collections"],
    )
    return policy, kept


def show_problems(policy: values.Policy, form: PolicyForm, kept: Sequence[StepForm]) -> bool:
    """Put what the rules refuse beside its field; whether there was anything."""
    found = list(values.check_options(policy))
    for problem in found:
        form.add_error(problem.code if problem.code in BESIDE else None, words_of(problem))
    beside = list(values.check_steps(policy.steps))
    for place, problem in beside:
        field = problem.code if problem.code in kept[place - 1].fields else None
        kept[place - 1].add_error(field, words_of(problem))
    return bool(found or beside)


def words_of(problem: Problem) -> str:
    """The sentence and what to do."""
    return said(f"{problem.message} {problem.hint}".strip())

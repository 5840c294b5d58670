"""Impostazioni › Modelli › one text: written, looked at, tried, saved, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sollecito.accounts.models import Company, User
from sollecito.domain.money import Language
from sollecito.domain.phones import parse_mobile
from sollecito.dunning.models import TemplateVersion
from sollecito.dunning.template_queries import TemplateBook, template_book, versions_of
from sollecito.dunning.texts import CATALOGUE, default_text
from sollecito.flows.check_text import WrittenText, has_private_subject
from sollecito.flows.choose_sender import NoSenderError, choose_sender
from sollecito.flows.count_quota import NotIncludedError
from sollecito.flows.field_problems import FieldsRefusedError
from sollecito.flows.fill_sms import price_of
from sollecito.flows.preview_template import NothingToShowError, ShownText, preview_template
from sollecito.flows.reminder_options import SMS
from sollecito.flows.restore_template import restore_default, restore_version
from sollecito.flows.save_template import (
    NoSuchTextError,
    TemplateRefusedError,
    TextPlace,
    require_place,
    save_template,
)
from sollecito.flows.send_reminder import new_token
from sollecito.flows.send_trial import send_trial
from sollecito.ledger.models import Party
from sollecito.ledger.queries import owing_parties_named
from sollecito.web import files, template_view
from sollecito.web.forms.problems import mark_invalid
from sollecito.web.forms.templates import CheckedForm, ChoicesForm, TextForm
from sollecito.web.middleware import CompanyRequest
from sollecito.web.permissions import member_required, writer_required
from sollecito.web.said import said
from sollecito.web.templatetags.sollecito import money

MOST_FOUND = 8
PREVIEW = "web:settings_template_preview"
PICK = "cliente-"
"""What the button of a customer found says, before the customer's number."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Which text is open, and what it says now."""

    place: TextPlace
    base: str
    book: TemplateBook

    @property
    def now(self) -> WrittenText:
        """The text that counts."""
        place = self.place
        text = self.book.text(place.code, place.language, channel=place.channel)
        return WrittenText(text.subject, text.text, self._private())

    @property
    def default(self) -> WrittenText:
        """The text that ships."""
        business = default_text(self.base, self.place.language, channel=self.place.channel)
        private = default_text(self.base, self.place.language, reader="private").subject
        kept = private if has_private_subject(self.base) else ""
        return WrittenText(business.subject, business.text, kept)

    def _private(self) -> str:
        if not has_private_subject(self.base):
            return ""
        place = self.place
        text = self.book.text(place.code, place.language, channel=place.channel, reader="private")
        return text.subject


def included_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Back to the list, with the reason, where the company's tier is without the model."""

    @wraps(view)
    def answer(request: CompanyRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotIncludedError as error:
            messages.error(request, said(str(error)))
            return redirect("web:settings_templates")

    return answer


def open_desk(request: CompanyRequest, code: str, data: QueryDict) -> Desk:
    """The text that the address names. Raises Http404, NotIncludedError."""
    language: Language = "en" if data.get("lingua") == "en" else "it"
    place = TextPlace(code, language, data.get("canale", ""))
    try:
        base = require_place(request.company, place)
    except NoSuchTextError as error:
        raise Http404 from error
    return Desk(place, base, template_book(request.company))


@member_required
@included_only
def template(request: CompanyRequest, code: str) -> HttpResponse:
    """The editor of one text."""
    desk = open_desk(request, code, request.GET)
    if request.method != "POST":
        return page(request, desk, start(desk))
    form = TextForm(request.POST, base=desk.base)
    form.is_valid()
    step = request.POST.get("passo", "salva")
    if step == "prova":
        return try_out(request, desk, form)
    if step == "salva" and not form.errors:
        answer = save(request, desk, form)
        if answer:
            return answer
    return page(request, desk, form)


def start(desk: Desk) -> TextForm:
    """The form with the text that counts."""
    now = desk.now
    initial = {
        "token": new_token(),
        "oggetto": now.subject,
        "oggetto_privati": now.private_subject,
        "testo": now.text,
    }
    return TextForm(initial=initial, base=desk.base)


def save(request: CompanyRequest, desk: Desk, form: TextForm) -> HttpResponse | None:
    """Keep the text; ``None`` where it was refused, with the reasons in the form."""
    try:
        saved = save_template(
            request.company,
            desk.place,
            form.written(),
            user=request.membership.user,
            is_long_sms_fine=bool(form.cleaned_data.get("conferma_sms")),
        )
    except TemplateRefusedError as error:
        form.show(error.problems)
        mark_invalid(form)
        return None
    if saved:
        text = _("Salvato: versione %(number)d. Vale dai prossimi messaggi.")
        messages.success(request, text % {"number": saved.number})
    else:
        messages.info(request, _("Il testo è rimasto com’era."))
    return redirect(address_of(desk.place))


def try_out(request: CompanyRequest, desk: Desk, form: TextForm) -> HttpResponse:
    """Send the text as it stands to the user's own address."""
    try:
        content = send_trial(
            request.company,
            desk.place,
            form.written(),
            user=request.membership.user,
            token=form.cleaned_data.get("token", ""),
            party=pick(request).party,
            number=request.POST.get("cellulare", ""),
        )
    except TemplateRefusedError as error:
        form.show(error.problems)
    except FieldsRefusedError as error:
        form.add_error(None, said(str(error)))
    except (NothingToShowError, NoSenderError, NotIncludedError) as error:
        form.add_error(None, said(str(error)))
    else:
        text = _("Prova in partenza verso %(address)s: la trovi in Comunicazioni.")
        messages.success(request, text % {"address": content.messages.get().address})
        again = request.POST.copy()
        again["token"] = new_token()
        return page(request, desk, TextForm(again, base=desk.base), trial=content.pk)
    return page(request, desk, form)


def page(
    request: CompanyRequest, desk: Desk, form: TextForm, *, trial: int | None = None
) -> HttpResponse:
    """The editor, with preview, versions and choices."""
    place, options = desk.place, desk.book.options_of(desk.place.code)
    company = request.company
    choices = {
        "sender": str(options.sender_id or "") if options else "",
        "attach_invoices": bool(options and options.attach_invoices),
        "attach_statement": bool(options and options.attach_statement),
        "is_on": not (options and options.is_off),
    }
    context = {
        "desk": desk,
        "place": place,
        "model": CATALOGUE[desk.base],
        "name": template_view.name_of(desk.book, place.code),
        "is_own": place.code not in CATALOGUE,
        "options": options,
        "form": form,
        "trial": trial,
        "mobile": request.POST.get("cellulare", own_mobile(request.membership.user)),
        "address": address_of(place),
        "preview_url": address_of(place, PREVIEW),
        "languages": template_view.languages_of(desk.base),
        "places": template_view.places_of(desk.base).items(),
        "palette": template_view.palette_of(place, desk.base),
        "current": desk.book.text(place.code, place.language, channel=place.channel),
        "versions": versions_of(company, place.code, place.language, place.channel)[:50],
        "compared": compared(request, desk),
        "choices": ChoicesForm(initial=choices, company=company),
        "checked": CheckedForm(),
        **preview_context(request, desk, form.written()),
    }
    return render(request, "web/models/edit.html", context)


def own_mobile(user: User) -> str:
    """The user's number where an SMS reaches it."""
    return user.phone if isinstance(parse_mobile(user.phone), str) else ""


@require_POST
@member_required
@included_only
def template_preview(request: CompanyRequest, code: str) -> HttpResponse:
    """The preview alone, while one writes."""
    desk = open_desk(request, code, request.GET)
    form = TextForm(request.POST, base=desk.base)
    context = {"model": CATALOGUE[desk.base], "preview_url": address_of(desk.place, PREVIEW)}
    context |= preview_context(request, desk, form.written())
    return render(request, "web/models/preview.html", context)


def preview_context(request: CompanyRequest, desk: Desk, written: WrittenText) -> dict[str, Any]:
    """How a text reads on the chosen customer, or on the sample case."""
    picked = pick(request)
    shown, party, said_why = show_on(request, desk, written, picked)
    code = desk.place.code
    key = template_view.pack(desk.place, written, party.pk if party else None)
    problems = list(shown.check.problems)
    if shown.check.long_sms:
        problems.append(("text", shown.check.long_sms))
    return {
        "shown": shown,
        "cost": sms_cost(request.company, shown),
        "said_why": said_why,
        "picked": picked,
        "party": party,
        "problems": template_view.show_problems(written.tidied(), problems),
        "mail_preview": f"{reverse('web:settings_template_mail', args=[code])}?testo={key}"
        if key
        else "",
        "letter_preview": f"{reverse('web:settings_template_letter', args=[code])}?testo={key}"
        if key
        else "",
    }


def sms_cost(company: Company, shown: ShownText) -> str:
    """What an SMS of it costs through the company's gateway; empty where no price is known."""
    if shown.sms is None:
        return ""
    try:
        price = price_of(choose_sender(company, SMS).sender)
    except NoSenderError:
        return ""
    return money(price.of(shown.sms.parts), price.currency) if price else ""


def show_on(
    request: CompanyRequest, desk: Desk, written: WrittenText, picked: Picked
) -> tuple[ShownText, Party | None, str]:
    """The preview on the customer picked, else on the first so called that can be shown.

    With nobody the sample case, and why.
    """
    said_why = ""
    for party in picked.candidates:
        try:
            return show(request, desk, written, party), party, ""
        except NothingToShowError as error:
            said_why = said_why or str(error)
    return show(request, desk, written, None), None, said_why


def packed_address(name: str, code: str, key: str) -> str:
    """Where a text on its way is shown; empty where it is too long for an address."""
    return f"{reverse(name, args=[code])}?testo={key}" if key else ""


def show(
    request: CompanyRequest, desk: Desk, written: WrittenText, party: Party | None
) -> ShownText:
    """The preview of what is written."""
    user = request.membership.user
    return preview_template(request.company, desk.place, written, party=party, user=user)


@dataclass(frozen=True, slots=True)
class Picked:
    """The customer on whom a text is looked at; none: the sample case."""

    asked: str = ""
    found: tuple[Party, ...] = ()
    party: Party | None = None
    is_chosen: bool = False

    @property
    def candidates(self) -> tuple[Party, ...]:
        """The one that the person chose, else those so called."""
        return (self.party,) if self.party and self.is_chosen else self.found

    @property
    def is_nobody(self) -> bool:
        """Whether nobody is so called."""
        return bool(self.asked) and not self.found


def pick(request: CompanyRequest) -> Picked:
    """The customers so called, and the one picked among them."""
    asked = request.POST.get("cliente", "").strip()
    if not asked:
        return Picked()
    found = tuple(owing_parties_named(request.company, asked)[:MOST_FOUND])
    step = request.POST.get("passo", "")
    key = step.removeprefix(PICK) if step.startswith(PICK) else request.POST.get("scelto", "")
    chosen = next((each for each in found if str(each.pk) == key), None)
    return Picked(asked, found, chosen or (found[0] if found else None), chosen is not None)


def unpacked(request: CompanyRequest, code: str) -> ShownText:
    """The text that the address carries, else the one that counts, shown. Raises Http404."""
    desk = open_desk(request, code, request.GET)
    if "testo" not in request.GET:
        return show(request, desk, desk.now, None)
    try:
        place, written, key = template_view.unpack(request.GET["testo"])
        party = Party.objects.filter(company=request.company, pk=key).first() if key else None
        desk = Desk(replace(place, code=code), desk.base, desk.book)
        return show(request, desk, written, party)
    except (BadSignature, NoSuchTextError, NothingToShowError) as error:
        raise Http404 from error


@require_GET
@member_required
@included_only
def template_mail(request: CompanyRequest, code: str) -> HttpResponse:
    """The HTML part, as a page that can do nothing."""
    return files.show_mail(unpacked(request, code).html)


@require_GET
@member_required
@included_only
def template_letter(request: CompanyRequest, code: str) -> HttpResponse:
    """The letter, as a PDF."""
    content = unpacked(request, code).letter(request.company)
    return files.hand_over(content, name="lettera.pdf", media_type=files.PDF)


def compared(request: CompanyRequest, desk: Desk) -> dict[str, Any] | None:
    """The version asked for beside what counts now."""
    number = request.GET.get("confronta", "")
    if not number.isdigit():
        return None
    place = desk.place
    rows = versions_of(request.company, place.code, place.language, place.channel)
    version = rows.filter(number=int(number)).first()
    if version is None:
        return None
    return template_view.compare_versions(version, desk.default, desk.now)


@require_POST
@writer_required
@included_only
def template_restore(request: CompanyRequest, code: str) -> HttpResponse:
    """Back to the default, or to an older version."""
    desk = open_desk(request, code, request.GET)
    number, user = request.POST.get("versione", ""), request.membership.user
    try:
        if number.isdigit():
            version = get_object_or_404(
                TemplateVersion.objects.select_related("template"),
                company=request.company,
                template__code=code,
                language=desk.place.language,
                channel=desk.place.channel,
                number=int(number),
            )
            saved = restore_version(request.company, version, user=user)
        else:
            saved = restore_default(request.company, desk.place, user=user)
    except TemplateRefusedError as error:
        messages.error(request, said(str(error)))
    else:
        done, same = _("Fatto: vale dai prossimi messaggi."), _("Il testo è rimasto com’era.")
        messages.success(request, done if saved else same)
    return redirect(address_of(desk.place))


def address_of(place: TextPlace, name: str = "web:settings_template") -> str:
    """Where a text is written."""
    query = QueryDict(mutable=True)
    query["lingua"] = place.language
    if place.channel:
        query["canale"] = place.channel
    return f"{reverse(name, args=[place.code])}?{query.urlencode()}"

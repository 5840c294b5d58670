"""Save the text of a model: a new version, with who wrote it. Nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from sollecito.accounts.models import Company, User
from sollecito.domain.money import Language
from sollecito.domain.placeholders import TemplateProblem
from sollecito.dunning.models import Template, TemplateVersion
from sollecito.dunning.template_queries import OWN_BASE, OWN_MODEL, template_book
from sollecito.dunning.texts import CATALOGUE
from sollecito.flows import audit, clock
from sollecito.flows.check_text import WrittenText, check_text, has_private_subject, speaks
from sollecito.flows.require_model import require_model
from sollecito.flows.touch_instalments import touch_incomplete

CHANNELS = ("", "pec", "letter")
"""Channels with words of their own; empty is every other one."""


class TemplateRefusedError(Exception):
    """Nothing was saved. ``to_confirm``: the person may say that it is fine as it is."""

    def __init__(
        self, problems: tuple[tuple[str, TemplateProblem], ...], *, to_confirm: bool = False
    ) -> None:
        """Keep the problems by field; as text they are their sentences."""
        super().__init__(" ".join(f"{p.message} {p.hint}".strip() for _, p in problems))
        self.problems = problems
        self.to_confirm = to_confirm


class NoSuchTextError(Exception):
    """There is no such model, language, channel or version in this company."""


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Which text: a model's, in a language, for a channel."""

    code: str
    language: Language = "it"
    channel: str = ""


def save_template(
    company: Company,
    place: TextPlace,
    written: WrittenText,
    *,
    user: User | None,
    is_long_sms_fine: bool = False,
    note: str = "",
) -> TemplateVersion | None:
    """Save a text as the version that counts from now on; ``None`` where nothing changed.

    Raises TemplateRefusedError with what is wrong and where, NoSuchTextError, NotIncludedError.
    """
    base = require_place(company, place)
    tidied = written.tidied()
    checked = check_text(base, tidied, place.language)
    if checked.problems:
        raise TemplateRefusedError(checked.problems)
    if checked.long_sms and not is_long_sms_fine:
        raise TemplateRefusedError((("text", checked.long_sms),), to_confirm=True)
    with transaction.atomic():
        template = locked_template(company, place.code)
        if _is_as_before(company, place, tidied):
            return None
        return store_version(template, place, tidied, user=user, note=note)


def require_place(company: Company, place: TextPlace) -> str:
    """The default that the model follows. Raises NoSuchTextError, NotIncludedError."""
    book = template_book(company)
    require_model(company, book, place.code)
    if place.code == OWN_MODEL and not book.knows(OWN_MODEL):
        base = OWN_BASE
    elif book.knows(place.code):
        base = book.base_of(place.code)
    else:
        raise NoSuchTextError
    channels = CHANNELS if CATALOGUE[base].has_subject else ("",)
    if place.language not in speaks(base) or place.channel not in channels:
        raise NoSuchTextError
    return base


def locked_template(company: Company, code: str) -> Template:
    """The company's row of a model, made where it has none; locked until the transaction ends."""
    base = code if code in CATALOGUE else OWN_BASE
    Template.objects.get_or_create(company=company, code=code, defaults={"base": base})
    return Template.objects.select_for_update().get(company=company, code=code)


def _is_as_before(company: Company, place: TextPlace, written: WrittenText) -> bool:
    book = template_book(company)
    now = book.text(place.code, place.language, channel=place.channel)
    private = book.text(place.code, place.language, channel=place.channel, reader="private")
    same = (now.subject, now.text) == (written.subject, written.text)
    if not has_private_subject(now.base):
        return same
    return same and written.private_subject in {"", private.subject}


def store_version(
    template: Template,
    place: TextPlace,
    written: WrittenText | None,
    *,
    user: User | None,
    note: str,
) -> TemplateVersion:
    """Add a version and let it count; without ``written`` the default counts from now on."""
    mine = template.versions.filter(language=place.language, channel=place.channel)
    last = mine.aggregate(last=Max("number"))["last"] or 0
    mine.filter(is_current=True).update(is_current=False)
    version = TemplateVersion.objects.create(
        company=template.company,
        template=template,
        language=place.language,
        channel=place.channel,
        number=last + 1,
        subject=written.subject if written else "",
        private_subject=written.private_subject if written else "",
        text=written.text if written else "",
        is_default=written is None,
        note=note,
        saved_by=user,
        saved_at=clock.now(),
    )
    touch_incomplete(template.company)
    audit.record(
        template.company,
        user,
        "template_saved",
        target=f"template:{template.pk}",
        text=f"Modello «{template}»: versione {version.number}. {note}".strip(),
        details={"language": place.language, "channel": place.channel, "number": version.number},
    )
    return version

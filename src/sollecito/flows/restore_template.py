"""Back to the default text of a model, or to an older version of it."""

from __future__ import annotations

from django.db import transaction

from sollecito.accounts.models import Company, User
from sollecito.dunning.models import TemplateVersion
from sollecito.flows.check_text import WrittenText
from sollecito.flows.save_template import (
    TextPlace,
    locked_template,
    require_place,
    save_template,
    store_version,
)


def restore_default(
    company: Company, place: TextPlace, *, user: User | None
) -> TemplateVersion | None:
    """From now on the default text counts; ``None`` where it does already."""
    require_place(company, place)
    with transaction.atomic():
        template = locked_template(company, place.code)
        current = template.versions.filter(
            language=place.language, channel=place.channel, is_current=True
        ).first()
        if current is None or current.is_default:
            return None
        return store_version(template, place, None, user=user, note="Tornato al testo predefinito.")


def restore_version(
    company: Company, version: TemplateVersion, *, user: User | None
) -> TemplateVersion | None:
    """Take up an older version again, as a new one. Raises TemplateRefusedError."""
    place = TextPlace(
        version.template.code, "en" if version.language == "en" else "it", version.channel
    )
    if version.is_default:
        return restore_default(company, place, user=user)
    written = WrittenText(version.subject, version.text, version.private_subject)
    note = f"Ripresa la versione {version.number}."
    return save_template(company, place, written, user=user, is_long_sms_fine=True, note=note)

"""Remove the sample company with all it brought: rows, logins, and its mail in the mailbox."""

from __future__ import annotations

from graphlib import TopologicalSorter
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import SET_NULL, ForeignKey, Model, QuerySet

from sollecito.accounts.models import Company, User
from sollecito.channels.local_mailbox import delete_mail
from sollecito.outbox.models import Message


def remove_sample() -> bool:
    """Remove every sample company; whether there was one. Real companies are not touched.

    A login that also works for a real company stays.
    """
    companies = list(Company.objects.filter(is_sample=True))
    for company in companies:
        _throw_mail_away(company)
        with transaction.atomic():
            people = list(company.memberships.values_list("user_id", flat=True))
            for model in tables_of_companies():
                QuerySet(model).filter(company=company).delete()
            company.delete()
            User.objects.filter(pk__in=people, memberships__isnull=True).delete()
    return bool(companies)


def tables_of_companies() -> list[type[Model]]:
    """Every table whose rows belong to a company; those that refer to others come before them."""
    owned = {
        model
        for model in apps.get_models()
        if any(key.name == "company" and key.related_model is Company for key in _keys(model))
    }
    order: TopologicalSorter[type[Model]] = TopologicalSorter(dict.fromkeys(owned, ()))
    for model in owned:
        for key in _keys(model):
            target = key.related_model
            if target in owned and target is not model and key.remote_field.on_delete != SET_NULL:
                order.add(target, model)
    return list(order.static_order())


def _keys(model: type[Model]) -> list[ForeignKey[Model, Model]]:
    fields = model._meta.concrete_fields  # noqa: SLF001  Django documents it
    return [field for field in fields if isinstance(field, ForeignKey)]


def _throw_mail_away(company: Company) -> None:
    kept = Message.objects.filter(
        company=company, content__channel__in=["file", "sms"], content__sender=None
    ).exclude(reference="")
    for name in kept.values_list("reference", flat=True).distinct():
        delete_mail(Path(settings.MAILBOX), name)

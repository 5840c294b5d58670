# The text of the reminder that a company wrote becomes its model "own", version 1, and back.

from django.db import migrations
from django.utils import timezone

CODE, BASE = "own", "sollecito_1"


def to_models(apps, schema_editor):
    Company = apps.get_model("accounts", "Company")
    Template = apps.get_model("dunning", "Template")
    Version = apps.get_model("dunning", "TemplateVersion")
    for company in Company.objects.exclude(reminder_subject="", reminder_text=""):
        template, _made = Template.objects.get_or_create(
            company=company, code=CODE, defaults={"base": BASE}
        )
        Version.objects.create(
            company=company,
            template=template,
            language="it",
            number=1,
            subject=company.reminder_subject,
            text=company.reminder_text,
            saved_at=timezone.now(),
        )


def to_companies(apps, schema_editor):
    Version = apps.get_model("dunning", "TemplateVersion")
    rows = Version.objects.filter(
        template__code=CODE, language="it", channel="", is_current=True, is_default=False
    )
    for version in rows.select_related("company"):
        version.company.reminder_subject = version.subject
        version.company.reminder_text = version.text
        version.company.save(update_fields=["reminder_subject", "reminder_text"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_who_signs_formal_acts'),
        ('dunning', '0014_models_of_communication'),
    ]

    operations = [migrations.RunPython(to_models, to_companies, elidable=True)]

from django.db import migrations

FORMAL = "formal"
CARRIERS = {"pec", "letters"}


def add_formal(apps, schema_editor):
    """Who could send formal notices, by PEC or letter, still can."""
    for tier in apps.get_model("accounts", "Tier").objects.all():
        if CARRIERS & set(tier.modules) and FORMAL not in tier.modules:
            tier.modules = [*tier.modules, FORMAL]
            tier.save(update_fields=["modules"])


def remove_formal(apps, schema_editor):
    for tier in apps.get_model("accounts", "Tier").objects.all():
        tier.modules = [module for module in tier.modules if module != FORMAL]
        tier.save(update_fields=["modules"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_money_set_against_debts'),
    ]

    operations = [
        migrations.RunPython(add_formal, remove_formal),
    ]

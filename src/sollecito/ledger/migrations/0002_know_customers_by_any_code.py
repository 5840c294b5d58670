"""Customers are looked up by either of their codes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="party",
            index=models.Index(fields=["company", "vat_number"], name="party_vat_number"),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(fields=["company", "tax_code"], name="party_tax_code"),
        ),
    ]

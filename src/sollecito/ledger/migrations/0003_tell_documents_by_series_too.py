"""Two documents of one number and year may belong to two series (sezionali)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_know_customers_by_any_code")]

    operations = [
        migrations.RemoveConstraint(model_name="document", name="document_identity"),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                fields=("company", "kind", "number", "year", "series"), name="document_identity"
            ),
        ),
    ]

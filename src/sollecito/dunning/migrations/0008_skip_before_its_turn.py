"""A step skipped before its turn counts once the order comes to it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dunning', '0007_amounts_not_due_yet'),
    ]

    operations = [
        migrations.AddField(
            model_name='skippedstep',
            name='is_ahead',
            field=models.BooleanField(default=False, verbose_name='prima del suo turno'),
        ),
    ]

"""What a person wrote in a draft stays when its sending is taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dunning', '0008_skip_before_its_turn'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='edits',
            field=models.JSONField(null=True, verbose_name='modifiche'),
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dunning', '0018_drafts_saved_by_hand'),
        ('outbox', '0004_what_comes_back'),
    ]

    operations = [
        migrations.AddField(
            model_name='step',
            name='sender',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='outbox.sender', verbose_name='mittente'),
        ),
    ]

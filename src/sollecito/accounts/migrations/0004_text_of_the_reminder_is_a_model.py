# What a company wrote is a model of communication by now.

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_who_signs_formal_acts'),
        ('dunning', '0015_own_text_becomes_a_model'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='company',
            name='reminder_subject',
        ),
        migrations.RemoveField(
            model_name='company',
            name='reminder_text',
        ),
    ]

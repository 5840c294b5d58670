# What a company wrote is a model of communication by now.

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_day_of_the_agents_list'),
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

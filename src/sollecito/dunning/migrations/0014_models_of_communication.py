# Models of communication and their versions.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_who_signs_formal_acts'),
        ('dunning', '0013_files_of_a_customer'),
        ('outbox', '0003_several_senders_per_channel'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, verbose_name='codice')),
                ('base', models.CharField(max_length=40, verbose_name='modello predefinito')),
                ('name', models.CharField(blank=True, max_length=100, verbose_name='nome')),
                ('is_off', models.BooleanField(default=False, verbose_name='non in uso')),
                ('attach_invoices', models.BooleanField(default=False, verbose_name='allega le fatture')),
                ('attach_statement', models.BooleanField(default=False, verbose_name="allega l'estratto conto")),
                ('checked_words', models.CharField(blank=True, max_length=200, verbose_name='verificato da')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='verificato il')),
                ('archived_at', models.DateTimeField(null=True, verbose_name='tolto il')),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='templates', to='accounts.company')),
                ('sender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='outbox.sender', verbose_name='mittente')),
            ],
            options={
                'verbose_name': 'modello di comunicazione',
                'verbose_name_plural': 'modelli di comunicazione',
            },
        ),
        migrations.CreateModel(
            name='TemplateVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=2, verbose_name='lingua')),
                ('channel', models.CharField(blank=True, max_length=10, verbose_name='canale')),
                ('number', models.PositiveIntegerField(verbose_name='versione')),
                ('subject', models.CharField(blank=True, max_length=250, verbose_name='oggetto')),
                ('private_subject', models.CharField(blank=True, max_length=250, verbose_name='oggetto per i privati')),
                ('text', models.TextField(blank=True, verbose_name='testo')),
                ('is_default', models.BooleanField(default=False, verbose_name='predefinito')),
                ('is_current', models.BooleanField(default=True, verbose_name='in uso')),
                ('note', models.CharField(blank=True, max_length=100, verbose_name='nota')),
                ('saved_at', models.DateTimeField(verbose_name='salvata il')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company')),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='dunning.template')),
            ],
            options={
                'verbose_name': 'versione di un modello',
            },
        ),
        migrations.AddConstraint(
            model_name='template',
            constraint=models.UniqueConstraint(fields=('company', 'code'), name='template_code'),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.UniqueConstraint(fields=('company', 'template', 'language', 'channel', 'number'), name='template_version_number'),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('company', 'template', 'language', 'channel'), name='template_version_current'),
        ),
    ]

"""The words of the access log follow the code: choices are no matter of the database.

Read from the enumeration itself, so that a word that is added later needs no migration of its own.
"""

from __future__ import annotations

from django.db import migrations, models

from access.enums import Verb


class Migration(migrations.Migration):
    dependencies = [("access", "0004_verb_publish")]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="verb",
            field=models.CharField(choices=Verb.choices, max_length=20, verbose_name="verb"),
        ),
    ]

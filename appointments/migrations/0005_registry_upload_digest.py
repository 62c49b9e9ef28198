"""Keep the chosen file's digest beside the list, which is kept without the columns that are not used."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0004_cancelled_without_session")]

    operations = [
        migrations.AddField(
            model_name="registryupload",
            name="file_digest",
            field=models.CharField(default="", max_length=64),
        ),
    ]

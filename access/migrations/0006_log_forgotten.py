"""Where a chain of the access log begins, since its old lines were forgotten."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_provider_calendar_log"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditchain",
            name="forgotten_hash",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.AddField(
            model_name="auditchain",
            name="forgotten_id",
            field=models.BigIntegerField(db_default=0),
        ),
    ]

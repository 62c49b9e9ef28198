"""A printed sheet keeps the hour of the list that it shows."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("prison", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="printedsheet",
            name="planned_for",
            field=models.DateTimeField(null=True),
        ),
    ]

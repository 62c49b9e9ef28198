"""What each establishment's list tells, as it was last measured by night."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("appointments", "0006_escorts"),
    ]

    operations = [
        migrations.CreateModel(
            name="NeutralityMeasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measured_on", models.DateField()),
                ("findings", models.JSONField()),
                (
                    "establishment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("findings__has_key", "version")),
                        name="neutrality_measure_names_its_version",
                    )
                ],
            },
        ),
    ]

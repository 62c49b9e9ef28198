"""A right of its own for hospital escorts, which no role brings."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_verbs_of_the_log"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="establishment",
            options={
                "ordering": ["name", "id"],
                "permissions": [
                    ("lead_unit", "Sees and books every agenda of the establishment"),
                    ("view_all_movements", "Sees the movement list of every building"),
                    ("manage_extractions", "Plans and follows hospital escorts, whose date is secret"),
                ],
            },
        ),
    ]

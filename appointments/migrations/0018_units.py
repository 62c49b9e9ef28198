"""Care units: every establishment gets one, and all its agendas, kinds, closures and requests are that one's."""

from __future__ import annotations

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

import access.sorting
import appointments.models.agenda

OF_A_UNIT = ("agenda", "kind", "closure", "request")

# As its letters call it, where they do. Establishments to come get theirs by a trigger (appointments_first_unit).
ONE_EACH = """
INSERT INTO appointments_careunit (establishment_id, name, sees_arrivals)
SELECT e.id, coalesce(nullif(left(btrim(s.unit), 80), ''), 'Unité sanitaire'), true
FROM access_establishment e LEFT JOIN appointments_reportsettings s ON s.establishment_id = e.id;
"""
ALL_OF_IT = "\n".join(
    f"UPDATE appointments_{table} r SET unit_id = u.id FROM appointments_careunit u"
    " WHERE u.establishment_id = r.establishment_id;"
    for table in OF_A_UNIT
)
# What triggers of the wall were to check at the end is checked now: nothing alters a table with checks to come.
CHECKED = "SET CONSTRAINTS ALL IMMEDIATE;"


def unit(of: str, *, null: bool) -> models.ForeignKey[models.Model]:
    name = "closures" if of == "closure" else "+"
    return models.ForeignKey(
        null=null, on_delete=django.db.models.deletion.PROTECT, related_name=name, to="appointments.careunit"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_provider_calendar_log"),
        ("appointments", "0017_unplanned"),
    ]

    operations = [
        migrations.CreateModel(
            name="CareUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name of the unit")),
                ("sees_arrivals", models.BooleanField(default=False, verbose_name="sees arrivals")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_units",
                        to="access.establishment",
                    ),
                ),
            ],
            options={
                "verbose_name": "care unit",
                "ordering": ["-sees_arrivals", access.sorting.FrenchKey("name"), "id"],
                "permissions": [("head_unit", "Is head of the unit: sees and books its agendas, decides about it")],
                "constraints": [
                    models.UniqueConstraint(fields=("establishment", "name"), name="unit_name_once"),
                    models.UniqueConstraint(fields=("establishment", "id"), name="unit_of_establishment"),
                    models.UniqueConstraint(
                        condition=models.Q(("sees_arrivals", True)),
                        fields=("establishment",),
                        name="one_unit_sees_arrivals",
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="unit_has_name"),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="closure", name="closure_overlap"),
        migrations.RemoveConstraint(model_name="kind", name="kind_name_once"),
        *(migrations.AddField(model_name=each, name="unit", field=unit(each, null=True)) for each in OF_A_UNIT),
        migrations.RunSQL([ONE_EACH, ALL_OF_IT, CHECKED], migrations.RunSQL.noop),
        *(migrations.AlterField(model_name=each, name="unit", field=unit(each, null=False)) for each in OF_A_UNIT),
        migrations.AddConstraint(
            model_name="closure",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("unit", "="), (appointments.models.agenda.TimeRange(), "&&")], name="closure_overlap"
            ),
        ),
        migrations.AddConstraint(
            model_name="kind",
            constraint=models.UniqueConstraint(fields=("unit", "name"), name="kind_name_once"),
        ),
        migrations.AddConstraint(
            model_name="kind",
            constraint=models.UniqueConstraint(fields=("unit", "id"), name="kind_of_unit"),
        ),
    ]

"""Care units: every establishment gets one, and all its agendas, kinds, closures and requests are that one's."""

from __future__ import annotations

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

import access.sorting
import appointments.models.agenda

OF_A_UNIT = ("agenda", "kind", "closure", "request", "obstruction", "obstructionreport", "complaint", "publishedfigure")
ON_A_LETTER = ("hospital", "unit", "address", "town", "signatory", "capacity")

# As its letters call it, where they do. Establishments to come get theirs by a trigger (appointments_first_unit).
ONE_EACH = """
INSERT INTO appointments_careunit (establishment_id, name, sees_arrivals)
SELECT e.id, coalesce(nullif(left(btrim(s.unit), 80), ''), 'Unité sanitaire'), true
FROM access_establishment e LEFT JOIN appointments_reportsettings s ON s.establishment_id = e.id;
"""
# No word of any row changes: what keeps former words and refuses changes is not asked.
ALL_OF_IT = "\n".join(
    f"ALTER TABLE appointments_{table} DISABLE TRIGGER USER;"
    f" UPDATE appointments_{table} r SET unit_id = u.id FROM appointments_careunit u"
    " WHERE u.establishment_id = r.establishment_id;"
    f" ALTER TABLE appointments_{table} ENABLE TRIGGER USER;"
    for table in OF_A_UNIT
)
LETTERHEADS = f"""
INSERT INTO appointments_letterhead (care_unit_id, {", ".join(ON_A_LETTER)})
SELECT u.id, {", ".join(f"s.{name}" for name in ON_A_LETTER)}
FROM appointments_reportsettings s JOIN appointments_careunit u ON u.establishment_id = s.establishment_id;
"""
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
        migrations.CreateModel(
            name="Letterhead",
            fields=[
                (
                    "care_unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="appointments.careunit",
                    ),
                ),
                ("hospital", models.CharField(blank=True, default="", max_length=120, verbose_name="hospital")),
                ("unit", models.CharField(blank=True, default="", max_length=120, verbose_name="unit")),
                ("address", models.TextField(blank=True, default="", max_length=300, verbose_name="address")),
                (
                    "town",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="town, before the date"),
                ),
                ("signatory", models.CharField(blank=True, default="", max_length=120, verbose_name="signed by")),
                ("capacity", models.CharField(blank=True, default="", max_length=120, verbose_name="capacity")),
            ],
            options={"verbose_name": "letterhead"},
        ),
        migrations.RunSQL([CHECKED, ONE_EACH, ALL_OF_IT, LETTERHEADS, CHECKED], migrations.RunSQL.noop),
        *(migrations.RemoveField(model_name="reportsettings", name=name) for name in ON_A_LETTER),
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

"""Frozen movements: officers freeze and release, care reads why and since when."""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

DOORS = "carehub_care, carehub_prison, carehub_accounts"
# A freeze names no detained person; officers read back a week all the same, and no more.
GRANTS = """
ALTER TABLE appointments_freeze ADD CONSTRAINT freeze_building_here
    FOREIGN KEY (establishment_id, building_id) REFERENCES access_building (establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
GRANT SELECT, INSERT, UPDATE (lifted_at, lifted_by_id) ON appointments_freeze TO carehub_prison;
GRANT SELECT (id, establishment_id, building_id, reason, frozen_at, lifted_at) ON appointments_freeze TO carehub_care;
ALTER TABLE appointments_freeze ENABLE ROW LEVEL SECURITY;
CREATE POLICY care ON appointments_freeze FOR SELECT TO carehub_care USING (true);
CREATE POLICY lately ON appointments_freeze FOR SELECT TO carehub_prison
    USING (lifted_at IS NULL OR lifted_at > now() - interval '7 days');
CREATE POLICY starts ON appointments_freeze FOR INSERT TO carehub_prison WITH CHECK (
    frozen_by_id IN (SELECT u.id FROM access_user u) AND lifted_at IS NULL
    AND frozen_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
);
-- What was lifted stays lifted.
CREATE POLICY lifts ON appointments_freeze FOR UPDATE TO carehub_prison USING (lifted_at IS NULL) WITH CHECK (
    lifted_by_id IN (SELECT u.id FROM access_user u)
    AND lifted_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
);
"""
GRANTS_BACK = f"""
DROP POLICY IF EXISTS care ON appointments_freeze;
DROP POLICY IF EXISTS lately ON appointments_freeze;
DROP POLICY IF EXISTS starts ON appointments_freeze;
DROP POLICY IF EXISTS lifts ON appointments_freeze;
ALTER TABLE appointments_freeze DISABLE ROW LEVEL SECURITY;
ALTER TABLE appointments_freeze DROP CONSTRAINT IF EXISTS freeze_building_here;
REVOKE ALL ON appointments_freeze FROM {DOORS};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_verbs_of_the_log"),
        ("appointments", "0008_movement_feedback"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Freeze",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("incident", "Incident"),
                            ("alarm", "Alarm"),
                            ("search", "Search"),
                            ("roll_call", "Roll call"),
                            ("strike", "Industrial action"),
                            ("staff", "Staff shortage"),
                            ("other", "Other reason"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("frozen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "building",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.building",
                        verbose_name="building",
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "frozen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-frozen_at", "-id"],
                "indexes": [models.Index(fields=["establishment", "-frozen_at"], name="freeze_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("establishment", "building"),
                        name="one_freeze_in_force",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["incident", "alarm", "search", "roll_call", "strike", "staff", "other"])
                        ),
                        name="freeze_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                            models.Q(("lifted_at__gte", models.F("frozen_at")), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="freeze_lifted_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GRANTS, GRANTS_BACK),
    ]

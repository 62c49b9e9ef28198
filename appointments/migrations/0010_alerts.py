"""Officers' alerts to the unit: the prison sends and reads one word of answer, care reads and receives."""

from __future__ import annotations

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

DOORS = "carehub_care, carehub_prison, carehub_accounts"
SENT = "id, establishment_id, building_id, register_number, last_name, first_name, urgency, raised_at"
GRANTS = f"""
ALTER TABLE appointments_alert ADD CONSTRAINT alert_building_here
    FOREIGN KEY (establishment_id, building_id) REFERENCES access_building (establishment_id, id)
    DEFERRABLE INITIALLY DEFERRED;
GRANT SELECT ({SENT}, is_received, raised_by_id), INSERT ({SENT}, raised_by_id, received_at, received_by_id)
    ON appointments_alert TO carehub_prison;
GRANT SELECT ({SENT}, is_received, received_at, received_by_id), UPDATE (received_at, received_by_id)
    ON appointments_alert TO carehub_care;
ALTER TABLE appointments_alert ENABLE ROW LEVEL SECURITY;
CREATE POLICY care ON appointments_alert FOR SELECT TO carehub_care USING (true);
-- What was received stays received.
CREATE POLICY receives ON appointments_alert FOR UPDATE TO carehub_care USING (received_at IS NULL)
    WITH CHECK (received_at IS NOT NULL AND received_by_id IN (SELECT u.id FROM access_user u));
-- Officers read back to yesterday, in the establishment's time zone, as with movements.
CREATE POLICY lately ON appointments_alert FOR SELECT TO carehub_prison USING (
    (SELECT (raised_at AT TIME ZONE e.time_zone)::date >= (now() AT TIME ZONE e.time_zone)::date - 1
     FROM access_establishment e WHERE e.id = establishment_id)
);
CREATE POLICY sends ON appointments_alert FOR INSERT TO carehub_prison WITH CHECK (
    raised_by_id IN (SELECT u.id FROM access_user u) AND received_at IS NULL
    AND raised_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
);
"""
GRANTS_BACK = f"""
DROP POLICY IF EXISTS care ON appointments_alert;
DROP POLICY IF EXISTS receives ON appointments_alert;
DROP POLICY IF EXISTS lately ON appointments_alert;
DROP POLICY IF EXISTS sends ON appointments_alert;
ALTER TABLE appointments_alert DISABLE ROW LEVEL SECURITY;
ALTER TABLE appointments_alert DROP CONSTRAINT IF EXISTS alert_building_here;
REVOKE ALL ON appointments_alert FROM {DOORS};
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0009_freezes")]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("register_number", models.CharField(max_length=20, verbose_name="register number")),
                ("last_name", models.CharField(max_length=100, verbose_name="name")),
                ("first_name", models.CharField(blank=True, default="", max_length=100, verbose_name="first name")),
                (
                    "urgency",
                    models.CharField(
                        choices=[("today", "Today"), ("now", "At once")], max_length=10, verbose_name="urgency"
                    ),
                ),
                ("raised_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("received_at", models.DateTimeField(blank=True, null=True)),
                (
                    "is_received",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(received_at__isnull=False, then=True), default=False),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.building"
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "alert",
                "verbose_name_plural": "alerts",
                "ordering": ["-raised_at", "-id"],
                "indexes": [models.Index(fields=["establishment", "-raised_at"], name="alert_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["establishment", "register_number", "urgency"],
                        condition=models.Q(("received_at__isnull", True)),
                        name="one_alert_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("urgency__in", ["today", "now"])), name="alert_urgency_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("register_number__regex", "^[0-9A-Za-z ./-]{1,20}$")), name="alert_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_name__regex", "^[^\\d!?.,;:()]{0,60}$"),
                            ("last_name__regex", "^[^\\d!?.,;:()]{1,60}$"),
                        ),
                        name="alert_names",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_at__isnull", True), ("received_by__isnull", True)),
                            models.Q(("received_at__gte", models.F("raised_at")), ("received_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="alert_received_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GRANTS, GRANTS_BACK),
    ]

"""Series of appointments, and overlap constraints that can wait for the end of an exchange."""

from __future__ import annotations

import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import appointments.models.agenda


def overlap(name: str, column: str, **more: bool) -> migrations.AddConstraint:
    """Nobody is in two places: judged with each statement, or at the end when a verb exchanges times."""
    return migrations.AddConstraint(
        model_name="appointment",
        constraint=django.contrib.postgres.constraints.ExclusionConstraint(
            name=name,
            expressions=[(column, "="), (appointments.models.agenda.Period(), "&&")],
            condition=models.Q(*more.items(), ("status__in", ("booked", "arrived", "in_consultation", "seen"))),
            deferrable=models.Deferrable.IMMEDIATE,
        ),
    )


# A series is of one person at one establishment, and so are all appointments that point to it.
ONE_PERSON = """
ALTER TABLE appointments_appointment ADD CONSTRAINT appointment_series_of_person
    FOREIGN KEY (establishment_id, detainee_id, series_id)
    REFERENCES appointments_series (establishment_id, detainee_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE appointments_series ADD CONSTRAINT series_detainee_here
    FOREIGN KEY (establishment_id, detainee_id)
    REFERENCES appointments_detainee (establishment_id, id) DEFERRABLE INITIALLY DEFERRED;
GRANT SELECT, INSERT ON appointments_series TO carehub_care;
"""
ONE_PERSON_BACK = """
REVOKE ALL ON appointments_series FROM carehub_care;
ALTER TABLE appointments_series DROP CONSTRAINT IF EXISTS series_detainee_here;
ALTER TABLE appointments_appointment DROP CONSTRAINT IF EXISTS appointment_series_of_person;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_wall"),
        ("appointments", "0013_appointment_life"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("rule", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "detainee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.detainee"
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={"verbose_name": "series", "ordering": ["created_at", "id"]},
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.UniqueConstraint(fields=("establishment", "detainee", "id"), name="series_of_person"),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("rule__startswith", "FREQ=")), name="series_has_rule"
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="series",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="appointments.series",
            ),
        ),
        migrations.RunSQL(ONE_PERSON, ONE_PERSON_BACK),
        migrations.RemoveConstraint(model_name="appointment", name="agenda_overlap"),
        overlap("agenda_overlap", "agenda", shares_time=False),
        migrations.RemoveConstraint(model_name="appointment", name="person_overlap"),
        overlap("person_overlap", "detainee"),
    ]

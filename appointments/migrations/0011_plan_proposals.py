"""Half-days that practitioners could hold, what officers can bring, searches for weekly plans."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("appointments", "0007_neutrality_measure"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AgendaHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "half_days",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None),
                ),
                ("every", models.PositiveSmallIntegerField(default=1)),
                ("may_move", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "possible half-days",
                "ordering": ["agenda"],
            },
        ),
        migrations.CreateModel(
            name="PlanSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked for"),
                            ("running", "under way"),
                            ("done", "done"),
                            ("failed", "without a result"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("found", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "search for plans",
                "ordering": ["-asked_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="arrivaltime",
            name="most_people",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="arrivaltime",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("most_people__isnull", True),
                    models.Q(("most_people__gte", 1), ("most_people__lte", 200)),
                    _connector="OR",
                ),
                name="arrival_time_brings_1_to_200",
            ),
        ),
        migrations.AddField(
            model_name="agendahours",
            name="agenda",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="could_hold", to="appointments.agenda"
            ),
        ),
        migrations.AddField(
            model_name="agendahours",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="plansearch",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="plansearch",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddConstraint(
            model_name="agendahours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("half_days__contained_by", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]),
                    ("half_days__len__gte", 1),
                ),
                name="agenda_hours_of_a_week",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendahours",
            constraint=models.CheckConstraint(
                condition=models.Q(("every__gte", 1), ("every__lte", 4)), name="agenda_hours_every_1_to_4_weeks"
            ),
        ),
        migrations.AddIndex(
            model_name="plansearch",
            index=models.Index(fields=["establishment", "-asked_at"], name="plan_search_newest"),
        ),
        migrations.AddConstraint(
            model_name="plansearch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "running"])),
                fields=("establishment",),
                name="plan_search_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="plansearch",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asked", "running", "done", "failed"])),
                name="plan_search_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="plansearch",
            constraint=models.CheckConstraint(
                condition=models.Q(("progress__lte", 100)), name="plan_search_progress_of_100"
            ),
        ),
        migrations.AddConstraint(
            model_name="plansearch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("state__in", ["asked", "running"])),
                    models.Q(("finished_at__isnull", False), ("state__in", ["done", "failed"])),
                    _connector="OR",
                ),
                name="plan_search_finished_when_done",
            ),
        ),
    ]

"""Weekly patterns, rooms, absences, closures, and sessions whose people share the time."""

from __future__ import annotations

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import appointments.models.agenda


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_wall"),
        ("appointments", "0010_alerts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("leave", "Leave"),
                            ("training", "Training or congress"),
                            ("elsewhere", "At work elsewhere"),
                            ("unplanned", "Unplanned absence"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "verbose_name": "absence",
                "ordering": ["starts_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("staff", "Too few staff"),
                            ("team", "Team day"),
                            ("works", "Building work or breakdown"),
                            ("prison", "Movements stopped by the prison"),
                            ("other", "Other reason"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "verbose_name": "closure",
                "ordering": ["starts_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="room")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "room",
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="SessionPattern",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=120)),
                ("first", models.DateField()),
                ("last", models.DateField(blank=True, null=True)),
                (
                    "extra_dates",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "except_dates",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), blank=True, default=list, size=None
                    ),
                ),
                ("on_holidays", models.BooleanField(default=False)),
                ("start", models.TimeField()),
                ("end", models.TimeField()),
                ("slot_minutes", models.PositiveSmallIntegerField(default=20)),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("fixed", "Each at a time of their own"),
                            ("flexible", "Half-day: called over the session, seen in flexible order"),
                            ("group", "Group: all together"),
                        ],
                        default="fixed",
                        max_length=8,
                    ),
                ),
                ("capacity", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("overbooking", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "weekly pattern",
                "ordering": ["agenda", "first", "start", "id"],
            },
        ),
        migrations.CreateModel(
            name="UnitCalendar",
            fields=[
                (
                    "establishment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="access.establishment",
                    ),
                ),
                (
                    "territory",
                    models.CharField(
                        choices=[
                            ("FR", "Metropolitan France"),
                            ("6AE", "Alsace"),
                            ("57", "Moselle"),
                            ("971", "Guadeloupe"),
                            ("972", "Martinique"),
                            ("973", "French Guiana"),
                            ("974", "Réunion"),
                            ("976", "Mayotte"),
                            ("BL", "Saint-Barthélemy"),
                            ("MF", "Saint-Martin"),
                            ("PM", "Saint-Pierre-et-Miquelon"),
                            ("NC", "New Caledonia"),
                            ("PF", "French Polynesia"),
                            ("WF", "Wallis and Futuna"),
                        ],
                        max_length=3,
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="appointment",
            name="agenda_overlap",
        ),
        migrations.AddField(
            model_name="appointment",
            name="shares_time",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="consultationsession",
            name="by_hand",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="consultationsession",
            name="capacity",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="consultationsession",
            name="mode",
            field=models.CharField(
                choices=[
                    ("fixed", "Each at a time of their own"),
                    ("flexible", "Half-day: called over the session, seen in flexible order"),
                    ("group", "Group: all together"),
                ],
                default="fixed",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="consultationsession",
            name="overbooking",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="consultationsession",
            name="pattern_day",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("shares_time", False), ("status__in", ("booked", "seen"))),
                expressions=[("agenda", "="), (appointments.models.agenda.Period(), "&&")],
                name="agenda_overlap",
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="agenda",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="absences", to="appointments.agenda"
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="closure",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="room",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="consultationsession",
            name="room",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.room",
            ),
        ),
        migrations.AddField(
            model_name="sessionpattern",
            name="agenda",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="patterns", to="appointments.agenda"
            ),
        ),
        migrations.AddField(
            model_name="sessionpattern",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="sessionpattern",
            name="room",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.room",
            ),
        ),
        migrations.AddField(
            model_name="consultationsession",
            name="pattern",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="sessions",
                to="appointments.sessionpattern",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("capacity__isnull", True), ("mode", "fixed")),
                    models.Q(
                        ("capacity__isnull", False),
                        ("mode__in", ["flexible", "group"]),
                        ("capacity__gte", 1),
                        ("capacity__lte", 60),
                    ),
                    _connector="OR",
                ),
                name="session_capacity_fits_mode",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("overbooking__lte", 20)), name="session_overbooking_limited"
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationsession",
            constraint=models.UniqueConstraint(fields=("pattern", "pattern_day"), name="session_once_per_pattern_day"),
        ),
        migrations.AddConstraint(
            model_name="consultationsession",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("room__isnull", False)),
                expressions=[("room", "="), (appointments.models.agenda.Period(), "&&")],
                name="room_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitcalendar",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "territory__in",
                        ["FR", "6AE", "57", "971", "972", "973", "974", "976", "BL", "MF", "PM", "NC", "PF", "WF"],
                    )
                ),
                name="territory_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="absence_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["leave", "training", "elsewhere", "unplanned"])),
                name="absence_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("agenda", "="), (appointments.models.agenda.Period(), "&&")], name="absence_overlap"
            ),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="closure_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["staff", "team", "works", "prison", "other"])),
                name="closure_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("establishment", "="), (appointments.models.agenda.Period(), "&&")],
                name="closure_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.UniqueConstraint(fields=("establishment", "name"), name="room_name_once"),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.UniqueConstraint(fields=("establishment", "id"), name="room_of_establishment"),
        ),
        migrations.AddConstraint(
            model_name="sessionpattern",
            constraint=models.UniqueConstraint(fields=("agenda", "id"), name="pattern_of_agenda"),
        ),
        migrations.AddConstraint(
            model_name="sessionpattern",
            constraint=models.CheckConstraint(
                condition=models.Q(("last__isnull", True), ("last__gte", models.F("first")), _connector="OR"),
                name="pattern_ends_after_first_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionpattern",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start"))), name="pattern_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionpattern",
            constraint=models.CheckConstraint(
                condition=models.Q(("slot_minutes__gte", 5), ("slot_minutes__lte", 240)),
                name="pattern_slot_5_to_240_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionpattern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("capacity__isnull", True), ("mode", "fixed")),
                    models.Q(
                        ("capacity__isnull", False),
                        ("mode__in", ["flexible", "group"]),
                        ("capacity__gte", 1),
                        ("capacity__lte", 60),
                    ),
                    _connector="OR",
                ),
                name="pattern_capacity_fits_mode",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionpattern",
            constraint=models.CheckConstraint(
                condition=models.Q(("overbooking__lte", 20)), name="pattern_overbooking_limited"
            ),
        ),
    ]

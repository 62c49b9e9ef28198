"""Agendas, kinds, arrival times, and the sessions that weekly patterns bring, with rooms, absences and closures."""

from __future__ import annotations

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.operations
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import appointments.models.agenda


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("appointments", "0001_people"),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.CreateModel(
            name="Agenda",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="practitioner")),
                (
                    "discipline",
                    models.CharField(
                        choices=[
                            ("general", "General medicine"),
                            ("nursing", "Nursing"),
                            ("psychiatry", "Psychiatry"),
                            ("psychology", "Psychology"),
                            ("addiction", "Addiction medicine"),
                            ("dentistry", "Dentistry"),
                            ("physiotherapy", "Physiotherapy"),
                            ("infectious", "Infectious diseases and hepatology"),
                            ("gynaecology", "Gynaecology and midwifery"),
                            ("specialist", "Other specialist"),
                        ],
                        max_length=20,
                        verbose_name="discipline",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="column")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "agenda",
                "ordering": ["position", "name", "id"],
                "permissions": [("book_agenda", "Books, moves and cancels in the agenda")],
                "constraints": [
                    models.UniqueConstraint(fields=("establishment", "name"), name="agenda_name_once"),
                    models.UniqueConstraint(fields=("establishment", "id"), name="agenda_of_establishment"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Kind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="kind of consultation")),
                (
                    "discipline",
                    models.CharField(
                        choices=[
                            ("general", "General medicine"),
                            ("nursing", "Nursing"),
                            ("psychiatry", "Psychiatry"),
                            ("psychology", "Psychology"),
                            ("addiction", "Addiction medicine"),
                            ("dentistry", "Dentistry"),
                            ("physiotherapy", "Physiotherapy"),
                            ("infectious", "Infectious diseases and hepatology"),
                            ("gynaecology", "Gynaecology and midwifery"),
                            ("specialist", "Other specialist"),
                        ],
                        max_length=20,
                        verbose_name="discipline",
                    ),
                ),
                ("default_minutes", models.PositiveSmallIntegerField(verbose_name="usual duration (minutes)")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "kind of consultation",
                "ordering": ["discipline", "name", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("establishment", "name"), name="kind_name_once"),
                    models.UniqueConstraint(fields=("establishment", "id"), name="kind_of_establishment"),
                    models.CheckConstraint(
                        condition=models.Q(("default_minutes__gte", 5), ("default_minutes__lte", 240)),
                        name="kind_lasts_5_to_240_minutes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArrivalTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrival_times",
                        to="access.establishment",
                    ),
                ),
                ("at", models.TimeField(verbose_name="arrival time")),
            ],
            options={
                "verbose_name": "arrival time",
                "ordering": ["at", "id"],
                "constraints": [models.UniqueConstraint(fields=("establishment", "at"), name="arrival_time_once")],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[("arrival_times", "Arrival Times"), ("registry", "Registry")], max_length=20
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("establishment", "subject"), name="hold_once")],
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
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "territory__in",
                                [
                                    "FR",
                                    "6AE",
                                    "57",
                                    "971",
                                    "972",
                                    "973",
                                    "974",
                                    "976",
                                    "BL",
                                    "MF",
                                    "PM",
                                    "NC",
                                    "PF",
                                    "WF",
                                ],
                            )
                        ),
                        name="territory_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="room")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "room",
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("establishment", "name"), name="room_name_once"),
                    models.UniqueConstraint(fields=("establishment", "id"), name="room_of_establishment"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionPattern",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "agenda",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="patterns", to="appointments.agenda"
                    ),
                ),
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
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.room",
                    ),
                ),
            ],
            options={
                "verbose_name": "weekly pattern",
                "ordering": ["agenda", "first", "start", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("agenda", "id"), name="pattern_of_agenda"),
                    models.CheckConstraint(
                        condition=models.Q(("last__isnull", True), ("last__gte", models.F("first")), _connector="OR"),
                        name="pattern_ends_after_first_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="pattern_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slot_minutes__gte", 5), ("slot_minutes__lte", 240)),
                        name="pattern_slot_5_to_240_minutes",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(("overbooking__lte", 20)), name="pattern_overbooking_limited"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsultationSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "agenda",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="appointments.agenda"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("slot_minutes", models.PositiveSmallIntegerField(default=20, verbose_name="slot (minutes)")),
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
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.room",
                    ),
                ),
                (
                    "pattern",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sessions",
                        to="appointments.sessionpattern",
                    ),
                ),
                ("pattern_day", models.DateField(blank=True, null=True)),
                ("by_hand", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "session",
                "ordering": ["starts_at", "id"],
                "indexes": [models.Index(fields=["establishment", "starts_at"], name="session_by_start")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="session_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slot_minutes__gte", 5), ("slot_minutes__lte", 240)),
                        name="session_slot_5_to_240_minutes",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(("overbooking__lte", 20)), name="session_overbooking_limited"
                    ),
                    models.UniqueConstraint(fields=("agenda", "id"), name="session_of_agenda"),
                    models.UniqueConstraint(fields=("pattern", "pattern_day"), name="session_once_per_pattern_day"),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("room__isnull", False)),
                        expressions=[("room", "="), (appointments.models.agenda.TimeRange(), "&&")],
                        name="room_overlap",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("agenda", "="), (appointments.models.agenda.TimeRange(), "&&")],
                        name="session_overlap",
                        violation_error_message="This agenda already has a session at that time.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "agenda",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="absences", to="appointments.agenda"
                    ),
                ),
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="absence_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["leave", "training", "elsewhere", "unplanned"])),
                        name="absence_reason_known",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("agenda", "="), (appointments.models.agenda.TimeRange(), "&&")],
                        name="absence_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="closure_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["staff", "team", "works", "prison", "other"])),
                        name="closure_reason_known",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("establishment", "="), (appointments.models.agenda.TimeRange(), "&&")],
                        name="closure_overlap",
                    ),
                ],
            },
        ),
    ]

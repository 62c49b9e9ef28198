"""Obstructed care: facts, their former states, who reads them, and when a prison could not be reached."""

from __future__ import annotations

import uuid

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("appointments", "0008_nothing_erased"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="called_from",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.building"
            ),
        ),
        migrations.CreateModel(
            name="Obstruction",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("not_brought", "People not brought"),
                            ("no_reason", "People not brought, no reason given"),
                            ("frozen", "Movements frozen"),
                            ("late", "Late arrivals"),
                            ("lost_half_day", "Half-day lost"),
                            ("not_fetched", "List not fetched by the prison side"),
                            ("repeated", "One person not brought again and again"),
                            ("presence", "Somebody present during care"),
                            ("revealed", "Kind of consultation revealed"),
                            ("record_read", "Medical record read"),
                            ("search", "Search of the unit"),
                            ("pressure", "Pressure on a carer"),
                            ("care_refused", "Care refused by the administration"),
                            ("other", "Other fact"),
                        ],
                        max_length=16,
                        verbose_name="what happened",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "half_day",
                    models.CharField(
                        choices=[("morning", "morning"), ("afternoon", "afternoon"), ("whole", "whole day")],
                        max_length=10,
                        verbose_name="half-day",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("no_reason", "No reason given"),
                            ("not_called", "Not called"),
                            ("staff", "Staff shortage"),
                            ("frozen", "Movements frozen"),
                            ("strike", "Industrial action"),
                            ("wing", "Punishment or isolation wing, not escorted"),
                            ("visit", "Visit, lawyer, other summons"),
                            ("activity", "Work, sport, school, yard"),
                            ("list", "List not received, wrong cell"),
                            ("refusal", "Refusal because of the conditions"),
                            ("late", "Brought too late"),
                            ("security", "Security invoked"),
                            ("order", "Instruction of the administration"),
                            ("practice", "Usual practice of the place"),
                            ("link", "The prison’s side could not be reached"),
                            ("other", "Other cause"),
                        ],
                        max_length=12,
                        verbose_name="cause",
                    ),
                ),
                ("facts", models.TextField(blank=True, default="", max_length=1000, verbose_name="facts")),
                ("affected", models.PositiveIntegerField(blank=True, null=True)),
                ("expected", models.PositiveIntegerField(blank=True, null=True)),
                ("minutes", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[("counted", "counted by itself"), ("by_hand", "noted by hand")], max_length=8
                    ),
                ),
                ("source_key", models.CharField(max_length=120)),
                ("is_serious", models.BooleanField(default=False, verbose_name="serious")),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_reason", models.CharField(blank=True, default="", max_length=200)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.appointment",
                    ),
                ),
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
                    "changed_by",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obstructions",
                        to="appointments.detainee",
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "obstruction",
                "verbose_name_plural": "obstructions",
                "ordering": ["-day", "id"],
            },
        ),
        migrations.CreateModel(
            name="ObstructionPast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                ("was", models.JSONField()),
                ("replaced_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "obstruction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="past", to="appointments.obstruction"
                    ),
                ),
            ],
            options={
                "ordering": ["obstruction", "-revision"],
            },
        ),
        migrations.CreateModel(
            name="ObstructionReader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("named_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["named_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ObstructionSettings",
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
                ("repeated_times", models.PositiveSmallIntegerField(default=3, verbose_name="times in a row")),
                (
                    "silent_minutes",
                    models.PositiveSmallIntegerField(default=15, verbose_name="minutes without the prison’s side"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("repeated_times__gte", 2), ("repeated_times__lte", 20)),
                        name="repeated_times_sensible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("silent_minutes__gte", 5), ("silent_minutes__lte", 720)),
                        name="silent_minutes_sensible",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrisonSilence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("prison", models.CharField(max_length=30)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["began_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("prison", "began_at"), name="prison_silence_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ended_at__gt", models.F("began_at"))), name="silence_ends_after"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="obstruction",
            index=models.Index(fields=["establishment", "-day"], name="obstruction_by_day"),
        ),
        migrations.AddConstraint(
            model_name="obstruction",
            constraint=models.UniqueConstraint(fields=("establishment", "source_key"), name="obstruction_once"),
        ),
        migrations.AddConstraint(
            model_name="obstruction",
            constraint=models.CheckConstraint(
                condition=models.Q(("source_key", ""), _negated=True), name="obstruction_has_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="obstruction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "cause__in",
                        [
                            "no_reason",
                            "not_called",
                            "staff",
                            "frozen",
                            "strike",
                            "wing",
                            "visit",
                            "activity",
                            "list",
                            "refusal",
                            "late",
                            "security",
                            "order",
                            "practice",
                            "link",
                            "other",
                        ],
                    )
                ),
                name="obstruction_cause_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="obstruction",
            constraint=models.CheckConstraint(
                condition=models.Q(("half_day__in", ["morning", "afternoon", "whole"])),
                name="obstruction_half_day_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="obstruction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "kind__in",
                            ("not_brought", "no_reason", "frozen", "late", "lost_half_day", "not_fetched", "repeated"),
                        ),
                        ("source", "counted"),
                    ),
                    models.Q(
                        (
                            "kind__in",
                            ("presence", "revealed", "record_read", "search", "pressure", "care_refused", "other"),
                        ),
                        ("source", "by_hand"),
                        models.Q(("facts", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="obstruction_kind_of_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="obstruction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("affected__isnull", True),
                    ("expected__isnull", True),
                    ("affected__lte", models.F("expected")),
                    _connector="OR",
                ),
                name="obstruction_part_of_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="obstruction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", False),
                    models.Q(("withdrawn_by__isnull", True), ("withdrawn_reason", "")),
                    _connector="OR",
                ),
                name="obstruction_withdrawn_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="obstruction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", True),
                    ("source", "counted"),
                    models.Q(("withdrawn_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="obstruction_withdrawn_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="obstructionpast",
            constraint=models.UniqueConstraint(fields=("obstruction", "revision"), name="obstruction_past_once"),
        ),
        migrations.AddConstraint(
            model_name="obstructionreader",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("establishment", "user"),
                name="obstruction_reader_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="obstructionreader",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True), ("ended_at__gte", models.F("named_at")), _connector="OR"
                ),
                name="obstruction_reader_ends_after",
            ),
        ),
    ]

"""Rounds: kinds of round, who is on one, each visit; and a kind of obstruction for visits prevented."""

from __future__ import annotations

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_signing_in"),
        ("appointments", "0015_who_is_who"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RoundKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("places", models.CharField(blank=True, default="", max_length=200, verbose_name="wings and cells")),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("weekly", "so many times a week"),
                            ("daily", "every day"),
                            ("weekdays", "on chosen weekdays"),
                        ],
                        max_length=10,
                        verbose_name="how often",
                    ),
                ),
                ("times_a_week", models.PositiveSmallIntegerField(default=2, verbose_name="times a week")),
                (
                    "least_days",
                    models.PositiveSmallIntegerField(default=1, verbose_name="days between two visits, at least"),
                ),
                (
                    "most_days",
                    models.PositiveSmallIntegerField(default=4, verbose_name="days between two visits, at most"),
                ),
                ("weekdays", models.CharField(blank=True, default="", max_length=7, verbose_name="weekdays")),
                (
                    "team",
                    models.CharField(
                        choices=[("any", "doctors and nurses"), ("clinician", "a doctor"), ("nurse", "a nurse")],
                        default="any",
                        max_length=10,
                        verbose_name="made by",
                    ),
                ),
                (
                    "is_legal",
                    models.BooleanField(
                        default=False, verbose_name="counts for the two visits a week that the law asks"
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name": "kind of round",
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="RoundStay",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("place", models.CharField(blank=True, default="", max_length=200)),
                ("since", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("added_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "person on a round",
                "ordering": ["since", "id"],
            },
        ),
        migrations.CreateModel(
            name="RoundVisit",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField(verbose_name="day")),
                ("at", models.TimeField(blank=True, null=True, verbose_name="time")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("seen", "Seen"),
                            ("refused", "Refusal heard"),
                            ("prevented", "Prevented"),
                            ("void", "Taken back"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_reason", "No reason given"),
                            ("staff", "No officer to open"),
                            ("frozen", "Movements frozen"),
                            ("strike", "Industrial action"),
                            ("security", "Security invoked"),
                            ("elsewhere", "At a visit, in the yard, elsewhere"),
                            ("out", "Out of the prison"),
                            ("unit", "Reason of the unit itself"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("cell", models.CharField(blank=True, default="", max_length=30)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "visit of a round",
                "ordering": ["day", "recorded_at", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="obstruction",
            name="obstruction_kind_of_source",
        ),
        migrations.AlterField(
            model_name="obstruction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("not_brought", "People not brought"),
                    ("no_reason", "People not brought, no reason given"),
                    ("frozen", "Movements frozen"),
                    ("late", "Late arrivals"),
                    ("lost_half_day", "Half-day lost"),
                    ("not_fetched", "List not fetched by the prison side"),
                    ("repeated", "One person not brought again and again"),
                    ("visits", "Visits in the wings prevented"),
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
        migrations.AddConstraint(
            model_name="obstruction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "kind__in",
                            (
                                "not_brought",
                                "no_reason",
                                "frozen",
                                "late",
                                "lost_half_day",
                                "not_fetched",
                                "repeated",
                                "visits",
                            ),
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
        migrations.AddField(
            model_name="roundkind",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="roundstay",
            name="added_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="roundstay",
            name="detainee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="round_stays", to="appointments.detainee"
            ),
        ),
        migrations.AddField(
            model_name="roundstay",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="roundstay",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="roundstay",
            name="kind",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="stays", to="appointments.roundkind"
            ),
        ),
        migrations.AddField(
            model_name="roundvisit",
            name="building",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.building"
            ),
        ),
        migrations.AddField(
            model_name="roundvisit",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="roundvisit",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="roundvisit",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="roundvisit",
            name="replaces",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replacement",
                to="appointments.roundvisit",
            ),
        ),
        migrations.AddField(
            model_name="roundvisit",
            name="stay",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="appointments.roundstay"
            ),
        ),
        migrations.AddConstraint(
            model_name="roundkind",
            constraint=models.UniqueConstraint(fields=("establishment", "name"), name="round_kind_once"),
        ),
        migrations.AddConstraint(
            model_name="roundkind",
            constraint=models.UniqueConstraint(fields=("establishment", "id"), name="round_kind_of_establishment"),
        ),
        migrations.AddConstraint(
            model_name="roundkind",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    ("rhythm__in", ["weekly", "daily", "weekdays"]),
                    ("team__in", ["any", "clinician", "nurse"]),
                ),
                name="round_kind_words_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundkind",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("least_days__range", (1, 7)),
                    ("times_a_week__range", (1, 6)),
                    ("most_days__gte", models.F("least_days")),
                    ("most_days__range", (1, 7)),
                ),
                name="round_kind_sensible",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundkind",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("weekdays__regex", "^0?1?2?3?4?5?6?$"),
                    models.Q(
                        models.Q(("rhythm", "weekdays"), _negated=True),
                        models.Q(("weekdays", ""), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(("rhythm", "weekdays"), ("weekdays", ""), _connector="OR"),
                ),
                name="round_kind_weekdays",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundkind",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_legal", False),
                    ("rhythm", "daily"),
                    models.Q(("rhythm", "weekly"), ("times_a_week__gte", 2)),
                    models.Q(("rhythm", "weekdays"), ("weekdays__regex", "^..+$")),
                    _connector="OR",
                ),
                name="round_kind_legal_minimum",
            ),
        ),
        migrations.AddIndex(
            model_name="roundstay",
            index=models.Index(fields=["establishment", "ends_on"], name="round_stay_by_end"),
        ),
        migrations.AddConstraint(
            model_name="roundstay",
            constraint=models.UniqueConstraint(fields=("establishment", "id"), name="round_stay_of_establishment"),
        ),
        migrations.AddConstraint(
            model_name="roundstay",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__isnull", True), ("ends_on__gte", models.F("since")), _connector="OR"),
                name="round_stay_ends_after",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundstay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("place", ""), _negated=True), ("added_by__isnull", False), _connector="OR"
                ),
                name="round_stay_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundstay",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("kind", "="),
                    ("detainee", "="),
                    (
                        models.Func(
                            "since",
                            "ends_on",
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="round_stay_once",
            ),
        ),
        migrations.AddIndex(
            model_name="roundvisit",
            index=models.Index(fields=["establishment", "day"], name="round_visit_by_day"),
        ),
        migrations.AddConstraint(
            model_name="roundvisit",
            constraint=models.UniqueConstraint(fields=("stay", "day", "id"), name="round_visit_of_day"),
        ),
        migrations.AddConstraint(
            model_name="roundvisit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces__isnull", True)), fields=("stay", "day"), name="round_visit_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="roundvisit",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["seen", "refused", "prevented", "void"])),
                name="round_visit_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundvisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("outcome", "prevented"),
                        (
                            "reason__in",
                            ["no_reason", "staff", "frozen", "strike", "security", "elsewhere", "out", "unit"],
                        ),
                    ),
                    models.Q(models.Q(("outcome", "prevented"), _negated=True), ("reason", "")),
                    _connector="OR",
                ),
                name="round_visit_prevented_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundvisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "void"), _negated=True), ("replaces__isnull", False), _connector="OR"
                ),
                name="round_visit_takes_back",
            ),
        ),
    ]

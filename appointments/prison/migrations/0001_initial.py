"""The prison's own tables: editions, the courier's heartbeat, taps and where lines stand, freezes, alerts, sheets."""

from __future__ import annotations

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeskCount",
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
                ("taps", models.BigIntegerField(default=0)),
                ("minute", models.DateTimeField(null=True)),
                ("of_minute", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.SmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_heartbeat")],
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("planned_for", models.DateTimeField(null=True)),
                ("lines", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={
                "verbose_name": "movement list",
                "ordering": ["establishment", "day"],
                "constraints": [models.UniqueConstraint(fields=("establishment", "day"), name="one_edition_a_day")],
            },
        ),
        migrations.CreateModel(
            name="LineState",
            fields=[
                ("line", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("expected", "Expected"),
                            ("called", "Called"),
                            ("left", "Left"),
                            ("arrived", "Arrived"),
                            ("back", "Back"),
                            ("impeded", "Not brought"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "impediment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("PARLOIR", "Visit, lawyer"),
                            ("PROMENADE", "Exercise yard"),
                            ("ACTIVITE", "Sport, school, worship, activity"),
                            ("TRAVAIL", "Work, training"),
                            ("AUTRE_CONV", "Other summons"),
                            ("EXTRACTION", "Out on escort (no detail)"),
                            ("TRANSFERT", "Moved or released"),
                            ("QDQI", "Punishment or isolation wing, not escorted"),
                            ("EFFECTIF", "Staff shortage"),
                            ("BLOCAGE", "Movements frozen"),
                            ("MVT_SOCIAL", "Industrial action"),
                            ("LISTE_NR", "List not received"),
                            ("CELLULE", "Wrong cell on the list"),
                            ("REF_DECL", "Refusal reported by the prison"),
                            ("SANS_MOTIF", "No reason given"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(null=True)),
                (
                    "previous_state",
                    models.CharField(
                        choices=[
                            ("expected", "Expected"),
                            ("called", "Called"),
                            ("left", "Left"),
                            ("arrived", "Arrived"),
                            ("back", "Back"),
                            ("impeded", "Not brought"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "previous_impediment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("PARLOIR", "Visit, lawyer"),
                            ("PROMENADE", "Exercise yard"),
                            ("ACTIVITE", "Sport, school, worship, activity"),
                            ("TRAVAIL", "Work, training"),
                            ("AUTRE_CONV", "Other summons"),
                            ("EXTRACTION", "Out on escort (no detail)"),
                            ("TRANSFERT", "Moved or released"),
                            ("QDQI", "Punishment or isolation wing, not escorted"),
                            ("EFFECTIF", "Staff shortage"),
                            ("BLOCAGE", "Movements frozen"),
                            ("MVT_SOCIAL", "Industrial action"),
                            ("LISTE_NR", "List not received"),
                            ("CELLULE", "Wrong cell on the list"),
                            ("REF_DECL", "Refusal reported by the prison"),
                            ("SANS_MOTIF", "No reason given"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={
                "verbose_name": "movement",
                "indexes": [models.Index(fields=["establishment", "day"], name="line_state_of_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["expected", "called", "left", "arrived", "back", "impeded"])),
                        name="line_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "impediment__in",
                                    [
                                        "PARLOIR",
                                        "PROMENADE",
                                        "ACTIVITE",
                                        "TRAVAIL",
                                        "AUTRE_CONV",
                                        "EXTRACTION",
                                        "TRANSFERT",
                                        "QDQI",
                                        "EFFECTIF",
                                        "BLOCAGE",
                                        "MVT_SOCIAL",
                                        "LISTE_NR",
                                        "CELLULE",
                                        "REF_DECL",
                                        "SANS_MOTIF",
                                    ],
                                ),
                                ("state", "impeded"),
                            ),
                            models.Q(models.Q(("state", "impeded"), _negated=True), ("impediment", "")),
                            _connector="OR",
                        ),
                        name="line_impeded_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "previous_impediment__in",
                                    [
                                        "PARLOIR",
                                        "PROMENADE",
                                        "ACTIVITE",
                                        "TRAVAIL",
                                        "AUTRE_CONV",
                                        "EXTRACTION",
                                        "TRANSFERT",
                                        "QDQI",
                                        "EFFECTIF",
                                        "BLOCAGE",
                                        "MVT_SOCIAL",
                                        "LISTE_NR",
                                        "CELLULE",
                                        "REF_DECL",
                                        "SANS_MOTIF",
                                    ],
                                ),
                                ("previous_state", "impeded"),
                            ),
                            models.Q(
                                models.Q(("previous_state", "impeded"), _negated=True), ("previous_impediment", "")
                            ),
                            _connector="OR",
                        ),
                        name="line_was_impeded_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("at__isnull", False), ("state__in", ("called", "left", "arrived", "impeded"))),
                            models.Q(
                                models.Q(("state__in", ("called", "left", "arrived", "impeded")), _negated=True),
                                ("at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="no_hour_of_a_return",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrintedSheet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("batch", models.UUIDField(editable=False)),
                ("day", models.DateField()),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("lines", models.JSONField()),
                ("printed_at", models.DateTimeField(auto_now_add=True)),
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
                    "printed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "printed sheet",
                "verbose_name_plural": "printed sheets",
                "ordering": ["-printed_at", "-id"],
                "indexes": [models.Index(fields=["building", "day", "-printed_at"], name="sheet_by_building")],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "building"), name="one_sheet_a_building_and_click")
                ],
            },
        ),
        migrations.CreateModel(
            name="PrisonAlert",
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
                ("is_received", models.BooleanField(default=False, editable=False)),
                ("is_carried", models.BooleanField(default=False, editable=False)),
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
            ],
            options={
                "verbose_name": "alert",
                "verbose_name_plural": "alerts",
                "ordering": ["-raised_at", "-id"],
                "indexes": [
                    models.Index(fields=["establishment", "-raised_at"], name="prison_alert_newest"),
                    models.Index(condition=models.Q(("is_carried", False)), fields=["id"], name="alert_to_carry"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_received", False)),
                        fields=("establishment", "register_number", "urgency"),
                        name="one_alert_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("urgency__in", ["today", "now"])), name="prison_alert_urgency_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("register_number__regex", "^[0-9A-Za-z ./-]{1,20}$")),
                        name="prison_alert_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_name__regex", "^[^\\d!?.,;:()]{0,60}$"),
                            ("last_name__regex", "^[^\\d!?.,;:()]{1,60}$"),
                        ),
                        name="prison_alert_names",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrisonFreeze",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
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
                ("is_carried", models.BooleanField(default=False, editable=False)),
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
                "indexes": [
                    models.Index(fields=["establishment", "-frozen_at"], name="prison_freeze_newest"),
                    models.Index(condition=models.Q(("is_carried", False)), fields=["id"], name="freeze_to_carry"),
                ],
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
                        name="prison_freeze_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                            models.Q(("lifted_at__gte", models.F("frozen_at")), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="prison_freeze_lifted_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishingHour",
            fields=[
                ("id", models.BigIntegerField(editable=False, primary_key=True, serialize=False)),
                ("at", models.TimeField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "since"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"),
                        name="hour_holds_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tap",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(editable=False)),
                ("register_number", models.CharField(editable=False, max_length=20)),
                ("expected_at", models.DateTimeField(editable=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("line", models.UUIDField()),
                ("seen_state", models.CharField(max_length=10)),
                ("seen_impediment", models.CharField(blank=True, default="", max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("expected", "Expected"),
                            ("called", "Called"),
                            ("left", "Left"),
                            ("arrived", "Arrived"),
                            ("back", "Back"),
                            ("impeded", "Not brought"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "impediment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("PARLOIR", "Visit, lawyer"),
                            ("PROMENADE", "Exercise yard"),
                            ("ACTIVITE", "Sport, school, worship, activity"),
                            ("TRAVAIL", "Work, training"),
                            ("AUTRE_CONV", "Other summons"),
                            ("EXTRACTION", "Out on escort (no detail)"),
                            ("TRANSFERT", "Moved or released"),
                            ("QDQI", "Punishment or isolation wing, not escorted"),
                            ("EFFECTIF", "Staff shortage"),
                            ("BLOCAGE", "Movements frozen"),
                            ("MVT_SOCIAL", "Industrial action"),
                            ("LISTE_NR", "List not received"),
                            ("CELLULE", "Wrong cell on the list"),
                            ("REF_DECL", "Refusal reported by the prison"),
                            ("SANS_MOTIF", "No reason given"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("establishment", "number"), name="tap_numbered_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["expected", "called", "left", "arrived", "back", "impeded"])),
                        name="tap_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "impediment__in",
                                    [
                                        "PARLOIR",
                                        "PROMENADE",
                                        "ACTIVITE",
                                        "TRAVAIL",
                                        "AUTRE_CONV",
                                        "EXTRACTION",
                                        "TRANSFERT",
                                        "QDQI",
                                        "EFFECTIF",
                                        "BLOCAGE",
                                        "MVT_SOCIAL",
                                        "LISTE_NR",
                                        "CELLULE",
                                        "REF_DECL",
                                        "SANS_MOTIF",
                                    ],
                                ),
                                ("state", "impeded"),
                            ),
                            models.Q(models.Q(("state", "impeded"), _negated=True), ("impediment", "")),
                            _connector="OR",
                        ),
                        name="tap_impeded_with_reason",
                    ),
                ],
            },
        ),
    ]

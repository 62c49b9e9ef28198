"""The neutral shadow: movements, when lists are published, what officers record, freezes, alerts, printed sheets."""

from __future__ import annotations

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("appointments", "0002_planning"),
    ]

    operations = [
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.building"
                    ),
                ),
                ("cell", models.CharField(max_length=30, verbose_name="cell")),
                ("last_name", models.CharField(max_length=100, verbose_name="name")),
                ("first_name", models.CharField(max_length=100, verbose_name="first name")),
                ("register_number", models.CharField(max_length=20, verbose_name="register number")),
                ("expected_at", models.DateTimeField(verbose_name="expected at")),
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
                        default="expected",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("state_at", models.DateTimeField(blank=True, null=True)),
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
                        verbose_name="impediment",
                    ),
                ),
                ("visible_from", models.DateTimeField(editable=False, null=True)),
                ("is_added", models.BooleanField(default=False, editable=False)),
                ("withdrawn_from", models.DateTimeField(editable=False, null=True)),
                ("restored_from", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "movement",
                "ordering": ["expected_at", "cell", "last_name", "first_name", "register_number"],
                "indexes": [models.Index(fields=["establishment", "expected_at"], name="movement_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("establishment", "register_number", "expected_at"),
                        name="one_movement_per_person_and_arrival",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["expected", "called", "left", "arrived", "back", "impeded"])),
                        name="movement_state_known",
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
                        name="impeded_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "expected"), ("state_at__isnull", True)),
                            models.Q(models.Q(("state", "expected"), _negated=True), ("state_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="recorded_state_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("visible_from__isnull", True),
                            ("visible_from__lte", models.F("expected_at")),
                            _connector="OR",
                        ),
                        name="movement_published_before_the_call",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("restored_from__isnull", True), ("withdrawn_from__isnull", False), _connector="OR"
                        ),
                        name="movement_restored_after_withdrawal",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MovementMark",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("mark", models.TextField()),
            ],
            options={
                "db_table": "appointments_movementmark",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="MovementEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                ("register_number", models.CharField(max_length=20)),
                ("expected_at", models.DateTimeField()),
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
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        fields=["establishment", "expected_at", "register_number", "id"], name="event_of_line"
                    ),
                    models.Index(fields=["establishment", "-id"], name="event_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["expected", "called", "left", "arrived", "back", "impeded"])),
                        name="event_state_known",
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
                        name="event_impeded_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventTurn",
            fields=[("establishment_id", models.BigIntegerField(primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="PublicationTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publication_times",
                        to="access.establishment",
                    ),
                ),
                ("at", models.TimeField(verbose_name="publication time")),
                ("since", models.DateField(verbose_name="from")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "verbose_name": "publication time",
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("establishment", "at"),
                        name="publication_time_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"),
                        name="publication_time_holds_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnplannedPublication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                ("day", models.DateField()),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["establishment", "day"], name="unplanned_by_day")],
            },
        ),
        migrations.CreateModel(
            name="PrintedSheet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("batch", models.UUIDField(editable=False)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.building"
                    ),
                ),
                ("day", models.DateField()),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("lines", models.JSONField()),
                (
                    "printed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("printed_at", models.DateTimeField(auto_now_add=True)),
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
            name="Freeze",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
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
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.building"
                    ),
                ),
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
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("received_at", models.DateTimeField(blank=True, null=True)),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "is_received",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(received_at__isnull=False, then=True), default=False),
                        output_field=models.BooleanField(),
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
                        condition=models.Q(("received_at__isnull", True)),
                        fields=("establishment", "register_number", "urgency"),
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
        migrations.CreateModel(
            name="SlipWording",
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
                    "label",
                    models.CharField(
                        choices=[
                            ("convocation", "Convocation"),
                            ("billet", "Circulation pass"),
                            ("bon", "Movement slip"),
                        ],
                        default="convocation",
                        max_length=20,
                        verbose_name="word on the slip",
                    ),
                ),
            ],
            options={
                "verbose_name": "word on the slip",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("label__in", ["convocation", "billet", "bon"])), name="slip_label_known"
                    )
                ],
            },
        ),
    ]

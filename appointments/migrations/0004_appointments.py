"""Appointments, the series they belong to, and their history."""

from __future__ import annotations

import uuid

import django.contrib.postgres.constraints
import django.db.models.constraints
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import appointments.models.agenda


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("appointments", "0003_movements"),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "detainee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.detainee"
                    ),
                ),
                ("rule", models.CharField(max_length=200)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "series",
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("establishment", "detainee", "id"), name="series_of_person"),
                    models.CheckConstraint(condition=models.Q(("rule__startswith", "FREQ=")), name="series_has_rule"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "agenda",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="appointments.agenda",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="appointments.consultationsession",
                    ),
                ),
                (
                    "detainee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="appointments.detainee",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.kind"
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="appointments.series",
                    ),
                ),
                (
                    "movement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.movement",
                    ),
                ),
                ("called_at", models.DateTimeField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("shares_time", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("arrived", "Arrived"),
                            ("in_consultation", "In consultation"),
                            ("seen", "Seen"),
                            ("not_come", "Did not come"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="booked",
                        max_length=16,
                    ),
                ),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cancel_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("US_ABS", "Practitioner absent"),
                            ("US_REPORT", "Postponed by care"),
                            ("US_HOSPI", "In hospital"),
                            ("REF_CONF", "Refusal confirmed with the patient"),
                            ("TRANSFERT", "Moved or released"),
                            ("ERREUR", "Booked by mistake"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "not_come_declared",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("REF_DECL", "Refusal reported by the prison"),
                            ("REF_CONF", "Refusal confirmed with the patient"),
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
                            ("NON_APPELE", "Not called, says the patient"),
                            ("SANS_MOTIF", "No reason given"),
                            ("RETARD", "Came too late to be seen"),
                            ("REPARTI", "Left before being seen"),
                            ("US_ABS", "Practitioner absent"),
                            ("US_REPORT", "Postponed by care"),
                            ("US_HOSPI", "In hospital"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "not_come_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("REF_DECL", "Refusal reported by the prison"),
                            ("REF_CONF", "Refusal confirmed with the patient"),
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
                            ("NON_APPELE", "Not called, says the patient"),
                            ("SANS_MOTIF", "No reason given"),
                            ("RETARD", "Came too late to be seen"),
                            ("REPARTI", "Left before being seen"),
                            ("US_ABS", "Practitioner absent"),
                            ("US_REPORT", "Postponed by care"),
                            ("US_HOSPI", "In hospital"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="appointments.appointment",
                    ),
                ),
                (
                    "booked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("booked_at", models.DateTimeField(auto_now_add=True)),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "verbose_name": "appointment",
                "ordering": ["starts_at", "id"],
                "indexes": [
                    models.Index(fields=["establishment", "starts_at"], name="appointment_by_start"),
                    models.Index(fields=["detainee", "-starts_at"], name="appointment_by_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="appointment_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("called_at__lte", models.F("starts_at"))), name="called_before_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["booked", "arrived", "in_consultation", "seen", "not_come", "cancelled"])
                        ),
                        name="appointment_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "cancel_reason__in",
                                    ["US_ABS", "US_REPORT", "US_HOSPI", "REF_CONF", "TRANSFERT", "ERREUR"],
                                ),
                                ("status", "cancelled"),
                            ),
                            models.Q(models.Q(("status", "cancelled"), _negated=True), ("cancel_reason", "")),
                            _connector="OR",
                        ),
                        name="cancelled_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status", "not_come"),
                                models.Q(
                                    (
                                        "not_come_reason__in",
                                        (
                                            "SANS_MOTIF",
                                            "REF_CONF",
                                            "NON_APPELE",
                                            "RETARD",
                                            "REPARTI",
                                            "US_ABS",
                                            "US_REPORT",
                                            "US_HOSPI",
                                            "LISTE_NR",
                                            "CELLULE",
                                        ),
                                    ),
                                    models.Q(
                                        (
                                            "not_come_declared__in",
                                            (
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
                                            ),
                                        ),
                                        ("not_come_reason", ""),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                models.Q(("status", "not_come"), _negated=True),
                                ("not_come_declared", ""),
                                ("not_come_reason", ""),
                            ),
                            _connector="OR",
                        ),
                        name="not_come_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("not_come_declared", ""),
                            (
                                "not_come_declared__in",
                                (
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
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="declared_by_the_prison",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("arrived_at", None),
                                ("ended_at", None),
                                ("started_at", None),
                                ("status__in", ["booked", "cancelled"]),
                            ),
                            models.Q(
                                ("arrived_at__isnull", False),
                                ("ended_at", None),
                                ("started_at", None),
                                ("status", "arrived"),
                            ),
                            models.Q(("ended_at", None), ("started_at__isnull", False), ("status", "in_consultation")),
                            models.Q(("ended_at", None), ("started_at", None), ("status", "not_come")),
                            ("status", "seen"),
                            _connector="OR",
                        ),
                        name="times_of_the_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("arrived_at", None),
                                ("started_at", None),
                                ("started_at__gte", models.F("arrived_at")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("started_at", None),
                                ("ended_at", None),
                                ("ended_at__gte", models.F("started_at")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("arrived_at", None),
                                ("ended_at", None),
                                ("ended_at__gte", models.F("arrived_at")),
                                _connector="OR",
                            ),
                        ),
                        name="times_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("follows", models.F("id")), _negated=True), name="follows_another"
                    ),
                    models.UniqueConstraint(fields=("detainee", "id"), name="appointment_of_person"),
                    models.CheckConstraint(
                        condition=models.Q(("session__isnull", False), ("status", "cancelled"), _connector="OR"),
                        name="only_cancelled_without_session",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "cancelled"), _negated=True),
                            ("movement__isnull", True),
                            _connector="OR",
                        ),
                        name="cancelled_without_movement",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            ("shares_time", False), ("status__in", ("booked", "arrived", "in_consultation", "seen"))
                        ),
                        deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                        expressions=[("agenda", "="), (appointments.models.agenda.TimeRange(), "&&")],
                        name="agenda_overlap",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("status__in", ("booked", "arrived", "in_consultation", "seen"))),
                        deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                        expressions=[("detainee", "="), (appointments.models.agenda.TimeRange(), "&&")],
                        name="person_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppointmentChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="appointments.appointment",
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("booked", "booked"),
                            ("moved", "moved"),
                            ("cancelled", "cancelled"),
                            ("arrived", "marked as arrived"),
                            ("started", "consultation begun"),
                            ("seen", "marked as seen"),
                            ("not_come", "marked as not come"),
                            ("reason", "reason completed"),
                            ("undone", "taken back"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="appointments.appointmentchange",
                    ),
                ),
                ("by_id", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(max_length=150, verbose_name="who")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
            ],
            options={
                "verbose_name": "change of an appointment",
                "verbose_name_plural": "changes of appointments",
                "ordering": ["appointment", "revision"],
                "indexes": [models.Index(fields=["establishment", "-at"], name="change_by_time")],
                "constraints": [
                    models.UniqueConstraint(fields=("appointment", "revision"), name="one_change_a_revision"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "what__in",
                                [
                                    "booked",
                                    "moved",
                                    "cancelled",
                                    "arrived",
                                    "started",
                                    "seen",
                                    "not_come",
                                    "reason",
                                    "undone",
                                ],
                            )
                        ),
                        name="change_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undoes__isnull", False), ("what", "undone")),
                            models.Q(models.Q(("what", "undone"), _negated=True), ("undoes", None)),
                            _connector="OR",
                        ),
                        name="undone_undoes_something",
                    ),
                ],
            },
        ),
    ]

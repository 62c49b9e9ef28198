"""Hospital escorts."""

from __future__ import annotations

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("appointments", "0005_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="Escort",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escorts",
                        to="appointments.detainee",
                    ),
                ),
                ("hospital", models.CharField(max_length=80, verbose_name="hospital")),
                ("department", models.CharField(blank=True, default="", max_length=80, verbose_name="department")),
                ("expected_at", models.DateTimeField(verbose_name="expected at the hospital")),
                (
                    "transport",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("assis", "Seated"),
                                ("couche", "Lying down (ambulance)"),
                                ("fauteuil", "Wheelchair"),
                                ("soignant", "A carer comes along"),
                                ("jeun", "Fasting"),
                                ("interprete", "Interpreter"),
                                ("masque", "Mask"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("confirmed", "Confirmed"),
                            ("departed", "Departure announced"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                (
                    "cancel_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ESCORTE", "Prison: no escort or no vehicle"),
                            ("DETENTION", "Prison: order, incident, other priority"),
                            ("UNITE", "Health unit: postponed or no longer needed"),
                            ("REFUS", "Refusal confirmed with the patient"),
                            ("HOPITAL", "Hospital: date withdrawn or refused"),
                            ("TRANSFERT", "Moved or released"),
                            ("ERREUR", "Planned by mistake"),
                        ],
                        default="",
                        max_length=10,
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
                ("departed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "follows",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned_again_as",
                        to="appointments.escort",
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("planned_at", models.DateTimeField(auto_now_add=True)),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "verbose_name": "hospital escort",
                "verbose_name_plural": "hospital escorts",
                "ordering": ["expected_at", "id"],
                "indexes": [models.Index(fields=["establishment", "expected_at"], name="escort_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["planned", "confirmed", "departed", "done", "cancelled"])),
                        name="escort_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hospital", ""), _negated=True), name="escort_has_hospital"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "transport__contained_by",
                                ["assis", "couche", "fauteuil", "soignant", "jeun", "interprete", "masque"],
                            )
                        ),
                        name="escort_transport_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "cancel_reason__in",
                                    ["ESCORTE", "DETENTION", "UNITE", "REFUS", "HOPITAL", "TRANSFERT", "ERREUR"],
                                ),
                                ("status", "cancelled"),
                            ),
                            models.Q(models.Q(("status", "cancelled"), _negated=True), ("cancel_reason", "")),
                            _connector="OR",
                        ),
                        name="escort_cancelled_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("departed_at__isnull", False), ("status__in", ["departed", "done"])),
                            models.Q(("departed_at__isnull", True), ("status__in", ("planned", "confirmed"))),
                            ("status", "cancelled"),
                            _connector="OR",
                        ),
                        name="escort_departed_when_it_did",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("movement__isnull", True), ("status__in", ["departed", "done"]), _connector="OR"
                        ),
                        name="escort_calls_at_departure",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("follows", models.F("id")), _negated=True),
                        name="escort_follows_another",
                    ),
                    models.UniqueConstraint(fields=("detainee", "id"), name="escort_of_person"),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "cancelled"), _negated=True),
                        fields=("detainee", "expected_at"),
                        name="escort_once",
                    ),
                ],
            },
        ),
    ]

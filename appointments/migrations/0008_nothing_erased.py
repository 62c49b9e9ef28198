"""What nobody may erase: why somebody refused, what was written of escorts before, and which delay is tolerated."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
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
            name="DelaySettings",
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
                ("tolerance", models.PositiveSmallIntegerField(default=30, verbose_name="minutes tolerated")),
            ],
            options={
                "verbose_name": "tolerance of delays",
            },
        ),
        migrations.CreateModel(
            name="EscortChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                (
                    "cancel_reason",
                    models.CharField(
                        choices=[
                            ("ESCORTE", "Prison: no escort or no vehicle"),
                            ("DETENTION", "Prison: order, incident, other priority"),
                            ("UNITE", "Health unit: postponed or no longer needed"),
                            ("REFUS", "Refusal confirmed with the patient"),
                            ("HOPITAL", "Hospital: date withdrawn or refused"),
                            ("TRANSFERT", "Moved or released"),
                            ("ERREUR", "Planned by mistake"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "refusal_cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("AGENT", "An officer in the consultation room"),
                            ("ENTRAVES", "Handcuffs or shackles"),
                            ("SEXE", "Escort of the other sex"),
                            ("PREVENU", "Told too late"),
                            ("ATTENTE", "Waited too long"),
                            ("CRAINTE", "Fear of being identified"),
                            ("MIEUX", "Feels better"),
                            ("AUTRE", "Another cause"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("by_id", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(max_length=150, verbose_name="who")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
            ],
            options={
                "verbose_name": "change of an escort",
                "ordering": ["escort", "revision"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="appointmentchange",
            name="change_known",
        ),
        migrations.AddField(
            model_name="appointment",
            name="refusal_cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("AGENT", "An officer in the consultation room"),
                    ("ENTRAVES", "Handcuffs or shackles"),
                    ("SEXE", "Escort of the other sex"),
                    ("PREVENU", "Told too late"),
                    ("ATTENTE", "Waited too long"),
                    ("CRAINTE", "Fear of being identified"),
                    ("MIEUX", "Feels better"),
                    ("AUTRE", "Another cause"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="escort",
            name="refusal_cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("AGENT", "An officer in the consultation room"),
                    ("ENTRAVES", "Handcuffs or shackles"),
                    ("SEXE", "Escort of the other sex"),
                    ("PREVENU", "Told too late"),
                    ("ATTENTE", "Waited too long"),
                    ("CRAINTE", "Fear of being identified"),
                    ("MIEUX", "Feels better"),
                    ("AUTRE", "Another cause"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="appointmentchange",
            name="what",
            field=models.CharField(
                choices=[
                    ("booked", "booked"),
                    ("moved", "moved"),
                    ("cancelled", "cancelled"),
                    ("arrived", "marked as arrived"),
                    ("started", "consultation begun"),
                    ("seen", "marked as seen"),
                    ("not_come", "marked as not come"),
                    ("reason", "reason completed"),
                    ("cause", "cause of the refusal recorded"),
                    ("undone", "taken back"),
                ],
                max_length=10,
                verbose_name="what",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refusal_cause", ""),
                    models.Q(
                        (
                            "refusal_cause__in",
                            ["AGENT", "ENTRAVES", "SEXE", "PREVENU", "ATTENTE", "CRAINTE", "MIEUX", "AUTRE"],
                        ),
                        models.Q(
                            models.Q(("not_come_reason", "REF_CONF"), ("status", "not_come")),
                            models.Q(("cancel_reason", "REF_CONF"), ("status", "cancelled")),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="cause_of_a_confirmed_refusal",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "cancelled"), _negated=True),
                fields=("follows",),
                name="summoned_again_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentchange",
            constraint=models.CheckConstraint(
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
                            "cause",
                            "undone",
                        ],
                    )
                ),
                name="change_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="escort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refusal_cause", ""),
                    models.Q(
                        ("cancel_reason", "REFUS"),
                        (
                            "refusal_cause__in",
                            ["AGENT", "ENTRAVES", "SEXE", "PREVENU", "ATTENTE", "CRAINTE", "MIEUX", "AUTRE"],
                        ),
                        ("status", "cancelled"),
                    ),
                    _connector="OR",
                ),
                name="escort_cause_of_a_refusal",
            ),
        ),
        migrations.AddConstraint(
            model_name="escort",
            constraint=models.UniqueConstraint(fields=("establishment", "id"), name="escort_of_establishment"),
        ),
        migrations.AddConstraint(
            model_name="delaysettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("tolerance__range", (5, 240))), name="tolerance_in_bounds"
            ),
        ),
        migrations.AddField(
            model_name="escortchange",
            name="escort",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="appointments.escort"
            ),
        ),
        migrations.AddField(
            model_name="escortchange",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddConstraint(
            model_name="escortchange",
            constraint=models.UniqueConstraint(fields=("escort", "revision"), name="one_escort_change_a_revision"),
        ),
        migrations.AddConstraint(
            model_name="escortchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancel_reason__in", ["ESCORTE", "DETENTION", "UNITE", "REFUS", "HOPITAL", "TRANSFERT", "ERREUR"]),
                    (
                        "refusal_cause__in",
                        ["", "AGENT", "ENTRAVES", "SEXE", "PREVENU", "ATTENTE", "CRAINTE", "MIEUX", "AUTRE"],
                    ),
                ),
                name="escort_change_known",
            ),
        ),
    ]

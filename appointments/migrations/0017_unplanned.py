"""Somebody seen without an appointment: in no place, on no list."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_signing_in"),
        ("appointments", "0016_rounds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="appointmentchange",
            name="change_known",
        ),
        migrations.AddField(
            model_name="appointment",
            name="is_unplanned",
            field=models.BooleanField(db_default=False, default=False),
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
                    ("unplanned", "seen without an appointment"),
                ],
                max_length=10,
                verbose_name="what",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_unplanned", False),
                    models.Q(
                        ("called_at", models.F("starts_at")),
                        ("called_from", None),
                        ("follows", None),
                        ("movement", None),
                        ("series", None),
                        ("shares_time", True),
                        ("status__in", ["seen", "cancelled"]),
                    ),
                    _connector="OR",
                ),
                name="unplanned_calls_nobody",
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
                            "unplanned",
                        ],
                    )
                ),
                name="change_known",
            ),
        ),
    ]

"""Appointments kept although their practitioner is away or has left."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_provider_calendar_log"),
        ("appointments", "0019_filling"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptAppointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "absence",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept",
                        to="appointments.absence",
                    ),
                ),
                (
                    "agenda",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.agenda"
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kept", to="appointments.appointment"
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "kept_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "appointment kept",
                "ordering": ["kept_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("absence__isnull", False), ("owner", None)),
                            models.Q(("absence", None), ("owner__isnull", False)),
                            _connector="OR",
                        ),
                        name="kept_for_one_cause",
                    ),
                    models.UniqueConstraint(
                        fields=("appointment", "absence", "starts_at"), name="kept_once_under_absence"
                    ),
                    models.UniqueConstraint(
                        fields=("appointment", "owner", "agenda", "starts_at"), name="kept_once_for_owner"
                    ),
                ],
            },
        ),
    ]

"""Emergency access to an agenda or a person out of scope."""

from __future__ import annotations

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_sides_and_second_words"),
        ("appointments", "0012_exports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EmergencyAccess",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("began_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("until", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("word_until", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "word",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "confirmed"),
                            ("refused", "refused"),
                            ("late", "not answered in time"),
                            ("nobody", "first head of the unit: there was nobody to ask"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("word_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agenda",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.agenda",
                    ),
                ),
                (
                    "detainee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "word_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "emergency access",
                "verbose_name_plural": "emergency accesses",
                "ordering": ["-began_at", "-id"],
                "indexes": [
                    models.Index(fields=["establishment", "user", "-began_at"], name="emergencies_of_account"),
                    models.Index(fields=["establishment", "-began_at"], name="emergencies_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agenda__isnull", False), ("detainee__isnull", True)),
                            models.Q(("agenda__isnull", True), ("detainee__isnull", False)),
                            _connector="OR",
                        ),
                        name="emergency_of_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("word", ""), ("word_at__isnull", True), ("word_by__isnull", True)),
                            models.Q(
                                ("word__in", ["confirmed", "refused"]),
                                ("word_at__isnull", False),
                                ("word_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="emergency_word_of_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("word_by__isnull", True),
                            models.Q(("word_by", models.F("user")), _negated=True),
                            _connector="OR",
                        ),
                        name="emergency_word_of_another",
                    ),
                ],
            },
        ),
    ]

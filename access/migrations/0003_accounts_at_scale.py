"""Sheets with enrolment codes, accounts that nobody uses, reviews of who has what."""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_signing_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("care", "Care"), ("prison", "Prison"), ("accounts", "Accounts")], max_length=10
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="opened"),
                ),
                ("opened_by_id", models.BigIntegerField(null=True)),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
            ],
            options={
                "verbose_name": "review of accounts",
                "verbose_name_plural": "reviews of accounts",
                "ordering": ["-opened_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ReviewLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("username", models.CharField(max_length=60)),
                ("full_name", models.CharField(max_length=120)),
                ("is_active", models.BooleanField()),
                ("last_login", models.DateTimeField(null=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("head", "Head of unit"),
                            ("clinician", "Clinician"),
                            ("nurse", "Nurse"),
                            ("secretary", "Medical secretary"),
                            ("unit_officer", "Health-unit officer"),
                            ("floor_officer", "Floor officer"),
                            ("senior_officer", "Senior officer"),
                            ("movement_office", "Movement office"),
                            ("account_admin", "Account administrator"),
                        ],
                        max_length=20,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("rights", models.JSONField(default=list)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("confirmed", "confirmed"), ("withdrawn", "withdrawn")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by_id", models.BigIntegerField(null=True)),
            ],
            options={
                "ordering": ["review", "full_name", "id"],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="counted_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="sheet_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="suspended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("suspended_at", None), ("is_active", False), _connector="OR"),
                name="suspended_is_closed",
            ),
        ),
        migrations.AddField(
            model_name="accessreview",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="reviewline",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="access.accessreview"
            ),
        ),
        migrations.AddConstraint(
            model_name="accessreview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("establishment", "side"), name="one_open_review_a_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewline",
            constraint=models.UniqueConstraint(fields=("review", "user_id"), name="account_once_a_review"),
        ),
        migrations.AddConstraint(
            model_name="reviewline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by_id", None), ("decision", "")),
                    models.Q(("decided_at__isnull", False), ("decision__in", ["confirmed", "withdrawn"])),
                    _connector="OR",
                ),
                name="decision_has_its_hour",
            ),
        ),
    ]

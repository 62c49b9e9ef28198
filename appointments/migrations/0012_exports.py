"""Files and calendar that the unit opens to an officer's account, and what was taken."""

from __future__ import annotations

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("appointments", "0011_plan_proposals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportPermission",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("username", models.CharField(max_length=60, verbose_name="user name")),
                ("opened_on", models.DateField()),
                ("until", models.DateField(verbose_name="until")),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("open", "open"), ("unknown", "no such account"), ("closed", "closed")],
                        default="",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "permission to export",
                "verbose_name_plural": "permissions to export",
                "ordering": ["-opened_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("establishment"),
                        django.db.models.functions.text.Lower("username"),
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        name="one_export_permission",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            models.Q(("withdrawn_at__gte", models.F("opened_at")), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="export_withdrawn_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["", "open", "unknown", "closed"])),
                        name="export_answer_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportUse",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("username", models.CharField(max_length=60, verbose_name="user name")),
                (
                    "taken_as",
                    models.CharField(
                        choices=[("file", "spreadsheet (CSV)"), ("calendar", "calendar subscription")], max_length=10
                    ),
                ),
                ("hour", models.DateTimeField()),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={
                "verbose_name": "use of a permission to export",
                "verbose_name_plural": "uses of permissions to export",
                "ordering": ["-hour", "username", "taken_as"],
                "indexes": [models.Index(fields=["establishment", "-hour"], name="export_use_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("taken_as__in", ["file", "calendar"])), name="export_use_known"
                    )
                ],
            },
        ),
    ]

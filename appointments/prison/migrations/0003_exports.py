"""Files and calendar are closed until the unit opens them to an account: addresses of before end."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("prison", "0002_hour_of_a_printed_sheet"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PrisonExportPermission",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("username", models.CharField(max_length=60)),
                ("until", models.DateField()),
                ("is_known", models.BooleanField(default=False, editable=False)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={
                "verbose_name": "permission to export",
                "verbose_name_plural": "permissions to export",
                "db_table": "prison_exportpermission",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PrisonExportUse",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("username", models.CharField(editable=False, max_length=60)),
                (
                    "taken_as",
                    models.CharField(
                        choices=[("file", "spreadsheet (CSV)"), ("calendar", "calendar subscription")], max_length=10
                    ),
                ),
                ("hour", models.DateTimeField(editable=False)),
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
                "verbose_name": "use of a permission to export",
                "verbose_name_plural": "uses of permissions to export",
                "db_table": "prison_exportuse",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("taken_as__in", ["file", "calendar"])), name="prison_export_use_known"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "UPDATE access_calendaraddress SET revoked_at = now() WHERE revoked_at IS NULL",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]

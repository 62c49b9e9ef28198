"""Publication times, what a line shows when, and the sheets that were printed."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_wall"),
        ("appointments", "0005_registry_upload_digest"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            name="PrintedSheet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("batch", models.UUIDField(editable=False)),
                ("day", models.DateField()),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("lines", models.JSONField()),
                ("printed_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "printed sheet",
                "verbose_name_plural": "printed sheets",
                "ordering": ["-printed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="PublicationTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.TimeField(verbose_name="publication time")),
                ("since", models.DateField(verbose_name="from")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "verbose_name": "publication time",
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="UnplannedPublication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="movement",
            name="is_added",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="movement",
            name="restored_from",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="movement",
            name="visible_from",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="movement",
            name="withdrawn_from",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("visible_from__isnull", True), ("visible_from__lte", models.F("expected_at")), _connector="OR"
                ),
                name="movement_published_before_the_call",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(("restored_from__isnull", True), ("withdrawn_from__isnull", False), _connector="OR"),
                name="movement_restored_after_withdrawal",
            ),
        ),
        migrations.AddField(
            model_name="printedsheet",
            name="building",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.building"
            ),
        ),
        migrations.AddField(
            model_name="printedsheet",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="printedsheet",
            name="printed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="publicationtime",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="publication_times", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="unplannedpublication",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddIndex(
            model_name="printedsheet",
            index=models.Index(fields=["building", "day", "-printed_at"], name="sheet_by_building"),
        ),
        migrations.AddConstraint(
            model_name="printedsheet",
            constraint=models.UniqueConstraint(fields=("batch", "building"), name="one_sheet_a_building_and_click"),
        ),
        migrations.AddConstraint(
            model_name="publicationtime",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)),
                fields=("establishment", "at"),
                name="publication_time_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="publicationtime",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"),
                name="publication_time_holds_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="unplannedpublication",
            index=models.Index(fields=["establishment", "day"], name="unplanned_by_day"),
        ),
    ]

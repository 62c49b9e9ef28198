"""The nominal list: detained people, what was imported, and what waits for its preview."""

from __future__ import annotations

import uuid

import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_initial"),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        migrations.CreateModel(
            name="Detainee",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                ("register_number", models.CharField(max_length=20, verbose_name="register number")),
                ("last_name", models.CharField(max_length=100, verbose_name="name")),
                ("first_name", models.CharField(max_length=100, verbose_name="first name")),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="date of birth")),
                (
                    "building",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.building",
                        verbose_name="building",
                    ),
                ),
                ("cell", models.CharField(blank=True, default="", max_length=30, verbose_name="cell")),
                ("arrived_on", models.DateField(blank=True, null=True, verbose_name="arrived on")),
                ("released_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                ("search_text", models.CharField(editable=False, max_length=300)),
            ],
            options={
                "verbose_name": "detained person",
                "verbose_name_plural": "detained persons",
                "ordering": ["last_name", "first_name", "register_number", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search_text"], name="detainee_search", opclasses=["gin_trgm_ops"]
                    ),
                    models.Index(fields=["establishment", "last_name", "first_name"], name="detainee_by_name"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("released_on__isnull", True)),
                        fields=("establishment", "register_number"),
                        name="register_number_once_present",
                    ),
                    models.UniqueConstraint(fields=("establishment", "id"), name="detainee_of_establishment"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_on__isnull", False),
                            models.Q(("building__isnull", False), models.Q(("cell", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="present_person_has_cell",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistryImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                ("applied_at", models.DateTimeField(auto_now_add=True)),
                (
                    "applied_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("file_digest", models.CharField(max_length=64)),
                ("new", models.PositiveIntegerField(default=0)),
                ("moved", models.PositiveIntegerField(default=0)),
                ("released", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="RegistryUpload",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
                ("content", models.BinaryField()),
                ("file_digest", models.CharField(default="", max_length=64)),
                ("complete", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-uploaded_at"],
            },
        ),
    ]

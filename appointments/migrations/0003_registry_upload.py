"""Keep an uploaded nominal list between its preview and its application, for the care door alone."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_wall"),
        ("appointments", "0002_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RegistryUpload",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
                ("content", models.BinaryField()),
                ("complete", models.BooleanField(default=False)),
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
            ],
            options={
                "ordering": ["-uploaded_at"],
            },
        ),
        migrations.RunSQL(
            "GRANT SELECT, INSERT, DELETE ON appointments_registryupload TO carehub_care;",
            "REVOKE ALL ON appointments_registryupload FROM carehub_care;",
        ),
    ]

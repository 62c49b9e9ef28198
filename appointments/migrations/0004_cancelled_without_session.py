"""Let a cancelled appointment outlive its session, so that a session in which nobody is expected can be deleted."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0003_registry_upload")]

    operations = [
        migrations.AlterField(
            model_name="appointment",
            name="session",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="appointments.consultationsession",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("session__isnull", False), ("status", "cancelled"), _connector="OR"),
                name="only_cancelled_without_session",
            ),
        ),
    ]

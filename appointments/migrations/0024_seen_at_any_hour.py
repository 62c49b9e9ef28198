"""Who is seen without an appointment comes at any hour: only who is expected stands inside a session."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("appointments", "0023_day_filter")]

    operations = [
        migrations.RemoveConstraint(model_name="appointment", name="only_cancelled_without_session"),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=Q(session__isnull=False) | Q(status="cancelled") | Q(is_unplanned=True),
                name="only_expected_inside_session",
            ),
        ),
    ]

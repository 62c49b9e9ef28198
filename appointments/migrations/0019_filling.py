"""On which half-days somebody who asks to be seen would rather come."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0018_units")]

    operations = [
        migrations.AddField(
            model_name="request",
            name="half_days",
            field=ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("half_days__contained_by", list(range(14)))),
                name="request_half_days_of_a_week",
            ),
        ),
    ]

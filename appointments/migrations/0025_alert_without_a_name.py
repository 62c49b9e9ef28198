"""An alert about a number that no list has comes without a name."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("appointments", "0024_seen_at_any_hour"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="alert",
            name="alert_names",
        ),
        migrations.AlterField(
            model_name="alert",
            name="last_name",
            field=models.CharField(blank=True, default="", max_length=100, verbose_name="name"),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_name__regex", "^[^\\d!?.,;:()]{0,60}$"), ("last_name__regex", "^[^\\d!?.,;:()]{0,60}$")
                ),
                name="alert_names",
            ),
        ),
    ]

"""When an absence or a closure was noted and by whom; what a forwarded request left behind, for bringing it back.

When those of before were noted is not known: the column comes without its default.
"""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0025_alert_without_a_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(
            operation
            for name in ("absence", "closure")
            for operation in (
                migrations.AddField(
                    model_name=name,
                    name="noted_by",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(model_name=name, name="noted_at", field=models.DateTimeField(null=True)),
                migrations.AlterField(
                    model_name=name,
                    name="noted_at",
                    field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True),
                ),
            )
        ),
        migrations.AddField(
            model_name="request",
            name="forwarded_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.careunit",
            ),
        ),
        migrations.AddField(model_name="request", name="forwarded_as", field=models.PositiveIntegerField(null=True)),
        migrations.AddField(model_name="request", name="left_behind", field=models.JSONField(default=dict)),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("forwarded_as", None), ("left_behind", {}))
                | models.Q(("forwarded_as__isnull", False), ("forwarded_from__isnull", False)),
                name="request_left_behind_by_somebody",
            ),
        ),
    ]

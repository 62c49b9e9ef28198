"""Drops indexes that another one begins with, lets that of the agenda go on by start, and leaves out who has no series."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_interface_tokens"),
        ("appointments", "0028_counted_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="appointment",
            name="agenda",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="appointments.agenda",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="detainee",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="appointments.detainee",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="establishment",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="series",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="appointments.series",
            ),
        ),
        migrations.AlterField(
            model_name="appointmentchange",
            name="appointment",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="appointments.appointment",
            ),
        ),
        migrations.AlterField(
            model_name="appointmentchange",
            name="establishment",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AlterField(
            model_name="consultationsession",
            name="agenda",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sessions",
                to="appointments.agenda",
            ),
        ),
        migrations.AlterField(
            model_name="consultationsession",
            name="establishment",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AlterField(
            model_name="consultationsession",
            name="pattern",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="sessions",
                to="appointments.sessionpattern",
            ),
        ),
        migrations.AlterField(
            model_name="detainee",
            name="establishment",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["agenda", "starts_at"], name="appointment_by_agenda"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("series__isnull", False)), fields=["series"], name="appointment_of_series"
            ),
        ),
    ]

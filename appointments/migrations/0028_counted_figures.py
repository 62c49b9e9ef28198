"""What the unit’s figures were counted to be."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_interface_tokens"),
        ("appointments", "0027_set_up"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountedFigures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_whole", models.BooleanField(default=False)),
                (
                    "agendas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("is_nightly", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "asked for"), ("running", "under way"), ("done", "done")],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("counted_at", models.DateTimeField(blank=True, null=True)),
                ("findings", models.JSONField(blank=True, null=True)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
            ],
            options={
                "verbose_name": "counted figures",
                "ordering": ["-until", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["asked", "running"])),
                        fields=["asked_at"],
                        name="counted_figures_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("establishment", "is_whole", "agendas", "since", "until"), name="counted_figures_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agendas__len", 0), ("is_whole", True)),
                            models.Q(("agendas__len__gte", 1), ("is_whole", False)),
                            _connector="OR",
                        ),
                        name="counted_figures_of_agendas",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))), name="counted_figures_of_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "running", "done"])),
                        name="counted_figures_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("progress__lte", 100)), name="counted_figures_progress_of_100"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("counted_at__isnull", False), ("findings__has_key", "version")),
                            _connector="OR",
                        ),
                        name="counted_figures_done_are_there",
                    ),
                ],
            },
        ),
    ]

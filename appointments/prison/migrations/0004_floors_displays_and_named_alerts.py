"""Floors and lateness as the prison sets them; sheets of one wing; wall displays; alerts named by the lists."""

from __future__ import annotations

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("prison", "0003_exports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeskSetting",
            fields=[
                (
                    "establishment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="access.establishment",
                    ),
                ),
                (
                    "floor_rule",
                    models.CharField(
                        choices=[
                            ("before_last", "All but the last part: A-1-102 is on A-1"),
                            ("first_two", "The first two parts: A-1-G-102 is on A-1"),
                            ("hundreds", "The hundreds of the number: A102 is on A1, 214 on 2"),
                            ("none", "The cell does not tell it"),
                        ],
                        default="before_last",
                        max_length=12,
                        verbose_name="How a cell tells its floor",
                    ),
                ),
                ("late_after", models.PositiveSmallIntegerField(default=15, verbose_name="Late after so many minutes")),
            ],
            options={
                "verbose_name": "settings of the desk",
            },
        ),
        migrations.CreateModel(
            name="WallDisplay",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=40, verbose_name="Where it hangs")),
                (
                    "names",
                    models.CharField(
                        choices=[
                            ("short", "Name and initial"),
                            ("full", "Whole names"),
                            ("none", "No names, the cell alone"),
                        ],
                        default="short",
                        max_length=5,
                        verbose_name="Names",
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "wall display",
                "verbose_name_plural": "wall displays",
                "ordering": ["-opened_at", "-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="printedsheet",
            name="one_sheet_a_building_and_click",
        ),
        migrations.RemoveConstraint(
            model_name="prisonalert",
            name="prison_alert_names",
        ),
        migrations.AddField(
            model_name="printedsheet",
            name="wing",
            field=models.CharField(blank=True, db_default="", default="", max_length=30),
        ),
        migrations.AlterField(
            model_name="prisonalert",
            name="last_name",
            field=models.CharField(blank=True, default="", max_length=100, verbose_name="name"),
        ),
        migrations.AddConstraint(
            model_name="printedsheet",
            constraint=models.UniqueConstraint(fields=("batch", "building", "wing"), name="one_sheet_a_wing_and_click"),
        ),
        migrations.AddConstraint(
            model_name="prisonalert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_name__regex", "^[^\\d!?.,;:()]{0,60}$"), ("last_name__regex", "^[^\\d!?.,;:()]{0,60}$")
                ),
                name="prison_alert_names",
            ),
        ),
        migrations.AddConstraint(
            model_name="desksetting",
            constraint=models.CheckConstraint(
                condition=models.Q(("floor_rule__in", ["before_last", "first_two", "hundreds", "none"])),
                name="desk_floor_rule_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="desksetting",
            constraint=models.CheckConstraint(
                condition=models.Q(("late_after__lte", 120)), name="desk_late_after_bounded"
            ),
        ),
        migrations.AddField(
            model_name="walldisplay",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="walldisplay",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="walldisplay",
            constraint=models.CheckConstraint(
                condition=models.Q(("names__in", ["short", "full", "none"])), name="display_names_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="walldisplay",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="display_digest"
            ),
        ),
        migrations.AddConstraint(
            model_name="walldisplay",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("opened_at"))), name="display_ends_after_it_begins"
            ),
        ),
    ]

"""How far a head has come with making a unit ready."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0026_when_noted_and_what_was_forwarded"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SetUpAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("hours", "Hours of the house"),
                            ("kinds", "Kinds of consultation"),
                            ("rooms", "Rooms"),
                            ("agendas", "Practitioners"),
                            ("patterns", "Weekly patterns"),
                            ("list", "Nominal list"),
                            ("accounts", "The team’s accounts"),
                        ],
                        max_length=10,
                    ),
                ),
                ("word", models.CharField(choices=[("done", "Done"), ("later", "For later")], max_length=10)),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "said_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="set_up_answers",
                        to="appointments.careunit",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer about the set-up",
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "step"), name="set_up_step_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("step__in", ["hours", "kinds", "rooms", "agendas", "patterns", "list", "accounts"]),
                            ("word__in", ["done", "later"]),
                        ),
                        name="set_up_words_are_known",
                    ),
                ],
            },
        ),
    ]

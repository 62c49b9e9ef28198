"""Interface tokens, with which other programs ask in an account's name, and what was done with what they sent."""

from __future__ import annotations

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from access.enums import InterfaceScope, Side

SCOPES = ["system/Slot.rs", "system/Appointment.rs", "system/Patient.rs", "system/Appointment.cu"]


class Migration(migrations.Migration):
    dependencies = [("access", "0009_roles_by_place_and_person")]

    operations = [
        migrations.AlterModelOptions(
            name="establishment",
            options={
                "ordering": ["name", "id"],
                "permissions": [
                    ("lead_unit", "Sees and books every agenda of the establishment"),
                    ("view_all_movements", "Sees the movement list of every building"),
                    ("manage_escorts", "Plans and follows hospital escorts, whose date is secret"),
                    ("use_interfaces", "Opens interface tokens, with which other programs ask in the account's name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="InterfaceToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(choices=Side.choices, default="care", max_length=10)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=InterfaceScope.choices, max_length=30), size=None
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "interface token",
                "verbose_name_plural": "interface tokens",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("side", "care")), name="interface_token_of_care"),
                    models.CheckConstraint(
                        condition=models.Q(("scopes__contained_by", SCOPES), ("scopes__len__gte", 1)),
                        name="interface_scopes_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__gt", models.F("created_at")),
                            ("expires_at__lte", models.F("created_at") + datetime.timedelta(days=366)),
                        ),
                        name="interface_token_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="interface_token_named"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InterfaceSending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=64)),
                ("content", models.CharField(max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("made", models.CharField(blank=True, default="", max_length=60)),
                (
                    "token",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="access.interfacetoken"
                    ),
                ),
            ],
            options={
                "verbose_name": "sending of a program",
                "verbose_name_plural": "sendings of programs",
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("token", "word"), name="one_answer_a_sending")],
            },
        ),
    ]

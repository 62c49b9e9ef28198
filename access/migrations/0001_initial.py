"""Places, accounts, roles, sessions, calendar addresses and the access log.

The words of the log are read from the enumeration: a word that is added later needs no migration of its own.
"""

from __future__ import annotations

import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import access.models.establishment
import access.models.user
from access.enums import Verb


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Establishment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "time_zone",
                    models.CharField(
                        default="Europe/Paris",
                        max_length=64,
                        validators=[access.models.establishment.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("prison", models.SlugField(default="prison", max_length=30, verbose_name="prison database")),
            ],
            options={
                "ordering": ["name", "id"],
                "permissions": [
                    ("lead_unit", "Sees and books every agenda of the establishment"),
                    ("view_all_movements", "Sees the movement list of every building"),
                    ("manage_escorts", "Plans and follows hospital escorts, whose date is secret"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Building",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="buildings", to="access.establishment"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="building")),
            ],
            options={
                "ordering": ["establishment", "name", "id"],
                "permissions": [("view_movements", "Sees the movement list of the building")],
                "constraints": [
                    models.UniqueConstraint(fields=("establishment", "name"), name="building_name_once"),
                    models.UniqueConstraint(fields=("establishment", "id"), name="building_of_establishment"),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", access.models.user.PasswordField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="user name",
                    ),
                ),
                ("full_name", models.CharField(max_length=120, verbose_name="name")),
                ("email", models.EmailField(blank=True, default="", max_length=254, verbose_name="e-mail address")),
                (
                    "side",
                    models.CharField(
                        choices=[("care", "Care"), ("prison", "Prison"), ("accounts", "Accounts")],
                        max_length=10,
                        verbose_name="side",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("must_change_password", models.BooleanField(default=True)),
                ("second_factor_since", models.DateTimeField(blank=True, null=True)),
                ("date_joined", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "ordering": ["full_name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("username"),
                        name="user_name_once",
                        violation_error_message="This user name is taken. Choose another.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["care", "prison", "accounts"])), name="user_side_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("side", "care"), _negated=True),
                            models.Q(("email__iregex", "@([a-z0-9-]+\\.)*justice(\\.gouv)?\\.fr$"), _negated=True),
                            _connector="OR",
                        ),
                        name="care_account_without_justice_mail",
                        violation_error_message="A care account cannot use a justice.fr address: care staff must not depend on the prison administration's mail. Give the hospital's address, or none.",
                    ),
                    models.UniqueConstraint(fields=("id", "side"), name="user_of_side"),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsedPassword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("user", "digest"), name="password_is_new")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="access.establishment",
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("care", "Care"), ("prison", "Prison"), ("accounts", "Accounts")], max_length=10
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("head", "Head of unit"),
                            ("clinician", "Clinician"),
                            ("nurse", "Nurse"),
                            ("secretary", "Medical secretary"),
                            ("unit_officer", "Health-unit officer"),
                            ("floor_officer", "Floor officer"),
                            ("senior_officer", "Senior officer"),
                            ("movement_office", "Movement office"),
                            ("account_admin", "Account administrator"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("valid_from", models.DateField(default=access.models.user.today_utc, verbose_name="from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "ordering": ["establishment", "user", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "establishment"), name="one_role_per_establishment"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="role_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role__in", ("head", "clinician", "nurse", "secretary")), ("side", "care")),
                            models.Q(
                                ("role__in", ("unit_officer", "floor_officer", "senior_officer", "movement_office")),
                                ("side", "prison"),
                            ),
                            models.Q(("role__in", ("account_admin",)), ("side", "accounts")),
                            _connector="OR",
                        ),
                        name="role_belongs_to_side",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "side",
                    models.CharField(
                        choices=[("care", "Care"), ("prison", "Prison"), ("accounts", "Accounts")], max_length=10
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user"], name="session_user")],
            },
        ),
        migrations.CreateModel(
            name="CalendarAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_addresses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
                    ),
                ),
                ("scope", models.CharField(blank=True, default="", max_length=40)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("user", "establishment", "scope"),
                        name="one_live_address_per_scope",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="when")),
                ("door", models.CharField(max_length=10, verbose_name="door")),
                ("user_id", models.BigIntegerField(null=True)),
                ("username", models.CharField(max_length=60, verbose_name="who")),
                (
                    "verb",
                    models.CharField(
                        choices=Verb.choices,
                        max_length=20,
                        verbose_name="verb",
                    ),
                ),
                ("target_type", models.CharField(max_length=40, verbose_name="record")),
                ("target_id", models.CharField(blank=True, default="", max_length=60)),
                ("establishment_id", models.BigIntegerField(null=True)),
                ("previous_hash", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("hash", models.CharField(blank=True, default="", editable=False, max_length=64)),
            ],
            options={
                "verbose_name": "access log entry",
                "verbose_name_plural": "access log entries",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["establishment_id", "-id"], name="audit_establishment")],
            },
        ),
        migrations.CreateModel(
            name="AuditChain",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "establishment_id",
                        "door",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("establishment_id", models.BigIntegerField()),
                ("door", models.CharField(max_length=10)),
                ("last_id", models.BigIntegerField()),
                ("last_hash", models.CharField(blank=True, max_length=64)),
                ("minute", models.DateTimeField(null=True)),
                ("lines", models.IntegerField()),
            ],
        ),
    ]

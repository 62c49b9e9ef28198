"""Administrators of one side, agreements on one for both, second persons and what waits for their word."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

# The function that took an administrator's role without its side.
FORGET_WRITE_ACCESS = (
    "DROP FUNCTION IF EXISTS access_write_access(bigint, bigint, bigint, text, date, date, bigint[], text[], boolean[])"
)
KEPT = "as before the update of CareHub: no decision was recorded"


def keep_both_sides(apps: Any, schema_editor: Any) -> None:
    """Who managed both sides goes on; where there is such an administrator, that stands as agreed, without a name."""
    alias = schema_editor.connection.alias
    memberships = apps.get_model("access", "Membership").objects.using(alias).filter(role="account_admin")
    agreements = apps.get_model("access", "JointAdministration").objects.using(alias)
    for place in sorted(set(memberships.values_list("establishment_id", flat=True))):
        agreements.create(establishment_id=place, decided_by=KEPT, decided_on=timezone.now().date())
    memberships.update(administers="both")


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_accounts_at_scale"),
    ]

    operations = [
        migrations.CreateModel(
            name="Custodian",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("named_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "second person",
            },
        ),
        migrations.CreateModel(
            name="JointAdministration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decided_by", models.CharField(max_length=200)),
                ("decided_on", models.DateField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="SecondWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("open_account", "open a care account"),
                            ("reset_factor", "take the second factors of a head of unit away"),
                        ],
                        max_length=20,
                    ),
                ),
                ("asked_by_id", models.BigIntegerField()),
                ("asked_by_name", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("until", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "confirmed"),
                            ("refused", "refused"),
                            ("late", "not answered in time"),
                            ("nobody", "first head of the unit: there was nobody to ask"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("answered_by_id", models.BigIntegerField(null=True)),
                ("answered_by_name", models.CharField(blank=True, default="", max_length=120)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "word of a second person",
                "ordering": ["-asked_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="membership",
            name="administers",
            field=models.CharField(
                blank=True,
                choices=[("care", "the care side’s"), ("prison", "the prison side’s"), ("both", "both sides’")],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="was_head_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="custodian",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="custodian",
            name="named_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="custodian",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="jointadministration",
            name="establishment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="secondword",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="secondword",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddConstraint(
            model_name="custodian",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("establishment", "user"), name="custodian_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="custodian",
            constraint=models.CheckConstraint(
                condition=models.Q(("user", models.F("named_by")), _negated=True), name="custodian_named_by_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="jointadministration",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_by", ""), _negated=True), name="agreement_decided_by_somebody"
            ),
        ),
        migrations.AddIndex(
            model_name="secondword",
            index=models.Index(fields=["establishment", "-asked_at"], name="words_newest"),
        ),
        migrations.AddConstraint(
            model_name="secondword",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "")), fields=("account", "what"), name="word_asked_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="secondword",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["", "confirmed", "refused", "late", "nobody"])), name="word_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="secondword",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True)),
                    models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="word_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondword",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_by_id__isnull", True),
                    models.Q(("answered_by_id", models.F("asked_by_id")), _negated=True),
                    _connector="OR",
                ),
                name="word_of_another_person",
            ),
        ),
        migrations.RunSQL(FORGET_WRITE_ACCESS, migrations.RunSQL.noop),
        migrations.RunPython(keep_both_sides, migrations.RunPython.noop),
        # What waits for the commit is asked now: a table with such checks is not altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("administers__in", ["care", "prison", "both"]), ("role", "account_admin")),
                    models.Q(models.Q(("role", "account_admin"), _negated=True), ("administers", "")),
                    _connector="OR",
                ),
                name="administrators_have_a_side",
            ),
        ),
    ]

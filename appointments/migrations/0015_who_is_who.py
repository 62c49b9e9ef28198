"""Who is who: former numbers, joined records, people added by hand, and what a list changed of whom."""

from __future__ import annotations

import datetime
import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Length

from appointments.arithmetic.name_keys import name_key


def fill_name_keys(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each person the key by which names are compared."""
    people = apps.get_model("appointments", "Detainee").objects
    some = []
    for person in people.only("id", "last_name", "first_name").order_by("pk").iterator(chunk_size=2000):
        person.name_key = name_key(person.last_name, person.first_name)
        some.append(person)
        if len(some) == 2000:
            people.bulk_update(some, ["name_key"])
            some = []
    people.bulk_update(some, ["name_key"])


def part_the_doubled(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Mark the number of whoever a list without leading zeros brought a second time: people then join the two."""
    people = apps.get_model("appointments", "Detainee").objects
    seen = set()
    here = people.filter(released_on__isnull=True).order_by("establishment", Length("register_number").desc(), "pk")
    for person in here:
        key = (person.establishment_id, person.register_number.lstrip("0"), person.name_key, person.birth_date)
        if key in seen:
            people.filter(pk=person.pk).update(register_number=f"{person.register_number[:14]}/{str(person.pk)[:4]}")
        seen.add(key)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_signing_in"),
        ("appointments", "0014_search_and_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("register_number", models.CharField(max_length=20, verbose_name="register number")),
                ("noted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "former register number",
                "verbose_name_plural": "former register numbers",
                "ordering": ["-noted_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="PersonJoin",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("evidence", models.JSONField(default=list)),
                ("moved", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                ("joined_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("by_id", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(max_length=150, verbose_name="who")),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by_id", models.BigIntegerField(null=True)),
                ("undone_by_name", models.CharField(blank=True, default="", max_length=150)),
            ],
            options={
                "verbose_name": "join of two records",
                "verbose_name_plural": "joins of records",
                "ordering": ["-joined_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="RegistryChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "change by a nominal list",
                "verbose_name_plural": "changes by nominal lists",
                "ordering": ["registry_import", "id"],
            },
        ),
        migrations.AddField(
            model_name="detainee",
            name="added_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="detainee",
            name="birth_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year of birth"),
        ),
        migrations.AddField(
            model_name="detainee",
            name="joined_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="joined_records",
                to="appointments.detainee",
            ),
        ),
        migrations.AddField(
            model_name="detainee",
            name="name_key",
            field=models.CharField(default="", editable=False, max_length=420),
        ),
        migrations.AddField(
            model_name="detainee",
            name="origin",
            field=models.CharField(
                choices=[
                    ("list", "The nominal list"),
                    ("prison", "The prison, by word or telephone"),
                    ("paper", "An arrival form"),
                    ("person", "The person"),
                ],
                default="list",
                max_length=10,
                verbose_name="told by",
            ),
        ),
        migrations.AddField(
            model_name="detainee",
            name="provisional_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="detainee",
            name="retracted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="registryimport",
            name="effects",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="registryimport",
            name="undone_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="registryimport",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RunPython(fill_name_keys, migrations.RunPython.noop),
        migrations.RunPython(part_the_doubled, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="detainee",
            index=models.Index(fields=["establishment", "name_key"], name="detainee_by_name_key"),
        ),
        migrations.AddIndex(
            model_name="detainee",
            index=models.Index(
                condition=models.Q(("joined_into__isnull", False)), fields=["joined_into"], name="detainee_joined"
            ),
        ),
        migrations.AddConstraint(
            model_name="detainee",
            constraint=models.UniqueConstraint(
                models.F("establishment"),
                models.Func(models.F("register_number"), models.Value("0"), function="LTRIM"),
                models.F("name_key"),
                django.db.models.functions.comparison.Coalesce(
                    models.F("birth_date"), models.Value(datetime.date(1, 1, 1))
                ),
                condition=models.Q(("released_on__isnull", True)),
                name="number_without_zeros_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="detainee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("birth_year__isnull", True),
                    models.Q(("birth_date__isnull", True), ("birth_year__gte", 1800), ("birth_year__lte", 2200)),
                    _connector="OR",
                ),
                name="birth_date_or_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="detainee",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["list", "prison", "paper", "person"])), name="origin_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="detainee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("provisional_since__isnull", True), ("origin__in", ("prison", "paper", "person")), _connector="OR"
                ),
                name="provisional_has_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="detainee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("joined_into__isnull", True),
                    models.Q(("joined_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="joined_into_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="detainee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("joined_into__isnull", True), ("retracted_at__isnull", True)),
                    ("released_on__isnull", False),
                    _connector="OR",
                ),
                name="set_aside_is_not_present",
            ),
        ),
        migrations.AddField(
            model_name="formernumber",
            name="detainee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="former_numbers", to="appointments.detainee"
            ),
        ),
        migrations.AddField(
            model_name="formernumber",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="formernumber",
            name="found_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.registryimport",
            ),
        ),
        migrations.AddField(
            model_name="personjoin",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="personjoin",
            name="joined",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.detainee"
            ),
        ),
        migrations.AddField(
            model_name="personjoin",
            name="survivor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="joins", to="appointments.detainee"
            ),
        ),
        migrations.AddField(
            model_name="formernumber",
            name="join",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.personjoin"
            ),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="detainee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.detainee"
            ),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="establishment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.establishment"
            ),
        ),
        migrations.AddField(
            model_name="registrychange",
            name="registry_import",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="appointments.registryimport"
            ),
        ),
        migrations.AddIndex(
            model_name="personjoin",
            index=models.Index(fields=["survivor"], name="join_by_survivor"),
        ),
        migrations.AddConstraint(
            model_name="personjoin",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)), fields=("joined",), name="joined_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="personjoin",
            constraint=models.CheckConstraint(
                condition=models.Q(("joined", models.F("survivor")), _negated=True), name="join_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="personjoin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by_name", "")),
                    ("undone_at__isnull", False),
                    _connector="OR",
                ),
                name="join_undone_when",
            ),
        ),
        migrations.AddIndex(
            model_name="formernumber",
            index=models.Index(fields=["establishment", "register_number"], name="former_number"),
        ),
        migrations.AddConstraint(
            model_name="registrychange",
            constraint=models.UniqueConstraint(fields=("registry_import", "detainee"), name="one_change_a_person"),
        ),
    ]

"""What a search looks through has the joined names and the whole numbers too; people and agendas sort as French does."""

from __future__ import annotations

from typing import Any

import django.db.models
from django.db import migrations, models

import access.sorting
from appointments.arithmetic.names import text_to_search

AT_ONCE = 500


def fill_search_text(apps: Any, schema_editor: Any) -> None:
    people = apps.get_model("appointments", "Detainee").objects.order_by()
    changed = []
    for person in people.iterator(AT_ONCE):
        person.search_text = text_to_search(
            last_name=person.last_name,
            first_name=person.first_name,
            register_number=person.register_number,
            cell=person.cell,
        )
        changed.append(person)
    people.model.objects.bulk_update(changed, ["search_text"], AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_signing_in"),
        ("appointments", "0013_emergency_access"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="agenda",
            options={
                "ordering": ["position", access.sorting.FrenchKey("name"), "id"],
                "permissions": [("book_agenda", "Books, moves and cancels in the agenda")],
                "verbose_name": "agenda",
            },
        ),
        migrations.AlterModelOptions(
            name="detainee",
            options={
                "ordering": (
                    access.sorting.FrenchKey("last_name"),
                    access.sorting.FrenchKey("first_name"),
                    "register_number",
                    "id",
                ),
                "verbose_name": "detained person",
                "verbose_name_plural": "detained persons",
            },
        ),
        migrations.AlterModelOptions(
            name="kind",
            options={
                "ordering": ["discipline", access.sorting.FrenchKey("name"), "id"],
                "verbose_name": "kind of consultation",
            },
        ),
        migrations.AlterModelOptions(
            name="movement",
            options={
                "ordering": [
                    "expected_at",
                    "cell",
                    access.sorting.FrenchKey("last_name"),
                    access.sorting.FrenchKey("first_name"),
                    "register_number",
                ],
                "verbose_name": "movement",
            },
        ),
        migrations.AlterModelOptions(
            name="room",
            options={"ordering": [access.sorting.FrenchKey("name"), "id"], "verbose_name": "room"},
        ),
        migrations.RemoveIndex(
            model_name="detainee",
            name="detainee_by_name",
        ),
        migrations.AlterField(
            model_name="detainee",
            name="search_text",
            field=models.CharField(editable=False, max_length=600),
        ),
        migrations.AddIndex(
            model_name="detainee",
            index=models.Index(
                django.db.models.F("establishment"),
                access.sorting.FrenchKey("last_name"),
                access.sorting.FrenchKey("first_name"),
                name="detainee_by_name",
            ),
        ),
        migrations.RunPython(fill_search_text, migrations.RunPython.noop),
    ]

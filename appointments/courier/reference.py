"""Keeps alike in a prison's database what lists there refer to: establishments, buildings, publishing hours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import models, transaction

from access.models import Building, Establishment
from appointments.models import PublicationTime
from appointments.prison.models import Edition, LineState, PrintedSheet, PublishingHour


def establishments_of(prison: str) -> list[Establishment]:
    """Return the establishments whose lists are published in that database."""
    return list(Establishment.objects.filter(prison=prison).order_by("pk"))


def bring_reference(prison: str, places: Sequence[Establishment]) -> list[Establishment]:
    """Make establishments, buildings and publishing hours there what they are here. Writes nothing when they are.

    Return those of `places` whose lists this database did not hold until now.
    """
    with transaction.atomic(using=prison):
        held = Establishment.objects.using(prison).filter(prison=prison)
        known = set(held.values_list("pk", flat=True))
        _forget_those_who_left(prison, places)
        _make_alike(prison, Establishment, places, ("code", "name", "time_zone", "prison"), unique=("code",))
        buildings = Building.objects.filter(establishment__in=places).order_by("pk")
        _make_alike(prison, Building, list(buildings), ("establishment_id", "name"), unique=("name",))
        hours = [
            PublishingHour(
                pk=row.pk, establishment_id=row.establishment_id, at=row.at, since=row.since, until=row.until
            )
            for row in PublicationTime.objects.filter(establishment__in=places).order_by("pk")
        ]
        _make_alike(prison, PublishingHour, hours, ("establishment_id", "at", "since", "until"))
        PublishingHour.objects.using(prison).exclude(pk__in=[hour.pk for hour in hours]).delete()
    return [place for place in places if place.pk not in known]


def _forget_those_who_left(prison: str, places: Sequence[Establishment]) -> None:
    """Of an establishment that has moved to another prison's database leave no list behind, on screen or as printed."""
    served = [place.pk for place in places]
    for table in (Edition, LineState, PrintedSheet):
        table.objects.using(prison).exclude(establishment__in=served).delete()
    left = Establishment.objects.using(prison).filter(prison=prison).exclude(pk__in=served)
    if keys := list(left.values_list("pk", flat=True)):
        now_at = dict(Establishment.objects.filter(pk__in=keys).values_list("pk", "prison"))
        for key in keys:
            left.filter(pk=key).update(prison=now_at.get(key, ""))


def _make_alike(
    prison: str,
    model: type[models.Model],
    rows: Collection[models.Model],
    columns: Sequence[str],
    *,
    unique: Sequence[str] = (),
) -> None:
    table = model._default_manager.using(prison)  # noqa: SLF001 (any of our models)
    there = {row.pk: row for row in table.filter(pk__in=[row.pk for row in rows])}

    def said(row: models.Model) -> list[Any]:
        return [getattr(row, column) for column in columns]

    changed = [row for row in rows if row.pk not in there or said(row) != said(there[row.pk])]
    if not changed:
        return
    # Two that change names with each other: for a moment neither has one that the other wants. Nor may one that is
    # no longer brought here keep it from them.
    for column in unique:
        holders = table.exclude(pk__in=[row.pk for row in rows])
        outlived = holders.filter(**{f"{column}__in": [getattr(row, column) for row in changed]})
        for key in [*outlived.values_list("pk", flat=True), *(row.pk for row in changed if row.pk in there)]:
            table.filter(pk=key).update(**{column: f"~{key}"})
    copies = [model(pk=row.pk, **dict(zip(columns, said(row), strict=True))) for row in changed]
    table.bulk_create(
        copies, update_conflicts=True, unique_fields=["id"], update_fields=[one.removesuffix("_id") for one in columns]
    )

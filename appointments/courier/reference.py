"""Keeps alike in a prison's database what is set at care: establishments, buildings, publishing hours, permissions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from access.models import Building, Establishment
from appointments.models import ExportPermission, PublicationTime
from appointments.prison.models import Edition, LineState, PrintedSheet, PrisonExportPermission, PublishingHour


def establishments_of(prison: str) -> list[Establishment]:
    """Return the establishments whose lists are published in that database."""
    return list(Establishment.objects.filter(prison=prison).order_by("pk"))


@dataclass(frozen=True)
class KeptAlike:
    """Rows of one kind as they are here, and what of them is to be the same there."""

    model: type[models.Model]
    rows: Sequence[models.Model]
    columns: Sequence[str]
    # Columns in which no two rows may say the same.
    unique: Sequence[str] = ()
    # Whether a row that is no longer here goes there, too.
    ends: bool = False

    @property
    def keys(self) -> list[Any]:
        return [row.pk for row in self.rows]

    def table(self, prison: str) -> models.QuerySet[Any]:
        """Return the rows of this kind in a prison's database."""
        return self.model._default_manager.using(prison)  # noqa: SLF001 (any of our models)


def kinds_kept_alike(places: Sequence[Establishment]) -> list[KeptAlike]:
    """Return all that lists and accounts of `places` refer to. Three queries."""
    buildings = Building.objects.filter(establishment__in=places).order_by("pk")
    hours = [
        PublishingHour(pk=row.pk, establishment_id=row.establishment_id, at=row.at, since=row.since, until=row.until)
        for row in PublicationTime.objects.filter(establishment__in=places).order_by("pk")
    ]
    return [
        KeptAlike(Establishment, places, ("code", "name", "time_zone", "prison"), unique=("code",)),
        KeptAlike(Building, list(buildings), ("establishment_id", "name"), unique=("name",)),
        KeptAlike(PublishingHour, hours, ("establishment_id", "at", "since", "until"), ends=True),
        KeptAlike(PrisonExportPermission, permissions_of(places), ("establishment_id", "username", "until"), ends=True),
    ]


def permissions_of(places: Sequence[Establishment]) -> list[PrisonExportPermission]:
    """Return to whom files and calendar are open today, as the prison's database is to have it. One query."""
    today = {place.pk: place.today() for place in places}
    standing = ExportPermission.objects.filter(establishment__in=places, withdrawn_at__isnull=True).order_by("pk")
    rows = standing.values_list("pk", "establishment_id", "username", "until")
    return [
        PrisonExportPermission(pk=key, establishment_id=place, username=name, until=until)
        for key, place, name, until in rows
        if until >= today[place]
    ]


def bring_reference(prison: str, places: Sequence[Establishment]) -> list[Establishment]:
    """Make establishments, buildings and publishing hours there what they are here. Writes nothing when they are.

    Return those of `places` whose lists this database did not hold until now.
    """
    with transaction.atomic(using=prison):
        held = Establishment.objects.using(prison).filter(prison=prison)
        known = set(held.values_list("pk", flat=True))
        _forget_those_who_left(prison, places)
        for kind in kinds_kept_alike(places):
            _make_alike(prison, kind)
            if kind.ends:
                kind.table(prison).exclude(pk__in=kind.keys).delete()
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


def _make_alike(prison: str, kind: KeptAlike) -> None:
    table = kind.table(prison)
    there = {row.pk: row for row in table.filter(pk__in=kind.keys)}

    def said(row: models.Model) -> list[Any]:
        return [getattr(row, column) for column in kind.columns]

    changed = [row for row in kind.rows if row.pk not in there or said(row) != said(there[row.pk])]
    if not changed:
        return
    # Two that change names with each other: for a moment neither has one that the other wants. Nor may one that is
    # no longer brought here keep it from them.
    for column in kind.unique:
        holders = table.exclude(pk__in=kind.keys)
        outlived = holders.filter(**{f"{column}__in": [getattr(row, column) for row in changed]})
        for key in [*outlived.values_list("pk", flat=True), *(row.pk for row in changed if row.pk in there)]:
            table.filter(pk=key).update(**{column: f"~{key}"})
    copies = [kind.model(pk=row.pk, **dict(zip(kind.columns, said(row), strict=True))) for row in changed]
    fields = [column.removesuffix("_id") for column in kind.columns]
    table.bulk_create(copies, update_conflicts=True, unique_fields=["id"], update_fields=fields)

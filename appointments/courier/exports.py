"""Brings what officers took out of the screen, and what a prison's database says of its permissions."""

from __future__ import annotations

from collections.abc import Sequence

from access.models import Establishment
from appointments.models import ExportPermission, ExportUse
from appointments.models.enums.export import ExportAnswer
from appointments.prison.models import PrisonExportPermission, PrisonExportUse


def bring_answers(prison: str, places: Sequence[Establishment]) -> None:
    """Note of each permission whether it is open there, closed, or for an account that is not there."""
    today = {place.pk: place.today() for place in places}
    here = ExportPermission.objects.filter(establishment__in=places).exclude(answer=ExportAnswer.CLOSED)
    rows = list(here.order_by("pk").values_list("pk", "establishment_id", "until", "withdrawn_at", "answer"))
    there = PrisonExportPermission.objects.using(prison).filter(establishment__in=places)
    known = dict(there.values_list("pk", "is_known")) if rows else {}
    for key, place, until, withdrawn_at, answer in rows:
        if key in known:
            told = ExportAnswer.OPEN if known[key] else ExportAnswer.UNKNOWN
        elif withdrawn_at or until < today[place]:
            told = ExportAnswer.CLOSED
        else:
            continue  # opened a moment ago: the next round takes it there
        if told != answer:
            ExportPermission.objects.filter(pk=key).update(answer=told)


def bring_uses(prison: str) -> None:
    """Take uses along. They are deleted there only once they are kept here, each once."""
    columns = ("pk", "establishment_id", "username", "taken_as", "hour")
    waiting = list(PrisonExportUse.objects.using(prison).order_by("pk").values_list(*columns))
    if not waiting:
        return
    ExportUse.objects.bulk_create(
        [ExportUse(**dict(zip(columns, row, strict=True))) for row in waiting], ignore_conflicts=True
    )
    PrisonExportUse.objects.using(prison).filter(pk__in=[row[0] for row in waiting]).delete()

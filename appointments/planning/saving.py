"""Writes a row of the planning with its line of the log; the database's refusal becomes a sentence."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments.models import Kind, Room
from appointments.planning.refusals import planning_refusals

Row = TypeVar("Row", Kind, Room)


def save_recorded(row: Row, *, by: User) -> Row:
    with planning_refusals(), transaction.atomic():
        row.save()
        record(by=by, verb=Verb.CHANGE_PLANNING, target=row, establishment=row.establishment_id)
    return row

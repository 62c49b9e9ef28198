"""Writes the access log: the one writer of AuditEntry."""

from __future__ import annotations

from typing import cast

from django.db import connection, models

from access.enums import Verb
from access.models import Establishment, User
from access.postgresql.base import DatabaseWrapper, LogLine


def record(
    *,
    by: User | None,
    verb: Verb,
    target: models.Model | type[models.Model] | str,
    establishment: Establishment | int | None = None,
) -> None:
    """Record that `by` did `verb` to `target`, at the door of this process's database login.

    The line is written just before the transaction commits, whenever this is called in it (access.postgresql); a line
    that cannot be written undoes the transaction.
    """
    if isinstance(target, str):
        target_type, target_id = target, ""
    elif isinstance(target, type):
        target_type, target_id = target._meta.label_lower, ""
    else:
        target_type, target_id = target._meta.label_lower, str(target.pk)
    line = LogLine(
        user_id=by.pk if by else None,
        verb=verb.value,
        target_type=target_type,
        target_id=target_id,
        establishment_id=establishment.pk if isinstance(establishment, Establishment) else establishment,
    )
    cast("DatabaseWrapper", connection).log(line)

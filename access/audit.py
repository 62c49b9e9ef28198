"""Writes the access log: the one writer of AuditEntry."""

from __future__ import annotations

import logging
from typing import cast

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models
from django.http import HttpRequest

from access.enums import Verb
from access.models import Establishment, User
from access.postgresql.base import DatabaseWrapper, LogLine

logger = logging.getLogger("carehub")
LONGEST_KIND = 40  # as the column of the log


def record(
    *,
    by: User | None,
    verb: Verb,
    target: models.Model | type[models.Model] | str,
    establishment: Establishment | int | None = None,
    database: str = DEFAULT_DB_ALIAS,
    key: str = "",
) -> None:
    """Record that `by` did `verb` to `target`, at the door of this process's database login.

    Of a kind of thing that has no row, `key` tells one from another.

    The line is written just before the transaction commits, whenever this is called in it (access.postgresql); a line
    that cannot be written undoes the transaction.
    """
    if isinstance(target, str):
        target_type, target_id = target, key
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
    cast("DatabaseWrapper", connections[database]).log(line)


def record_refusal(request: HttpRequest) -> None:
    """Record that somebody was refused a page. Strangers are not: they would fill the log that people need."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return
    match = request.resolver_match
    page = (match.view_name if match else "") or "page"
    here = getattr(request, "establishment", None)
    try:
        record(by=user, verb=Verb.REFUSE, target=page[:LONGEST_KIND], establishment=here)
    except DatabaseError:
        # Nothing was shown or done; that the log is full makes it no more.
        logger.exception("A refusal could not be recorded.")

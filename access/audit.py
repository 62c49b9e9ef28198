"""Writes the access log: the one writer of AuditEntry."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, models

from access.enums import Verb
from access.models import Establishment, User


def record(
    *,
    by: User | None,
    verb: Verb,
    target: models.Model | type[models.Model] | str,
    establishment: Establishment | int | None = None,
) -> None:
    """Record that `by` did `verb` to `target` at this door.

    Call it last in a transaction: the chain of hashes is one lock, and whoever holds it must not wait for another.
    The row is written without being read back, since the prison and care logins may not read the log.
    """
    if isinstance(target, str):
        target_type, target_id = target, ""
    elif isinstance(target, type):
        target_type, target_id = target._meta.label_lower, ""
    else:
        target_type, target_id = target._meta.label_lower, str(target.pk)
    establishment_id = establishment.pk if isinstance(establishment, Establishment) else establishment
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_auditentry"
            " (door, user_id, username, verb, target_type, target_id, establishment_id, previous_hash, hash)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, '', '')",
            [
                settings.CAREHUB_DOOR,
                by.pk if by else None,
                by.username if by else "",
                verb.value,
                target_type,
                target_id,
                establishment_id,
            ],
        )

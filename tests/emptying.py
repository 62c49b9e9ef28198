"""What only grows refuses to be emptied. Between two tests it is, so these triggers rest; some tests wake them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

# In both databases, and in the hospital's alone.
IN_BOTH = {
    "access_auditentry": "audit_never_emptied",
    "access_accessreview": "reviews_never_emptied",
    "access_reviewline": "lines_never_emptied",
}
IN_CARE = {"appointments_movementevent": "events_never_emptied"}


def statements(word: str, *, alias: str) -> Iterator[str]:
    """What lets those triggers of a database rest (DISABLE), or wakes them (ENABLE)."""
    for table, trigger in {**IN_BOTH, **(IN_CARE if alias == "default" else {})}.items():
        yield f"ALTER TABLE {table} {word} TRIGGER {trigger}"


def let_go(*tables: str) -> None:
    """Let rows of the hospital's tables be deleted for the rest of a test, as the rule of retention alone does else."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER kept_until_purged")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

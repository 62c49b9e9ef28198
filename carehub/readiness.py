"""Whether a door has all that it needs: its databases, their tables, and a courier that comes by. For monitoring."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from access.decorators import open_to_anyone
from carehub.doctor.verdict import Level, Verdict, judge
from carehub.routers import CARE_ONLY, PRISON_ONLY

# What each process knows beside its databases, without loading the code of another (docs/adr/0002).
BESIDE = {
    "care": "carehub.doctor.links.verdicts",
    "prison": "carehub.doctor.heartbeats.verdicts",
    "courier": "carehub.doctor.links.verdicts",
    "owner": "carehub.keeping.standing.verdicts",
}
Column = tuple[str, str]
COLUMNS = """
    SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
"""


@require_safe
@open_to_anyone
def ready(request: HttpRequest) -> HttpResponse:
    """Say in a line each what stands and what does not; 503 when anything does not. Holds no personal data."""
    is_ready, lines = told()
    return HttpResponse(lines, content_type="text/plain; charset=utf-8", status=200 if is_ready else 503)


def told() -> tuple[bool, str]:
    """Return whether all stands, and a line each."""
    found = list(verdicts())
    lines = "".join(f"{verdict.level:<8} {verdict.sentence}\n" for verdict in found)
    return all(verdict.level == Level.OK for verdict in found), lines


def reached() -> list[str]:
    """Return the databases in which this process works: a door of one side in one."""
    return [DEFAULT_DB_ALIAS] if settings.CAREHUB_DOOR in {"care", "prison"} else list(connections)


def verdicts() -> Iterator[Verdict]:
    """Look at what this process reaches."""
    beside, answering = BESIDE.get(settings.CAREHUB_DOOR), []
    for alias in reached():
        name = "The database" if alias == DEFAULT_DB_ALIAS else f"The database of {alias}"
        try:
            yield tables(alias, name)
            answering.append(alias)
        except (DatabaseError, InterfaceError):
            yield Verdict(Level.PROBLEM, f"{name} does not answer")
    if beside and DEFAULT_DB_ALIAS in answering:
        yield from import_string(beside)()


def unknown_columns(alias: str) -> tuple[set[Column], set[Column]]:
    """Return the columns that this version's tables lack in that database, and those there that it does not know."""
    with connections[alias].cursor() as cursor:
        cursor.execute(COLUMNS)
        there = set(cursor.fetchall())
    is_prison = alias != DEFAULT_DB_ALIAS or settings.CAREHUB_DOOR == "prison"
    elsewhere = CARE_ONLY if is_prison else PRISON_ONLY
    wanted = {
        (model._meta.db_table, column.column)
        for model in apps.get_models()
        if model._meta.managed and model._meta.app_label not in elsewhere
        for column in model._meta.local_concrete_fields
        if column.column
    }
    tables_known = {table for table, _column in wanted}
    return wanted - there, {(table, column) for table, column in there - wanted if table in tables_known}


def tables(alias: str, name: str) -> Verdict:
    """The database answers, and has the columns of this version's tables, no more: its migrations are applied."""
    missing, unknown = (len(columns) for columns in unknown_columns(alias))
    if unknown:
        sentence = f"{name} answers, but has {unknown} columns that this version does not know: it is of a newer one"
        return Verdict(Level.PROBLEM, sentence, "Start this door with the programs that belong to the database.")
    return judge(
        not missing,
        f"{name} answers, its migrations are applied",
        f"{name} answers, but {missing} columns are missing: its migrations are not applied",
        "Make a backup, then run manage.py migrate with the owner’s login.",
    )

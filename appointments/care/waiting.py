"""What waits, as the menu and the first page say it: alerts for the unit, and what wants the word of whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from access import second_words
from access.enums import Role
from access.requests import DoorRequest, once
from appointments.emergency import to_judge
from appointments.requests.alerts import unreceived_at
from appointments.requests.queue import open_questions
from appointments.rights import requests_visible_to, rights_of
from appointments.stranded import decidable_by


@dataclass(frozen=True)
class MenuWaiting:
    """How many alerts wait for the unit, how many requests are to be sorted, appointments to be decided about.

    And whether somebody gives the second word, and how much waits for it.
    """

    gives: bool
    alerts: int = 0
    to_sort: int = 0
    to_decide: int = 0
    stranded: int = 0
    words: int = 0
    emergencies: int = 0
    late: int = 0

    @property
    def waiting(self) -> int:
        return self.words + self.emergencies


def waiting_of(request: DoorRequest) -> MenuWaiting:
    return once(request, MenuWaiting, lambda: read_waiting(request))


def read_waiting(request: DoorRequest) -> MenuWaiting:
    """Count all that the menu counts for whoever asks. One query, but for what rights ask."""
    here = request.establishment
    gives = request.membership.role == Role.HEAD or rights_of(request).is_custodian
    rights = rights_of(request)
    counted: dict[str, QuerySet[Any]] = {
        "alerts": unreceived_at(here),
        "to_sort": requests_visible_to(rights).open().filter(triaged_at=None, detainee__released_on__isnull=True),
        "to_decide": open_questions(rights),
        "stranded": decidable_by(rights),
    }
    if gives:
        judged = to_judge(rights).exclude(user=request.user)
        counted |= {
            "words": second_words.answerable(here, by=request.user),
            "emergencies": judged,
            "late": judged.filter(word_until__lt=timezone.now()),
        }
    return MenuWaiting(gives=gives, **counts_of(counted))


def counts_of(counted: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """Count each of several sets of rows, all in one query.

    The sets are put side by side as SQL: to make them parts of one more set takes Django a tenth of a page's time.
    """
    parts: list[str] = []
    values: list[Any] = []
    for rows in counted.values():
        try:
            statement, given = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            statement, given = "SELECT WHERE false", ()
        parts.append(f"(SELECT count(*) FROM ({statement}) one)")  # noqa: S608 what Django wrote; values stay apart
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        [found] = cursor.fetchall()
    return dict(zip(counted, found, strict=True))

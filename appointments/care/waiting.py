"""What waits, as the menu and the first page say it: alerts for the unit, and what wants the word of whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from access import second_words
from access.enums import Role
from access.kept_texts import KeptText
from access.models import Establishment
from access.requests import DoorRequest, once
from appointments.emergency import to_judge
from appointments.obstruction.reports.standing import waiting_for
from appointments.projection.link import Link
from appointments.requests.alerts import unreceived_at
from appointments.requests.queue import open_questions
from appointments.rights import Rights, requests_visible_to, rights_of
from appointments.rights_texts import Parts, kept_for
from appointments.stranded import decidable_by


@dataclass(frozen=True)
class MenuWaiting:
    """How many alerts wait for the unit, how many requests are to be sorted, appointments to be decided about.

    And whether somebody gives the second word, and how much waits for it. With the same question each page learns how
    the officers’ side was reached last, and whether anything is frozen.
    """

    gives: bool
    link: Link
    is_frozen: bool
    alerts: int = 0
    to_sort: int = 0
    to_decide: int = 0
    stranded: int = 0
    words: int = 0
    emergencies: int = 0
    late: int = 0
    to_read: int = 0
    complaints_due: int = 0
    letters_due: int = 0

    @property
    def waiting(self) -> int:
        return self.words + self.emergencies

    @property
    def reports(self) -> int:
        """What waits in the reports for this account: as second reader, and letters to be looked at again."""
        return self.to_read + self.complaints_due + self.letters_due


def waiting_of(request: DoorRequest) -> MenuWaiting:
    return once(request, MenuWaiting, lambda: read_waiting(request))


def read_waiting(request: DoorRequest) -> MenuWaiting:
    """Count all that the menu counts for whoever asks. One query, but for what rights ask."""
    here = request.establishment
    gives = request.membership.role == Role.HEAD or rights_of(request).is_custodian
    rights = rights_of(request)
    parts = prepared(rights)
    if gives:
        judged = to_judge(rights).exclude(user=request.user)
        given = {
            "words": second_words.answerable(here, by=request.user),
            "emergencies": judged,
            "late": judged.filter(word_until__lt=timezone.now()),
        }
        parts += written(given)
    if rights.reads_obstruction:
        units = " ".join(str(unit.pk) for unit in rights.log_units)
        parts += kept_for(rights, f"reports {units}", lambda: written(waiting_for(rights)))
    found = counted(parts + standing(here))
    link = Link(here.prison, found.pop("reached_at"), found.pop("restored_at"), found.pop("asked_at"))
    return MenuWaiting(gives=gives, link=link, **found)


def standing(here: Establishment) -> Parts:
    """Return what `link_of` asks, and whether movements are frozen, as parts of the statement that counts."""
    visit = "(SELECT {} FROM appointments_prisonlink WHERE name = %s)"
    frozen = "EXISTS (SELECT FROM appointments_freeze WHERE establishment_id = %s AND lifted_at IS NULL)"
    return [
        ("reached_at", visit.format("reached_at"), [here.prison]),
        ("restored_at", visit.format("restored_at"), [here.prison]),
        ("asked_at", "statement_timestamp()", []),
        ("is_frozen", frozen, [here.pk]),
    ]


def prepared(rights: Rights) -> Parts:
    """Return what everybody's menu counts."""
    return kept_for(
        rights,
        "menu",
        lambda: written(
            {
                "alerts": unreceived_at(rights.establishment),
                "to_sort": requests_visible_to(rights)
                .open()
                .filter(triaged_at=None, detainee__released_on__isnull=True),
                "to_decide": open_questions(rights),
                "stranded": decidable_by(rights),
            }
        ),
    )


def parts_of(sets: Mapping[str, KeptText], **values: Any) -> Parts:
    """Return the count of each of several sets that are written already, with these values."""
    return [counting(name, *rows.with_values(**values)) for name, rows in sets.items()]


def written(sets: Mapping[str, QuerySet[Any]]) -> Parts:
    """Return each set as SQL, with the values that stand in it.

    They are put side by side as SQL: to make them parts of one more set takes Django a tenth of a page's time.
    """
    parts: Parts = []
    for name, rows in sets.items():
        try:
            statement, given = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            statement, given = "SELECT WHERE false", ()
        parts.append(counting(name, statement, given))
    return parts


def counting(name: str, statement: str, given: Iterable[Any]) -> tuple[str, str, list[Any]]:
    return name, f"(SELECT count(*) FROM ({statement}) one)", list(given)  # noqa: S608 what Django wrote


def counted(parts: Parts) -> dict[str, Any]:
    with connection.cursor() as cursor:
        texts, values = [text for _name, text, _values in parts], [value for *_text, given in parts for value in given]
        cursor.execute(f"SELECT {', '.join(texts)}", values)
        [found] = cursor.fetchall()
    return dict(zip((name for name, *_text in parts), found, strict=True))

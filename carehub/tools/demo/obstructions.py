"""What obstructs care in the invented unit, so that its head's page has something to tell.

A quarter in which one building is short of staff, a week of frozen movements, a list that the prison's side got late, a
consultation of which the kind was called out. Everything follows from the visits' own keys and the day of the load.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from math import exp
from random import Random

from access.models import User
from appointments.arithmetic.timegrid import at_local, wave_for
from appointments.models import Freeze, MovementEvent, Obstruction, PrisonSilence
from appointments.models.enums.appointment import NotComeReason, Status
from appointments.models.enums.movement import FreezeReason, MovementState
from appointments.models.enums.obstruction import HalfDay, ObstructionCause, ObstructionKind, ObstructionSource
from appointments.obstruction.log import count_again
from appointments.prison.models import PrisonFreeze
from carehub.tools.demo.cast import HEALTH_UNIT_OFFICER, prison
from carehub.tools.demo.days import Calendar, is_working_day
from carehub.tools.demo.present import MEDIAN_DELAY, SPREAD_OF_DELAYS, marks_of
from carehub.tools.demo.rows import Frame
from carehub.tools.demo.simulation import Outcome, Visit
from carehub.tools.demo.sites import ARRIVAL_TIMES, Site

SHORT_BUILDING, SHORT_WEEKS = "B", 13
# Of 100 who would have come: from the short building, and in the frozen week.
NOT_BROUGHT_SHORT, NOT_BROUGHT_FROZEN = 9, 40
FROZEN_WEEKS_AGO, LATE_LIST_DAYS_AGO, REVEALED_DAYS_AGO = 4, 24, 17
FROZEN_FROM, FROZEN_TO = time(8, 15), time(11, 30)
# Of 100 arrivals so many were tapped.
TAPPED = 91
# Care writes somebody down a moment after the officer at the door; later than this nobody is seen any more.
DOOR, LATEST = timedelta(minutes=1), timedelta(minutes=60)
REVEALED = "Un surveillant a appelé la personne sur la coursive en disant chez quel spécialiste elle allait."


def obstruct(site: Site, outcome: Outcome, calendar: Calendar) -> None:
    """Let some of those who came not have come: from one building, and in one week."""
    short_since = calendar.monday - timedelta(weeks=SHORT_WEEKS)
    has_building = any(wing.name == SHORT_BUILDING for wing in site.wings)
    for visit in outcome.visits:
        if visit.status != Status.SEEN or not has_building:
            continue
        drawn, day = visit.key.int % 100, visit.session.day
        if day in frozen_week(calendar) and is_morning(visit) and drawn < NOT_BROUGHT_FROZEN:
            visit.status, visit.not_come_reason = Status.NOT_COME, NotComeReason.FROZEN
        elif day >= short_since and visit.person.wing == SHORT_BUILDING and drawn < NOT_BROUGHT_SHORT:
            visit.status, visit.not_come_reason = Status.NOT_COME, NotComeReason.STAFF


def write_obstructions(frame: Frame, site: Site, outcome: Outcome, calendar: Calendar, nurse: User) -> None:
    """Write when people arrived, what was frozen, silent and noted; then let the log count."""
    write_arrivals(frame, outcome.visits, calendar.today)
    if any(wing.name == SHORT_BUILDING for wing in site.wings):
        write_freezes(frame, calendar)
        write_late_list(frame, calendar)
        write_revealed(frame, calendar, nurse)
    count_again(frame.establishment, calendar.first, calendar.today)


def write_arrivals(frame: Frame, visits: Iterable[Visit], today: date) -> None:
    """Write the officers' taps of the days before today: who left the floor and came in, and when."""
    lines: dict[tuple[str, datetime], Visit] = {}
    zone = frame.establishment.zone
    for visit in visits:
        if visit.status == Status.SEEN and visit.session.day < today and visit.key.int // 100 % 100 < TAPPED:
            called_at = wave_for(frame.instant(visit.session.day, visit.starts), ARRIVAL_TIMES, zone)
            lines.setdefault((visit.person.number, called_at), visit)
    events = [
        MovementEvent(
            tap=uuid.uuid5(visit.key, state),
            establishment=frame.establishment,
            register_number=number,
            expected_at=called_at,
            state=state,
            at=at,
        )
        for (number, called_at), visit in lines.items()
        for state, at in steps(frame, visit, called_at)
    ]
    MovementEvent.objects.bulk_create(events, batch_size=1000)


def steps(frame: Frame, visit: Visit, called_at: datetime) -> Iterator[tuple[MovementState, datetime]]:
    """Give the taps of one line in their order, just before care's own mark where there is one."""
    starts_at = frame.instant(visit.session.day, visit.starts)
    marks = marks_of(visit.key, called_at, starts_at, timedelta(minutes=visit.consultation.minutes))
    drawn = Random(visit.key.int)  # noqa: S311 invented people
    usual = called_at + timedelta(minutes=round(MEDIAN_DELAY * exp(SPREAD_OF_DELAYS * drawn.gauss(0, 1))))
    arrived = max(called_at, marks.get("arrived_at", min(usual, starts_at + LATEST)) - DOOR)
    yield MovementState.LEFT, called_at + (arrived - called_at) * drawn.uniform(0.4, 0.8)
    yield MovementState.ARRIVED, arrived


def frozen_week(calendar: Calendar) -> list[date]:
    """Return the working days on which movements were frozen in the morning."""
    monday = calendar.monday - timedelta(weeks=FROZEN_WEEKS_AGO)
    return [day for day in (monday + timedelta(days=number) for number in range(5)) if is_working_day(day)]


def is_morning(visit: Visit) -> bool:
    return visit.starts < FROZEN_TO.hour * 60 + FROZEN_TO.minute


def write_freezes(frame: Frame, calendar: Calendar) -> None:
    """Write them on both sides, as the courier leaves them."""
    place, officer = frame.establishment, frame.users[HEALTH_UNIT_OFFICER]
    for day in frozen_week(calendar):
        said = {
            "id": uuid.uuid5(uuid.NAMESPACE_OID, f"freeze {place.code} {day}"),
            "establishment_id": place.pk,
            "reason": FreezeReason.SEARCH,
            "frozen_at": at_local(day, FROZEN_FROM, place.zone),
            "lifted_at": at_local(day, FROZEN_TO, place.zone),
        }
        Freeze.objects.create(**said)
        own = {"frozen_by_id": officer.pk, "lifted_by_id": officer.pk, "is_carried": True}
        PrisonFreeze.objects.using(place.prison).create(**said, **own)


def write_late_list(frame: Frame, calendar: Calendar) -> None:
    day, zone = working_day_before(calendar.today, LATE_LIST_DAYS_AGO), frame.establishment.zone
    PrisonSilence.objects.get_or_create(
        prison=prison(),
        began_at=at_local(day, time(6, 12), zone),
        defaults={"ended_at": at_local(day, time(9, 40), zone)},
    )


def write_revealed(frame: Frame, calendar: Calendar, nurse: User) -> None:
    day = working_day_before(calendar.today, REVEALED_DAYS_AGO)
    noted_at = at_local(day, time(10, 20), frame.establishment.zone)
    Obstruction.objects.create(
        establishment=frame.establishment,
        kind=ObstructionKind.REVEALED,
        day=day,
        half_day=HalfDay.MORNING,
        building=frame.buildings["A"],
        cause=ObstructionCause.PRACTICE,
        facts=REVEALED,
        source=ObstructionSource.BY_HAND,
        source_key=f"hand:{nurse.pk}:demo",
        is_serious=True,
        recorded_by=nurse,
        recorded_at=noted_at,
        changed_by=nurse,
    )


def working_day_before(today: date, days: int) -> date:
    """Return the day so many days ago, or the first working day before it."""
    day = today - timedelta(days=days)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day

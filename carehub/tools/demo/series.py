"""Gives two invented people a series of physiotherapy to come, found as a carer finds it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, time, timedelta

from access.models import User
from appointments.arithmetic.recurrence import SeriesRhythm
from appointments.booking.placing import new_appointment
from appointments.booking.seats import Seat
from appointments.care.booking.series_layout import SeriesWish, lay_out_series
from appointments.models import Agenda, Detainee, Kind, Series
from appointments.models.enums.planning import Discipline
from carehub.tools.demo import cast
from carehub.tools.demo.rows import Frame
from carehub.tools.demo.sites import Site

PEOPLE, TIMES = 2, 6
# Keys are derived, so that two loads of one day agree.
DERIVED = uuid.UUID("0f6c1f0e-7d7b-4c56-9a55-2f7f5a1c9a10")


def write_series(frame: Frame, site: Site, people: Iterable[Detainee], *, today: date) -> None:
    """Write the series and their appointments, for those whose register numbers come first."""
    diary = next((each for each in site.diaries if each.discipline == Discipline.PHYSIOTHERAPY), None)
    if diary is None:
        return
    times = {opening.weekday: time(*divmod(opening.hours[0] + 30, 60)) for opening in diary.openings}
    rhythm = SeriesRhythm(today + timedelta(days=7), times, TIMES)
    kind = next(each for each in frame.kinds.values() if each.discipline == Discipline.PHYSIOTHERAPY)
    by = cast.bookers(frame.establishment, frame.users, Discipline.PHYSIOTHERAPY)[0]
    present = sorted((each for each in people if each.is_present), key=lambda each: each.register_number)
    for person in present[:PEOPLE]:
        write_one(frame.agendas[diary.name], person, kind, rhythm, by=by)


def write_one(agenda: Agenda, person: Detainee, kind: Kind, rhythm: SeriesRhythm, *, by: User) -> None:
    establishment = agenda.establishment
    asked = SeriesWish(
        agenda=agenda,
        kind=kind,
        person=person,
        length=kind.length,
        wanted=rhythm.starts(establishment.zone),
        varies=True,
    )
    starts = list(lay_out_series(asked).chosen.values())
    key = uuid.uuid5(DERIVED, f"{establishment.code} {person.register_number}")
    series = Series.objects.create(
        id=key, establishment=establishment, detainee=person, rule=rhythm.rule, created_by=by
    )
    sessions = list(agenda.sessions.filter(starts_at__lte=max(starts), ends_at__gt=min(starts))) if starts else []
    for starts_at in starts:
        session = next(each for each in sessions if each.starts_at <= starts_at < each.ends_at)
        seat = Seat(session, starts_at, starts_at + kind.length, shares_time=False)
        row = new_appointment(
            seat, person=person, kind=kind, by=by, id=uuid.uuid5(key, starts_at.isoformat()), series=series
        )
        row.save(force_insert=True)

"""The invented sessions and the free times in them, in local minutes of the day. Pure arithmetic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from carehub.tools.demo.days import FUTURE_WEEKS, PAST_WEEKS, Calendar, is_working_day
from carehub.tools.demo.sites import Consultation, Diary, Site, WeeklyHalfDay

LEAVE_WEEKS = 3
# A nurse offers the first free time; two in five people or wings cannot make it, and take another of that half-day.
TAKES_THE_FIRST = 0.6


@dataclass(eq=False)
class DiarySession:
    """One open half-day of one diary."""

    diary: Diary
    day: date
    starts: int
    ends: int
    busy: list[tuple[int, int]] = field(default_factory=list)

    def free(self, minutes: int, *, avoiding: Iterable[tuple[int, int]] = (), before: int = 24 * 60) -> list[int]:
        """Return the times at which `minutes` are free, on the session's grid or right after another visit."""
        taken = [*self.busy, *avoiding]
        grid = range(self.starts, self.ends, self.diary.slot_minutes)
        starts = sorted({*grid, *(end for _start, end in self.busy)})
        return [
            start
            for start in starts
            if self.starts <= start <= min(self.ends - minutes, before)
            and all(end <= start or start + minutes <= other for other, end in taken)
        ]


class Diaries:
    def __init__(self, site: Site, calendar: Calendar, rng: Random) -> None:
        self.rng = rng
        self.sessions: list[DiarySession] = []
        self._by_diary: dict[str, list[DiarySession]] = defaultdict(list)
        self._on: dict[date, list[DiarySession]] = defaultdict(list)
        leave = {diary.name: self._leave(diary) for diary in site.diaries}
        for day in calendar.working_days():
            week = (day - calendar.first).days // 7
            for diary in site.diaries:
                if week not in leave[diary.name]:
                    self._open(diary, day, week)

    def _leave(self, diary: Diary) -> set[int]:
        """Return the weeks in which the practitioner is away: some of those before this one."""
        return set(self.rng.sample(range(PAST_WEEKS), LEAVE_WEEKS)) if diary.takes_leave else set()

    def _open(self, diary: Diary, day: date, week: int) -> None:
        for opening in sorted(diary.openings, key=lambda opening: opening.hours):
            if is_open(opening, day, week):
                session = DiarySession(diary, day, *opening.hours)
                self.sessions.append(session)
                self._by_diary[diary.name].append(session)
                self._on[day].append(session)

    def find(
        self,
        diaries: Iterable[Diary],
        consultation: Consultation,
        *,
        asked: date,
        wished: date,
        taken: dict[date, list[tuple[int, int]]],
    ) -> tuple[DiarySession, int] | None:
        """Return the first half-day from `wished` on with room, and a time in it; None when the weeks open are full.

        On the day `asked`, sessions are open four weeks ahead.
        """
        known_until = asked + timedelta(weeks=FUTURE_WEEKS + 1, days=-asked.weekday() - 1)
        possible = [
            session
            for diary in diaries
            for session in self._by_diary[diary.name]
            if wished <= session.day <= known_until
        ]
        for session in sorted(possible, key=lambda session: (session.day, session.starts, session.diary.name)):
            times = session.free(consultation.minutes, avoiding=taken.get(session.day, ()), before=consultation.before)
            if times:
                return session, times[0] if self.rng.random() < TAKES_THE_FIRST else self.rng.choice(times)
        return None

    def left_on(
        self, day: date, consultation: Consultation, *, earliest: int, taken: list[tuple[int, int]]
    ) -> tuple[DiarySession, int] | None:
        """Return the first time that is left on `day` from the minute `earliest` on; None when there is none."""
        found = [
            (start, number, session)
            for number, session in enumerate(self._on[day])
            if session.diary.discipline == consultation.discipline
            for start in session.free(consultation.minutes, avoiding=taken)
            if start >= earliest
        ]
        if not found:
            return None
        start, _number, session = min(found)
        return session, start


def is_open(opening: WeeklyHalfDay, day: date, week: int) -> bool:
    return opening.weekday == day.weekday() and week % opening.every == 0 and is_working_day(day)

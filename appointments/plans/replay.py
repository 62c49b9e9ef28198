"""The past half-year again, under another plan: the same people ask for the same, and are seen at other times. Pure.

Two things may differ: half-days stand elsewhere (`moved`), and visits are booked with other habits (`diary.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from appointments.arithmetic.recurrence import HalfDay
from appointments.plans.diary import Diary, chance
from appointments.plans.past import Key, Minute, Past, Sitting
from appointments.plans.week import Turns, week_number

MORNING: Minute = 9 * 60
AFTERNOON: Minute = 14 * 60


class Habits(NamedTuple):
    """Which of the levers that ask nobody to move are used while booking."""

    regroups: bool = False
    varies: bool = False
    # Nobody sensitive is left in a small group while there is a larger one, or others can be called with them.
    accompanies: bool = False


AS_BEFORE = Habits()
ALL_HABITS = Habits(regroups=True, varies=True, accompanies=True)


def replay(
    past: Past,
    turns: Turns | None,
    habits: Habits = AS_BEFORE,
    *,
    times: Sequence[Minute] = (),
    sensitive: Collection[str] = (),
) -> Past:
    """Return the half-year as it would have been, called at `times`."""
    found = moved(past, turns) if turns is not None else past
    diary = Diary(found)
    diary.postpone()
    if habits.varies:
        diary.vary()
    if habits.regroups:
        diary.regroup()
    if habits.accompanies and times:
        diary.company(times, sensitive)
    return Past(found.sittings, diary.visits)


def moved(past: Past, turns: Turns) -> Past:
    """Put each sitting where the plan has it; its people come with it, at the same distance from its beginning."""
    open_days = {each.day for each in past.sittings}
    hours = usual_hours(past.sittings)
    places: dict[Key, Sitting] = {}
    for agenda, held in _by_agenda(past.sittings).items():
        plan = turns.get(agenda)
        for old, day, is_afternoon in _placed(held, plan, open_days) if plan else _as_they_are(held):
            start = old.start
            if is_afternoon != old.is_afternoon or day != old.day:
                start = hours.get((agenda, is_afternoon), hours[None, is_afternoon])
                start = old.start if is_afternoon == old.is_afternoon else start
            places[old.key] = Sitting(agenda, day, is_afternoon, start, start + old.end - old.start, old.slot)
    begun = {each.key: each.start for each in past.sittings}
    visits = []
    for visit in past.visits:
        key = visit.agenda, visit.day, visit.is_afternoon
        place = places[key]
        start = visit.start + place.start - begun[key]
        # Somebody urgent comes when the practitioner is there, and is booked then.
        booked_on = place.day if visit.is_urgent else visit.booked_on
        visits.append(visit._replace(day=place.day, is_afternoon=place.is_afternoon, start=start, booked_on=booked_on))
    return Past(list(places.values()), visits)


def usual_hours(sittings: Sequence[Sitting]) -> dict[tuple[int | None, bool], Minute]:
    """Return when each agenda begins its mornings and afternoons, and when the unit as a whole (None) does."""
    starts: dict[tuple[int | None, bool], list[Minute]] = defaultdict(list)
    for each in sittings:
        starts[each.agenda, each.is_afternoon].append(each.start)
        starts[None, each.is_afternoon].append(each.start)
    found = {who: sorted(begun)[len(begun) // 2] for who, begun in starts.items()}
    return {(None, False): MORNING, (None, True): AFTERNOON} | found


def _by_agenda(sittings: Iterable[Sitting]) -> dict[int, list[Sitting]]:
    found: dict[int, list[Sitting]] = defaultdict(list)
    for each in sorted(sittings, key=lambda one: (one.day, one.is_afternoon)):
        found[each.agenda].append(each)
    return found


def _as_they_are(held: Iterable[Sitting]) -> Iterator[tuple[Sitting, date, bool]]:
    for each in held:
        yield each, each.day, each.is_afternoon


def _placed(
    held: Sequence[Sitting], plan: Sequence[Collection[HalfDay]], open_days: Collection[date]
) -> Iterator[tuple[Sitting, date, bool]]:
    """Match each week's sittings with the plan's half-days of that week: those that stay first, the others in order.

    Where a half-day falls on a day on which the unit is closed, it is held on another of the plan's, so far the rarest.
    """
    weeks: dict[int, list[Sitting]] = defaultdict(list)
    for each in held:
        weeks[_planned_week(week_number(each.day), plan)].append(each)
    held_so_far: Counter[HalfDay] = Counter()
    for number, sittings in sorted(weeks.items()):
        found = _placed_in_week(number, sittings, plan, open_days, held_so_far)
        held_so_far.update(HalfDay.of(day, is_afternoon=after) for _sitting, day, after in found)
        yield from found


def _placed_in_week(
    number: int,
    sittings: Sequence[Sitting],
    plan: Sequence[Collection[HalfDay]],
    open_days: Collection[date],
    held_so_far: Mapping[HalfDay, int],
) -> list[tuple[Sitting, date, bool]]:
    wanted = _open(number, plan[number % len(plan)], open_days)
    stay = {(each.day, each.is_afternoon): each for each in sittings if (each.day, each.is_afternoon) in wanted}
    found = [(each, *place) for place, each in stay.items()]
    taken = set(stay)
    others = sorted(
        _open(number, {half for turn in plan for half in turn}, open_days),
        key=lambda place: (held_so_far.get(HalfDay.of(place[0], is_afternoon=place[1]), 0), place),
    )
    for each in sittings:
        if each in stay.values():
            continue
        own = each.day, each.is_afternoon
        place = next((one for one in [*_spread(wanted, each), *others] if one not in taken), own)
        taken.add(place)
        found.append((each, *place))
    return found


def _open(number: int, halves: Iterable[HalfDay], open_days: Collection[date]) -> list[tuple[date, bool]]:
    """Return the half-days of a week on which the unit was open."""
    monday = date.fromordinal(number * 7 + 1)
    places = [(monday + timedelta(days=half.weekday), half.is_afternoon) for half in halves]
    return sorted(place for place in places if place[0] in open_days)


def _spread(free: Sequence[tuple[date, bool]], each: Sitting) -> list[tuple[date, bool]]:
    """Return the free places in an order of its own for each sitting, so that no weekday is always filled first."""
    return sorted(free, key=lambda place: chance(each.agenda, each.day, *place))


def _planned_week(number: int, plan: Sequence[Collection[HalfDay]]) -> int:
    """Return the week of the plan that takes up the sittings of a past week: itself, or the nearest that has any."""
    for by in range(len(plan)):
        for one in (number + by, number - by):
            if plan[one % len(plan)]:
                return one
    return number

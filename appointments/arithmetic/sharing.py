"""Which time somebody gets in a session whose people share it: arithmetic alone. No Django, models, people.

In a flexible half-day people are called over its arrival times, evenly, and seen in whatever order suits; each is
expected from their arrival time to the end. In a group all come for the whole of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from appointments.arithmetic.timegrid import Interval, at_local, gaps, overlaps


def whole_time(opening: Interval, *, away: Iterable[Interval], avoiding: Iterable[Interval]) -> Interval | None:
    """Return the whole of a group session, None when somebody is away or expected elsewhere during it."""
    return None if any(overlaps(opening, other) for other in [*away, *avoiding]) else opening


def spread_time(
    opening: Interval,
    *,
    times: Sequence[time],
    zone: ZoneInfo,
    taken: Iterable[datetime],
    shortest: timedelta,
    away: Iterable[Interval] = (),
    avoiding: Iterable[Interval] = (),
    after: datetime | None = None,
    full: Iterable[Interval] = (),
) -> Interval | None:
    """Return the arrival time of a flexible half-day under which fewest are called, to the half-day's end.

    `taken` holds the starts of those who have a place already; `avoiding` the times that do not suit the person; at
    times in `full` nobody more is called.
    With `after`, an earlier arrival time is given only when none is left later: somebody is at the door. None when
    nothing suits.
    """
    offered = offers(opening, times=times, zone=zone, shortest=shortest, away=away)
    starts = [start for start, _end in offered]
    load = Counter(max((start for start in starts if start <= one), default=None) for one in taken)
    avoided, filled = list(avoiding), list(full)
    fitting = [offer for offer in offered if not any(overlaps(offer, other) for other in avoided)]
    fitting = [offer for offer in fitting if not any(start <= offer[0] < end for start, end in filled)]
    if after is not None:
        fitting = [offer for offer in fitting if offer[0] >= after] or [o for o in fitting if o[1] > after][-1:]
    return min(fitting, key=lambda offer: (load[offer[0]], offer[0]), default=None)


def offers(
    opening: Interval, *, times: Sequence[time], zone: ZoneInfo, shortest: timedelta, away: Iterable[Interval] = ()
) -> list[Interval]:
    """Return the arrival times of a half-day that leave `shortest` before its end, each with that end, in order.

    The first people are called for the beginning itself. Absences cut the half-day into parts.
    """
    day = opening[0].astimezone(zone).date()
    waves = sorted(at_local(day, at, zone) for at in times)
    found = []
    for start, end in gaps(opening, busy=away):
        begins = {wave for wave in waves if start < wave <= end - shortest}
        if waves and waves[0] <= start and end - start >= shortest:
            begins.add(start)
        found += [(begin, end) for begin in sorted(begins)]
    return found

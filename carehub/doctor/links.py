"""The hospital's side of the courier: when each prison's database was reached last, and which lists are late there."""

from __future__ import annotations

from collections.abc import Iterator

from access.models import Establishment
from appointments.projection import Schedule
from appointments.projection.link import Link, links
from carehub.doctor.verdict import Level, Verdict, judge

REMEDY = "See that the courier runs (manage.py courier) and that it reaches both databases: docs/operations.md."


def verdicts(*, bad: Level = Level.PROBLEM) -> Iterator[Verdict]:
    """Look at every prison that an establishment names. Reads no line and no person."""
    places = list(Establishment.objects.order_by("code"))
    for link in links(sorted({place.prison for place in places})):
        yield reached(link, bad=bad)
        late = [place.code for place in places if place.prison == link.name and is_late(link, place)]
        yield judge(
            not late,
            f"No list is late at {link.name}",
            f"Lists are late at {link.name}: {', '.join(late)}",
            f"{REMEDY} Until then care prints them: /prints/lists.",
            bad=bad,
        )


def reached(link: Link, *, bad: Level) -> Verdict:
    """The courier was there just now."""
    if link.reached_at is None:
        return Verdict(bad, f"The courier has never reached {link.name}", REMEDY)
    ago = f"{max(0, (link.now - link.reached_at).total_seconds()):.0f} s ago"
    return judge(
        not link.is_silent,
        f"The courier reached {link.name} {ago}",
        f"The courier reached {link.name} {ago}, and not since",
        REMEDY,
        bad=bad,
    )


def is_late(link: Link, place: Establishment) -> bool:
    """Whether a publication of the establishment has not been brought a minute after its hour."""
    return link.missing(Schedule.of(place, now=link.now).grid) is not None

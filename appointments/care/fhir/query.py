"""Reads what a program searches for: dates with their prefixes, codes, references, pages. Nothing is left unread."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext as _

from appointments.arithmetic.timegrid import at_local, local_midnights
from appointments.care.fhir.outcomes import Problem
from appointments.care.pages import YEARS

USUAL_COUNT, MOST = 50, 200
ALWAYS = frozenset({"_format", "_pretty", "_count", "_page"})
WRITTEN = re.compile(
    r"(?P<prefix>[a-z]{2})?(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
# Nothing of ours is outside: what is asked beyond stops here.
FIRST = datetime(YEARS.start, 1, 1, tzinfo=UTC)
LAST = datetime(YEARS.stop, 1, 1, tzinfo=UTC)


class Span(NamedTuple):
    """From when, and until before when."""

    since: datetime = FIRST
    until: datetime = LAST


@dataclass(frozen=True)
class Query:
    """What was asked, by name; each name may come several times, each value may hold several after commas."""

    values: dict[str, list[str]]

    @classmethod
    def of(cls, request: HttpRequest, *known: str) -> Query:
        """Read the query, or the form of a `_search`. Raises Problem for what is not known here.

        A filter that is not applied would show more than was asked for; `Prefer: handling=lenient` accepts that.
        """
        sent = request.POST if request.method == "POST" else request.GET
        values = {name: [value for value in sent.getlist(name) if value] for name in sent}
        is_lenient = "handling=lenient" in request.headers.get("Prefer", "").replace(" ", "")
        unknown = sorted(values.keys() - set(known) - ALWAYS)
        if unknown and not is_lenient:
            names = {"name": unknown[0][:60], "known": ", ".join(sorted(known))}
            said = _("“%(name)s” is not searched by here; known are: %(known)s.") % names
            raise Problem(400, said, code="not-supported")
        if any("\x00" in value for each in values.values() for value in each):
            raise Problem(400)
        return cls({name: each for name, each in values.items() if name in known or name in ALWAYS})

    def all(self, name: str) -> list[str]:
        """Return every value under that name, those of one comma-separated list too."""
        found = [part.strip() for value in self.values.get(name, []) for part in value.split(",") if part.strip()]
        if len(found) > MOST:
            raise Problem(400, _("“%(name)s” takes %(most)d values at most.") % {"name": name, "most": MOST})
        return found

    @property
    def count(self) -> int:
        said = self.values.get("_count", [str(USUAL_COUNT)])[-1]
        if not (said.isascii() and said.isdecimal() and len(said) < 10 and int(said)):
            raise Problem(400, _("“_count” is a number from 1 to %(most)d.") % {"most": MOST}, code="value")
        return min(int(said), MOST)

    @property
    def page(self) -> str:
        return self.values.get("_page", [""])[-1]

    def span(self, name: str, zone: ZoneInfo) -> Span:
        """Return the time that all dates under that name leave. Raises Problem."""
        since, until = FIRST, LAST
        for said in self.values.get(name, []):
            one = span_in(said, zone)
            since, until = max(since, one.since), min(until, one.until)
        return Span(since, until)


def span_in(said: str, zone: ZoneInfo) -> Span:
    """Return the time that one date with its prefix means, by the clocks of the house unless it says its own."""
    found = WRITTEN.fullmatch(said.strip().replace(" ", "+"))
    prefix = (found["prefix"] or "eq") if found else ""
    if found is None or prefix not in {"eq", "ge", "gt", "sa", "le", "lt", "eb"}:
        raise Problem(400, _("“%(said)s” is no date of FHIR.") % {"said": said[:60]}, code="value")
    first, after = instants_of(found, zone)
    return {
        "eq": Span(first, after),
        "ge": Span(since=first),
        "gt": Span(since=after),
        "sa": Span(since=after),
        "le": Span(until=after),
        "lt": Span(until=first),
        "eb": Span(until=first),
    }[prefix]


def instants_of(found: re.Match[str], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first instant that a written date covers, and the first after it, both within our years."""
    try:
        first, after = covered(found, zone)
    except ValueError as error:
        raise Problem(400, _("“%(said)s” is no date of FHIR.") % {"said": found[0]}, code="value") from error
    return min(max(first, FIRST), LAST), min(max(after, FIRST), LAST)


def covered(found: re.Match[str], zone: ZoneInfo) -> tuple[datetime, datetime]:
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    begins = date(year, month, day)
    at = time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0)) if found["hour"] else None
    if year not in YEARS:
        return (FIRST, FIRST) if year < YEARS.start else (LAST, LAST)
    if at is not None:
        offset = datetime.fromisoformat(f"2000-01-01T00:00{found['zone']}").tzinfo if found["zone"] else None
        first = datetime.combine(begins, at, tzinfo=offset) if offset else at_local(begins, at, zone)
        return first, first + (timedelta(seconds=1) if found["second"] else timedelta(minutes=1))
    if found["day"]:
        return local_midnights(begins, zone)
    following = date(year + month // 12, month % 12 + 1, 1) if found["month"] else date(year + 1, 1, 1)
    return local_midnights(begins, zone)[0], local_midnights(following, zone)[0]


def instant_in(said: str, name: str) -> datetime:
    """Return an instant as FHIR writes one, with its offset, in our years. Raises Problem."""
    try:
        found = datetime.fromisoformat(said.strip())
    except ValueError as error:
        raise not_an_instant(name) from error
    if found.utcoffset() is None or found.year not in YEARS:
        raise not_an_instant(name)
    return found.astimezone(UTC)


def not_an_instant(name: str) -> Problem:
    return Problem(400, _("“%(name)s” is an instant with its offset, of our years.") % {"name": name}, code="value")


def references_in(said: Iterable[str], *kinds: str) -> list[tuple[str, str]]:
    """Return (kind, key) of each reference: relative, or an address that ends with it. Raises Problem.

    A key alone is of the first kind.
    """
    found = []
    for each in said:
        *_before, kind, key = ["", *each.rstrip("/").split("/")]
        kind = kind or kinds[0]
        if kind not in kinds or not re.fullmatch(r"[A-Za-z0-9.-]{1,64}", key):
            raise Problem(400, _("“%(said)s” is no reference to: %(kinds)s.")
                          % {"said": each[:80], "kinds": ", ".join(kinds)}, code="value")  # fmt: skip
        found.append((kind, key))
    return found


def keys_in(said: Iterable[str], *kinds: str) -> list[str]:
    return [key for _kind, key in references_in(said, *kinds)]


def code_in(said: str, system: str) -> str | None:
    """Return the code of system|code or of a code alone; None where it is of another system."""
    before, bar, code = said.rpartition("|")
    return code if not bar or before in {"", system} else None

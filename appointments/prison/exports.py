"""The list as CSV and as a calendar, from the same neutral rows as the screen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from access.models import Establishment
from appointments.models.movement import Movement

# A spreadsheet would run a cell that begins with one of these, also behind spaces or in their wide East Asian form.
FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# How often a calendar program may ask again, for those that listen.
ASK_AGAIN = timedelta(minutes=15)


def as_text(value: str) -> str:
    """Return `value` so that a spreadsheet shows it instead of running it."""
    return f"'{value}" if value.lstrip().startswith(FORMULA_STARTS) or value[:1].isspace() else value


def as_csv(movements: Iterable[Movement], establishment: Establishment) -> bytes:
    """Return the lines as CSV: semicolons and a byte order mark, which is what a French spreadsheet opens at once."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            _("Building"),
            _("Expected at"),
            _("Cell"),
            _("Name"),
            _("First name"),
            _("Register number"),
            _("Destination"),
            _("Mark"),
        ]
    )
    for line in movements:
        at = line.expected_at.astimezone(establishment.zone)
        cells = [line.building.name, f"{at:%H:%M}", line.cell, line.last_name.upper(), line.first_name]
        writer.writerow([as_text(cell) for cell in [*cells, line.register_number, _("Health unit"), line.mark_word]])
    return out.getvalue().encode("utf-8-sig")


def as_calendar(movements: Iterable[Movement], establishment: Establishment, *, day: date) -> bytes:
    """Return the lines of `day` and the next as iCalendar (RFC 5545): one event without duration for each arrival.

    No property tells when a line was written or changed: DTSTAMP, which the standard demands, repeats the start.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//CareHub//movements//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{_('Movement list')} – {establishment.name}")
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"value": "DURATION"})
    # The standard wants one component at least, also on a day when nobody is expected.
    first, last = date(day.year, 1, 1), date(day.year + 1, 12, 31)
    calendar.add_component(Timezone.from_tzinfo(establishment.zone, first_date=first, last_date=last))
    for line in movements:
        calendar.add_component(as_event(line, establishment.zone))
    return bytes(calendar.to_ical())


def as_event(line: Movement, zone: ZoneInfo) -> Event:
    """Return one arrival, without an end: nobody learns how long a visit takes.

    Its identifier is derived from what it shows (docs/adr/0004). A withdrawn one says so in words and as a status;
    no SEQUENCE counts its changes.
    """
    event = Event()
    event.add("uid", f"{line.pk}@carehub.invalid")
    event.add("dtstamp", line.expected_at.astimezone(UTC))
    event.add("dtstart", line.expected_at.astimezone(zone))
    seen = {"name": line.display_name, "number": line.register_number, "cell": line.cell}
    summary = _("%(name)s (%(number)s), %(cell)s: health unit") % seen
    event.add("summary", f"[{line.mark_word}] {summary}" if line.mark_word else summary)
    if line.is_withdrawn:
        event.add("status", "CANCELLED")
    event.add("location", _("Health unit"))
    event.add("description", _("Building %(building)s") % {"building": line.building.name})
    event.add("transp", "TRANSPARENT")
    return event

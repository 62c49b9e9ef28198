"""The list as CSV and as a calendar, from the same neutral rows as the screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Event, Timezone

from access.feeds import new_calendar, new_event
from access.models import Establishment
from access.spreadsheet import Figures, as_csv
from appointments.arithmetic.sheet import destroy_on
from appointments.prison.lines import ListLine
from appointments.prison.listing import Publication

# An arrival has no length, and calendar programs draw nothing that has none: all have this one.
LENGTH = timedelta(minutes=15)
# How often a calendar program may ask again, for those that listen.
ASK_AGAIN = timedelta(minutes=15)


def file_name(day: date) -> str:
    """Return the name of a day's file: the day, and by when it is to be gone."""
    return f"mouvements-{day:%Y-%m-%d}-a-detruire-le-{destroy_on(day):%Y-%m-%d}.csv"


def listed_as_csv(
    listed: Iterable[ListLine], establishment: Establishment, *, day: date, edition: Publication
) -> bytes:
    """Return the lines as a spreadsheet opens them: numbers keep their zeros, each line says of which list it is."""
    heading = (
        _("Building"),
        _("Expected at"),
        _("Cell"),
        _("Name"),
        _("First name"),
        _("Register number"),
        _("Destination"),
        _("Mark"),
        _("Version"),
        _("List of the hour"),
        _("To be destroyed on"),
    )
    # On every line: it stays with whatever is copied out of the file.
    end = f"{destroy_on(day):%d/%m/%Y}"
    planned = edition.planned_for
    hour = f"{planned.astimezone(establishment.zone):%d/%m/%Y %H:%M}" if planned else ""
    said = (edition.version or "", hour, end)
    lines = ((*line_cells(line, establishment.zone), _("Health unit"), line.mark_word, *said) for line in listed)
    return as_csv([heading, *lines])


def line_cells(line: ListLine, zone: ZoneInfo) -> tuple[object, ...]:
    """Return where, when and who, as the list has them."""
    at = line.expected_at.astimezone(zone)
    name = (line.last_name.upper(), line.first_name)
    return (line.building.name, f"{at:%H:%M}", line.cell, *name, Figures(line.register_number))


def as_calendar(listed: Iterable[ListLine], establishment: Establishment, *, day: date) -> bytes:
    """Return the lines of `day` and the next as iCalendar (RFC 5545): one event for each arrival, all of one length.

    No property tells when a line was written or changed: DTSTAMP, which the standard demands, repeats the start.
    """
    calendar = new_calendar(f"{_('Movement list')} – {establishment.name}", product="movements")
    calendar.add("x-wr-caldesc", _("Each line is to be destroyed the day after its own."))
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"value": "DURATION"})
    # The standard wants one component at least, also on a day when nobody is expected.
    first, last = date(day.year, 1, 1), date(day.year + 1, 12, 31)
    calendar.add_component(Timezone.from_tzinfo(establishment.zone, first_date=first, last_date=last))
    for line in listed:
        calendar.add_component(arrival_event(line, establishment.zone))
    return bytes(calendar.to_ical())


def arrival_event(line: ListLine, zone: ZoneInfo) -> Event:
    """Return one arrival. It lasts as long as every other: nobody learns how long a visit takes.

    Its identifier is derived from what it shows (docs/adr/0004). A withdrawn one says so in words and as a status;
    no SEQUENCE counts its changes.
    """
    seen = {"name": line.display_name, "number": line.register_number, "cell": line.cell}
    summary = _("%(name)s (%(number)s), %(cell)s: health unit") % seen
    event = new_event(
        str(line.pk),
        f"[{line.mark_word}] {summary}" if line.mark_word else summary,
        stamp=line.expected_at.astimezone(UTC),
        start=line.expected_at.astimezone(zone),
        is_busy=False,
    )
    event.add("dtend", line.expected_at.astimezone(zone) + LENGTH)
    if line.is_withdrawn:
        event.add("status", "CANCELLED")
    event.add("location", _("Health unit"))
    said = {
        "building": line.building.name,
        "day": f"{destroy_on(line.expected_at.astimezone(zone).date()):%d/%m/%Y}",
    }
    event.add("description", _("Building %(building)s. To be destroyed on %(day)s.") % said)
    return event

"""The frame of a calendar that somebody subscribes to (iCalendar, RFC 5545), alike behind both doors."""

from __future__ import annotations

from datetime import datetime

from icalendar import Calendar, Event


def new_calendar(name: str, *, product: str) -> Calendar:
    """Return an empty calendar that is only read; `product` says what of CareHub wrote it.

    It has no METHOD: that would make each event a message, which needs an organizer (RFC 5546).
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//CareHub//{product}//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    return calendar


def new_event(key: str, summary: str, *, stamp: datetime, start: datetime, is_busy: bool) -> Event:
    """Return an event known by `key`; `stamp` is the DTSTAMP, which the standard demands."""
    event = Event()
    event.add("uid", f"{key}@carehub.invalid")
    event.add("dtstamp", stamp)
    event.add("dtstart", start)
    event.add("summary", summary)
    event.add("transp", "OPAQUE" if is_busy else "TRANSPARENT")
    return event

"""Reads hospital escorts for their pages: which hospitals are known, what else stands on the day. Writes nothing."""

from __future__ import annotations

from datetime import date

from access.models import Establishment
from appointments.arithmetic.timegrid import OutsideCalendar, local_midnights
from appointments.models import Appointment, Detainee, Escort
from appointments.rights import Rights, appointments_visible_to, escorts_visible_to

KNOWN_HOSPITALS = 30


def known_hospitals(establishment: Establishment) -> list[str]:
    names = Escort.objects.filter(establishment=establishment).order_by("hospital")
    return list(names.values_list("hospital", flat=True).distinct()[:KNOWN_HOSPITALS])


def appointments_that_day(rights: Rights, escort: Escort) -> list[Appointment]:
    establishment = escort.establishment
    start, end = local_midnights(establishment.day_of(escort.expected_at), establishment.zone)
    mine = appointments_visible_to(rights).holding()
    on_the_day = mine.filter(detainee=escort.detainee_id, starts_at__gte=start, starts_at__lt=end)
    return list(on_the_day.with_names().order_by("starts_at", "id"))


def escorts_that_day(rights: Rights, person: Detainee, day: date) -> list[Escort]:
    """Return the person's escorts still to come on `day`; none for whoever may not know of them."""
    try:
        start, end = local_midnights(day, rights.establishment.zone)
    except OutsideCalendar:
        return []
    escorts = escorts_visible_to(rights).to_come()
    return list(escorts.filter(detainee=person, expected_at__gte=start, expected_at__lt=end).order_by("expected_at"))

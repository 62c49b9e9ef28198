"""Invented hospital escorts: half a year of them with their cancellations, and some to come. Seeded."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from appointments.models import Detainee, Escort
from appointments.models.enums.escort import EscortCancelReason, EscortStatus, TransportNote
from carehub.tools.demo import cast
from carehub.tools.demo.days import Calendar, is_working_day
from carehub.tools.demo.present import REFUSAL_CAUSES
from carehub.tools.demo.rows import BATCH, Frame

HOSPITALS = {
    "CHU Nord": ("Cardiologie", "Imagerie", "Ophtalmologie", "Chirurgie viscérale"),
    "Hôpital Saint-Roch": ("ORL", "Urologie", "Consultation douleur"),
    "Clinique des Tilleuls": ("Endoscopie",),
}
# Per working day; three in ten are cancelled (domain figures: prison 45, health unit 28, patient 21, hospital 6).
A_DAY = (0, 1, 1, 2, 2, 3)
CANCELLED = 0.3
REASONS = {
    EscortCancelReason.ESCORT: 38,
    EscortCancelReason.PRISON: 7,
    EscortCancelReason.UNIT: 28,
    EscortCancelReason.REFUSED: 21,
    EscortCancelReason.HOSPITAL: 6,
}
HOURS = (8 * 60 + 30, 9 * 60, 10 * 60, 11 * 60, 14 * 60, 15 * 60 + 30)
PEOPLE_PER_ESCORT_A_DAY = 200


def write_escorts(frame: Frame, people: Sequence[Detainee], calendar: Calendar) -> None:
    """Write the escorts of the weeks shown, of people who are still there, at most one a person and day."""
    rng = Random(f"CareHub escorts {frame.establishment.code}")  # noqa: S311 (an invented establishment)
    planners = cast.planners_of_escorts(frame.establishment, frame.users)
    here = sorted((person for person in people if person.is_present), key=lambda person: person.register_number)
    if not planners or not here:
        return
    share = min(1.0, len(here) / (PEOPLE_PER_ESCORT_A_DAY * 2))
    rows: list[Escort] = []
    days = (calendar.first + timedelta(days=number) for number in range((calendar.last - calendar.first).days + 1))
    for day in filter(is_working_day, days):
        number = max(day == calendar.today, round(rng.choice(A_DAY) * share))
        for person in rng.sample(here, number):
            rows.append(_escort(frame, person, day, calendar, rng))
    for row in rows:
        row.planned_by = planners[row.pk.int % len(planners)]
    Escort.objects.bulk_create(rows, batch_size=BATCH)


def _escort(frame: Frame, person: Detainee, day: date, calendar: Calendar, rng: Random) -> Escort:
    hospital = rng.choice(list(HOSPITALS))
    row = Escort(
        id=uuid.UUID(int=rng.getrandbits(128), version=4),
        establishment=frame.establishment,
        detainee=person,
        hospital=hospital,
        department=rng.choice(HOSPITALS[hospital]),
        expected_at=frame.instant(day, rng.choice(HOURS)),
        transport=[rng.choice([TransportNote.SEATED, TransportNote.SEATED, TransportNote.LYING])],
    )
    if day != calendar.today and rng.random() < CANCELLED:
        row.status = EscortStatus.CANCELLED
        row.cancel_reason = rng.choices(list(REASONS), list(REASONS.values()))[0]
        if row.cancel_reason == EscortCancelReason.REFUSED:
            row.refusal_cause = REFUSAL_CAUSES[row.pk.int % len(REFUSAL_CAUSES)]
    elif day < calendar.today:
        row.status = EscortStatus.DONE
        row.departed_at = row.expected_at - timedelta(minutes=75)
    elif day > calendar.today and rng.random() < 1 / 2:
        row.status = EscortStatus.CONFIRMED
    return row

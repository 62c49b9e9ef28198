"""Invented rounds: the closed wings with some weeks of visits, arrivals, medication and dressings in the cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from random import Random
from uuid import UUID, uuid5

from access.models import Building
from appointments.arithmetic.timegrid import at_local
from appointments.models import Appointment, Detainee, RoundKind, RoundStay, RoundVisit
from appointments.models.enums.rounds import RoundRhythm, RoundTeam, VisitOutcome, VisitReason
from carehub.tools.demo import cast
from carehub.tools.demo.days import Calendar
from carehub.tools.demo.letters import CLOSED_WING
from carehub.tools.demo.rows import Frame

ISOLATION = "QI"
# Who is in which closed wing beside whom the letters put there, and for how many days.
IN_WINGS = ((CLOSED_WING, 3, 4), (CLOSED_WING, 5, 11), (CLOSED_WING, 9, 6), (ISOLATION, 1, 50), (ISOLATION, 4, 33))
MEDICATION, DRESSINGS = 7, 3
# So many days, at the most, the arrivals' wing keeps somebody on its round.
ARRIVAL = 7
# Of 100 visits: the person refused, or nobody opened the door; and so many of a wing's were forgotten.
REFUSED, PREVENTED, FORGOTTEN = 8, 9, 6
REASONS = (VisitReason.STAFF, VisitReason.STAFF, VisitReason.FROZEN, VisitReason.ELSEWHERE, VisitReason.NO_REASON)
MORNING = time(9, 20)


def write_rounds(frame: Frame, calendar: Calendar) -> None:
    """Write rounds and their visits up to yesterday; today's are left to whoever tries them."""
    rng = Random(2026)  # noqa: S311 invented people
    move_into_wings(frame)
    kinds = write_kinds(frame)
    by_cell = [stay for kind in kinds[:2] for stay in stays_by_cell(kind, calendar)]
    stays = [*by_cell, *stays_by_hand(frame, kinds, calendar)]
    # The database let them begin today.
    RoundStay.objects.filter(establishment=frame.establishment).delete()
    RoundStay.objects.bulk_create(stays)
    RoundVisit.objects.bulk_create([visit for stay in stays for visit in visits_of(frame, stay, calendar, rng)])


def move_into_wings(frame: Frame) -> None:
    """Let some people be in the closed wings of whom no list and no appointment to come speaks."""
    place = frame.establishment
    expected = Appointment.objects.booked().filter(establishment=place)
    people = Detainee.objects.filter(establishment=place).present().exclude(pk__in=expected.values("detainee"))
    people = people.exclude(building__name__in=[CLOSED_WING, "Arrivants"]).order_by("register_number", "pk")
    for (wing, cell, _days), person in zip(IN_WINGS, people, strict=False):
        person.building, _new = Building.objects.get_or_create(establishment=place, name=wing)
        person.cell = f"{wing}-{cell:02d}"
        person.save()


def write_kinds(frame: Frame) -> list[RoundKind]:
    said = (
        ("Visites QD et QI", "QD*, QI*", RoundRhythm.WEEKLY, RoundTeam.ANYONE, ""),
        ("Quartier arrivants", "Arrivants", RoundRhythm.WEEKDAYS, RoundTeam.NURSE, "024"),
        ("Médicaments en cellule", "", RoundRhythm.DAILY, RoundTeam.NURSE, ""),
        ("Pansements en cellule", "", RoundRhythm.WEEKDAYS, RoundTeam.NURSE, "024"),
    )
    return [
        RoundKind.objects.create(
            establishment=frame.establishment,
            name=name,
            places=places,
            rhythm=rhythm,
            team=team,
            weekdays=weekdays,
            is_legal=places.startswith("QD"),
        )
        for name, places, rhythm, team, weekdays in said
    ]


def stays_by_cell(kind: RoundKind, calendar: Calendar) -> Iterator[RoundStay]:
    days = {f"{wing}-{cell:02d}": number for wing, cell, number in IN_WINGS}
    for stay in RoundStay.objects.filter(kind=kind).select_related("detainee").order_by("detainee__register_number"):
        arrived_on = stay.detainee.arrived_on or calendar.today
        here = min((calendar.today - arrived_on).days, days.get(stay.detainee.cell, 1 if kind.is_legal else ARRIVAL))
        since = calendar.today - timedelta(days=here)
        yield stay_from(kind, stay.detainee, since, place=stay.place)


def stays_by_hand(frame: Frame, kinds: Sequence[RoundKind], calendar: Calendar) -> Iterator[RoundStay]:
    """Give those who get medication or a dressing in their cell, some until a known day."""
    people = Detainee.objects.filter(establishment=frame.establishment, building__name__in=["A", "B"]).present()
    chosen = list(people.select_related("building").order_by("-register_number", "pk")[: MEDICATION + DRESSINGS])
    for number, person in enumerate(chosen):
        kind = kinds[2] if number < MEDICATION else kinds[3]
        ends_on = calendar.today + timedelta(days=number) if number % 2 else None
        since = calendar.today - timedelta(days=3 + number)
        yield stay_from(kind, person, since, ends_on=ends_on, added_by_id=frame.users[cast.NURSE].pk)


def stay_from(kind: RoundKind, person: Detainee, since: date, **fields: object) -> RoundStay:
    return RoundStay(
        id=uuid5(person.pk, kind.name),
        establishment_id=kind.establishment_id,
        kind=kind,
        detainee=person,
        since=since,
        added_at=at_local(since, MORNING, kind.establishment.zone),
        **fields,
    )


def visits_of(frame: Frame, stay: RoundStay, calendar: Calendar, rng: Random) -> Iterator[RoundVisit]:
    """Give the visits up to yesterday: twice a week in the wings, otherwise on each day that asks for one."""
    day = stay.since
    while day < calendar.today:
        drawn = rng.randrange(100)
        if is_visited(stay.kind, day) and not (stay.kind.is_legal and drawn < FORGOTTEN):
            yield visit_on(frame, stay, day, drawn, rng)
        day += timedelta(days=1)


def is_visited(kind: RoundKind, day: date) -> bool:
    if kind.rhythm == RoundRhythm.DAILY:
        return True
    return str(day.weekday()) in (kind.weekdays or "14")


def visit_on(frame: Frame, stay: RoundStay, day: date, drawn: int, rng: Random) -> RoundVisit:
    outcome, reason = VisitOutcome.SEEN, ""
    if drawn >= 100 - REFUSED:
        outcome = VisitOutcome.REFUSED
    elif drawn >= 100 - REFUSED - PREVENTED:
        outcome, reason = VisitOutcome.PREVENTED, rng.choice(REASONS)
    nurse = frame.users[cast.NURSE]
    return RoundVisit(
        id=UUID(int=rng.getrandbits(128), version=4),
        establishment=frame.establishment,
        stay=stay,
        day=day,
        at=MORNING.replace(minute=MORNING.minute + rng.randrange(39)),
        outcome=outcome,
        reason=reason,
        building_id=stay.detainee.building_id,
        cell=stay.detainee.cell,
        made_by=nurse,
        recorded_by=nurse,
        recorded_at=frame.instant(day, 12 * 60),
    )

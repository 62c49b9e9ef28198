"""Invented requests in the queue of the large establishment: of every age, some overdue, some twice, some arrivals.

Written after the appointments, so that nobody asks for what they already have unless they ask twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from access.models import Building
from appointments import projection
from appointments.arithmetic.recurrence import HALF_DAYS_OF_WEEK
from appointments.models import Appointment, Detainee, Kind, Question, Request
from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from appointments.models.enums.planning import Discipline
from appointments.models.enums.request import Cause, Closing, Priority, RequestAnswer, RequestStatus, Source
from appointments.requests.entering import usual_priority
from carehub.tools.demo.days import Calendar
from carehub.tools.demo.rows import Frame

OPEN, ANSWERED, PLANNED, ARRIVALS = 34, 30, 12, 5
CLOSED_WING, CLOSED_CELL = "QD", "QD-03"
# What people ask for, how often, and within how many days triage lets them be seen.
WANTED = (
    ("Consultation de médecine générale", 10, (1, 3, 7, 7)),
    ("Soins dentaires", 9, (3, 28, 42)),
    ("Entretien psychologique", 6, (14, 28)),
    ("Entretien psychiatrique", 4, (3, 14)),
    ("Soin infirmier", 4, (1, 3)),
    ("Séance de kinésithérapie", 2, (21,)),
    ("Consultation d’addictologie", 2, (10, 14)),
)
SOURCES = {Source.LETTER: 20, Source.MEDICATION_ROUND: 5, Source.FAMILY: 2, Source.OFFICER: 2, Source.CARER: 3}
PREFERS_MORNING = "préfère le matin"
NOTES = (
    "",
    "",
    "",
    "",
    "",
    "ne lit pas le français",
    PREFERS_MORNING,
    "travaille l’après-midi",
)
# Said in the notes; the first of them is no note but a preference of its own.
MORNINGS = (PREFERS_MORNING, "travaille l’après-midi")
ARRIVAL_EXAM, ARRIVAL_DAYS = "Examen d’arrivée", 2


@dataclass
class Letters:
    frame: Frame
    calendar: Calendar
    rng: Random

    def kind(self, name: str) -> Kind:
        return self.frame.kinds[name]


def write_requests(frame: Frame, calendar: Calendar) -> None:
    """Write the queue, what was answered before, and one person about whom care must decide."""
    letters = Letters(frame, calendar, Random(f"CareHub letters {frame.establishment.code}"))  # noqa: S311 (invented)
    people = list(Detainee.objects.filter(establishment=frame.establishment).present().order_by("pk"))
    letters.rng.shuffle(people)
    rows = [
        *_waiting(letters, people[:OPEN]),
        *_asked_twice(letters, people[:4]),
        *_came_back(letters),
        *_arrived(letters),
        *_settled(letters, people[OPEN : OPEN + ANSWERED]),
        *_planned(letters),
        *_seen(letters),
    ]
    Request.objects.bulk_create(rows)
    _date_entries(frame)
    _move_somebody_to_a_closed_wing(letters)


def _request(letters: Letters, person: Detainee, received_on: date, **fields: object) -> Request:
    rng, nurse = letters.rng, letters.frame.users["infirmiere"]
    names, weights = [name for name, *_rest in WANTED], [weight for _name, weight, _days in WANTED]
    name = rng.choices(names, weights)[0]
    within = rng.choice(next(days for each, _weight, days in WANTED if each == name))
    sorted_at = timezone.now() - timedelta(hours=1)
    key = UUID(int=rng.getrandbits(128), version=4)
    source, note = rng.choices(list(SOURCES), list(SOURCES.values()))[0], rng.choice(NOTES)
    values = {
        "id": key,
        "establishment": letters.frame.establishment,
        "detainee": person,
        "kind": letters.kind(name),
        "source": source,
        "priority": usual_priority(within),
        "received_on": received_on,
        "last_asked_on": received_on,
        "due_on": received_on + timedelta(days=within),
        "note": "" if note == PREFERS_MORNING else note,
        "half_days": [number for number in HALF_DAYS_OF_WEEK if note in MORNINGS and number % 2 == 0],
        "entered_by": nurse,
        "triaged_by": nurse,
        "triaged_at": sorted_at,
    }
    return Request(**{**values, **fields})


def _waiting(letters: Letters, people: list[Detainee]) -> Iterator[Request]:
    """The mail of today and of the last weeks; what came today is not sorted yet."""
    today = letters.calendar.today
    for number, person in enumerate(people):
        days = 0 if number < 12 else 1 + int(letters.rng.expovariate(1 / 6)) % 30
        fresh: dict[str, object] = {"triaged_by": None, "triaged_at": None} if days == 0 else {}
        if days == 0 and number % 3 == 0:
            fresh |= {"kind": None, "discipline": "", "priority": Priority.ROUTINE, "due_on": today + timedelta(14)}
        asked = 2 if number % 11 == 5 else 1
        yield _request(letters, person, today - timedelta(days=days), times_asked=asked, last_asked_on=today, **fresh)


def _asked_twice(letters: Letters, people: list[Detainee]) -> Iterator[Request]:
    """People who wait for one thing and ask for another."""
    dentist = letters.kind("Soins dentaires")
    for person in people:
        day = letters.calendar.today - timedelta(days=9)
        yield _request(letters, person, day, kind=dentist, source=Source.LETTER, due_on=day + timedelta(days=42))


def _came_back(letters: Letters) -> Iterator[Request]:
    """People who were not seen although they were expected: their request waits again."""
    start = letters.frame.instant(letters.calendar.today - timedelta(days=6), 0)
    missed = Appointment.objects.filter(
        Q(status=Status.NOT_COME, not_come_reason=NotComeReason.VISIT)
        | Q(status=Status.CANCELLED, cancel_reason=CancelReason.UNIT_POSTPONED),
        establishment=letters.frame.establishment,
        starts_at__gte=start,
        starts_at__lt=timezone.now(),
        detainee__released_on=None,
    )
    for one in missed.select_related("detainee", "kind").order_by("starts_at", "pk")[:3]:
        day = letters.calendar.today - timedelta(days=12)
        yield _request(
            letters, one.detainee, day, kind=one.kind, returned_from=one, due_on=day + timedelta(days=10), note=""
        )


def _arrived(letters: Letters) -> Iterator[Request]:
    """The last to arrive, not seen yet."""
    people = Detainee.objects.filter(establishment=letters.frame.establishment).present()
    for person in people.order_by("-arrived_on", "-register_number")[:ARRIVALS]:
        day = person.arrived_on or letters.calendar.today
        yield _request(
            letters,
            person,
            day,
            kind=letters.kind(ARRIVAL_EXAM),
            source=Source.ARRIVAL,
            priority=Priority.SOON,
            due_on=day + timedelta(days=ARRIVAL_DAYS),
            note="",
            triaged_by=None,
            triaged_at=None,
        )


def _settled(letters: Letters, people: list[Detainee]) -> Iterator[Request]:
    for number, person in enumerate(people):
        day = letters.calendar.today - timedelta(days=letters.rng.randint(3, 50))
        if number % 4:
            answer = RequestAnswer.SEEN if number % 2 else RequestAnswer.WRITTEN
            yield _request(letters, person, day, status=RequestStatus.ANSWERED, answer=answer)
        else:
            yield _request(letters, person, day, status=RequestStatus.CLOSED, closing=Closing.WITHDRAWN)


def _planned(letters: Letters) -> Iterator[Request]:
    to_come = Appointment.objects.booked().filter(
        establishment=letters.frame.establishment,
        starts_at__gt=timezone.now(),
        kind__discipline__in=[Discipline.GENERAL, Discipline.DENTISTRY, Discipline.PSYCHIATRY],
        detainee__released_on=None,
    )
    for one in to_come.select_related("detainee", "kind").order_by("pk")[:PLANNED]:
        day = letters.calendar.today - timedelta(days=letters.rng.randint(2, 15))
        due = max(one.starts_at.date(), day)
        yield _request(
            letters, one.detainee, day, kind=one.kind, appointment=one, status=RequestStatus.PLANNED, due_on=due
        )


def _seen(letters: Letters) -> Iterator[Request]:
    """The letters to which the consultations of the past were the answer: one in three of what people ask for."""
    seen = Appointment.objects.filter(
        establishment=letters.frame.establishment,
        status=Status.SEEN,
        starts_at__lt=timezone.now(),
        kind__name__in=[name for name, *_rest in WANTED],
    )
    establishment = letters.frame.establishment
    for one in seen.select_related("detainee", "kind").order_by("starts_at", "pk"):
        if letters.rng.random() * 3 < 1:
            day = establishment.day_of(one.booked_at) - timedelta(days=letters.rng.randint(0, 4))
            yield _request(
                letters,
                one.detainee,
                day,
                kind=one.kind,
                appointment=one,
                status=RequestStatus.ANSWERED,
                due_on=max(establishment.day_of(one.starts_at), day),
                note="",
            )


def _date_entries(frame: Frame) -> None:
    """Let each request have been entered and sorted on the morning on which it came."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE appointments_request SET entered_at = least(now(), v.at),"
            " triaged_at = CASE WHEN triaged_at IS NULL THEN NULL ELSE least(now(), v.at + interval '1 hour') END"
            " FROM (SELECT id, (received_on + time '08:20') AT TIME ZONE %s AS at FROM appointments_request) v"
            " WHERE v.id = appointments_request.id AND establishment_id = %s",
            [frame.establishment.time_zone, frame.establishment.pk],
        )


def _move_somebody_to_a_closed_wing(letters: Letters) -> None:
    """The list of this morning shows one person in the punishment wing; what becomes of their appointments is open."""
    establishment = letters.frame.establishment
    to_come = Appointment.objects.booked().filter(establishment=establishment, starts_at__gt=timezone.now())
    later = to_come.filter(starts_at__gt=timezone.now() + timedelta(days=4))
    person = (
        Detainee.objects.filter(establishment=establishment, appointments__in=later)
        .present()
        .exclude(building__name__contains="Arrivants")
        .order_by("register_number", "pk")
        .first()
    )
    if person is None:
        return
    person.building = Building.objects.create(establishment=establishment, name=CLOSED_WING)
    person.cell = CLOSED_CELL
    person.save()
    projection.follow([person])
    Question.objects.bulk_create(
        Question(
            id=UUID(int=letters.rng.getrandbits(128), version=4),
            establishment=establishment,
            detainee=person,
            appointment=one,
            cause=Cause.WING,
        )
        for one in to_come.filter(detainee=person).order_by("starts_at", "pk")
    )

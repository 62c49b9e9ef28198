"""Builders of invented rows, readable at the place where a test uses them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from access.enums import Administered, Role, Side, side_of_role
from access.models import Building, Establishment, JointAdministration, Membership, SecondWord, User
from access.policy import give
from access.second_words import answer
from appointments.courier.reference import bring_reference, establishments_of
from appointments.models import (
    Absence,
    Agenda,
    Appointment,
    ArrivalTime,
    CareUnit,
    Closure,
    ConsultationSession,
    Detainee,
    Escort,
    ExportPermission,
    Kind,
    Request,
    SessionPattern,
)
from appointments.models.enums.appointment import Status
from appointments.models.enums.planning import AbsenceReason, ClosureReason, Discipline, SessionMode
from appointments.models.enums.request import Source
from appointments.projection import call, expected_at

PASSWORD = "une phrase de passe solide"
ARRIVAL_TIMES = (time(8, 30), time(9, 30), time(10, 30), time(14, 0), time(15, 0), time(16, 0))


PARIS = ZoneInfo("Europe/Paris")


def paris_day() -> date:
    """Today where the tests' establishments stand: for one hour or two a night it is not UTC's day."""
    return timezone.localdate(timezone=PARIS)


class EstablishmentFactory(DjangoModelFactory):
    class Meta:
        model = Establishment
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"MA{n}")
    name = factory.LazyAttribute(lambda o: f"Maison d’arrêt {o.code}")

    @factory.post_generation
    def arrival_times(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        for at in extracted if extracted is not None else ARRIVAL_TIMES:
            ArrivalTime.objects.create(establishment=self, at=at)


class BuildingFactory(DjangoModelFactory):
    class Meta:
        model = Building

    establishment = factory.SubFactory(EstablishmentFactory)
    name = factory.Sequence(lambda n: f"B{n}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    full_name = factory.LazyAttribute(lambda o: o.username.capitalize())
    side = Side.CARE
    must_change_password = False

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        user = model_class(**kwargs)
        user.set_password(PASSWORD)
        user.save(using="prison" if user.side == Side.PRISON else "default")
        return user


def agreed(establishment: Establishment) -> JointAdministration:
    """The local agreement on one administration for both sides, as the installer records it."""
    return JointAdministration.objects.get_or_create(
        establishment=establishment, defaults={"decided_by": "Directors of both", "decided_on": date(2026, 1, 1)}
    )[0]


def confirmed(*usernames: str) -> None:
    """A second person confirms accounts that an administrator opened; here the installer does."""
    for username in usernames:
        words = list(SecondWord.objects.filter(account__username=username, answer="").order_by("pk"))
        assert words != []
        for word in words:
            answer(word, by=None, is_confirmed=True)


def member(
    role: Role, establishment: Establishment, *, username: str, administers: str = Administered.BOTH, **fields: Any
) -> User:
    """An account with `role` at `establishment` and the rights that the role itself carries."""
    side = side_of_role(role)
    if side == Side.PRISON:
        # Accounts there refer to the establishment, which the courier brings.
        bring_reference("prison", establishments_of("prison"))
    user = UserFactory(username=username, side=side, **fields)
    if role == Role.ACCOUNT_ADMIN and administers == Administered.BOTH:
        agreed(establishment)
    Membership.objects.using(user._state.db).create(
        user_id=user.pk,
        establishment_id=establishment.pk,
        side=user.side,
        role=role,
        valid_from=date(2020, 1, 1),
        administers=administers if role == Role.ACCOUNT_ADMIN else "",
    )
    if role == Role.HEAD:
        give(user, "lead_unit", establishment)
    if role in {Role.UNIT_OFFICER, Role.SENIOR_OFFICER, Role.MOVEMENT_OFFICE}:
        give(user, "view_all_movements", establishment)
    return user


def may_export(establishment: Establishment, *usernames: str, days: int = 30) -> list[ExportPermission]:
    """Files and calendar as the head of the unit has opened them to officers' accounts; the courier takes it there."""
    head = User.objects.filter(username="opener").first() or member(Role.HEAD, establishment, username="opener")
    today = establishment.today()
    return [
        ExportPermission.objects.create(
            establishment=establishment,
            username=username,
            opened_on=today,
            until=today + timedelta(days=days),
            opened_by=head,
        )
        for username in usernames
    ]


def unit_of(establishment: Establishment) -> CareUnit:
    """The unit that an establishment has from the first day."""
    return CareUnit.objects.filter(establishment=establishment).order_by("pk")[0]


class AgendaFactory(DjangoModelFactory):
    class Meta:
        model = Agenda

    establishment = factory.SubFactory(EstablishmentFactory)
    unit = factory.LazyAttribute(lambda o: unit_of(o.establishment))
    name = factory.Sequence(lambda n: f"Dr {n}")
    discipline = Discipline.GENERAL


class KindFactory(DjangoModelFactory):
    class Meta:
        model = Kind

    establishment = factory.SubFactory(EstablishmentFactory)
    unit = factory.LazyAttribute(lambda o: unit_of(o.establishment))
    name = factory.Sequence(lambda n: f"Consultation {n}")
    discipline = Discipline.GENERAL
    default_minutes = 20


class DetaineeFactory(DjangoModelFactory):
    class Meta:
        model = Detainee

    establishment = factory.SubFactory(EstablishmentFactory)
    building = factory.LazyAttribute(lambda o: BuildingFactory(establishment=o.establishment))
    # Above the numbers that tests give to people by name: a long run counts far.
    register_number = factory.Sequence(lambda n: f"{100_000 + n:06d}")
    last_name = factory.Sequence(lambda n: f"Martin{n}")
    first_name = "Paul"
    birth_date = date(1990, 5, 17)
    cell = factory.Sequence(lambda n: f"A-{n:03d}")
    arrived_on = date(2026, 1, 5)


def workday(days: int = 1) -> date:
    """A day at least `days` after today; tests that look at dates use days relative to today."""
    return paris_day() + timedelta(days=days)


def local(establishment: Establishment, day: date, hour: int, minute: int = 0) -> datetime:
    """The instant at which the establishment's clocks show hour:minute on `day`."""
    return datetime.combine(day, time(hour, minute), tzinfo=establishment.zone)


def open_session(
    agenda: Agenda,
    day: date,
    start: int = 8,
    end: int = 12,
    *,
    start_minute: int = 30,
    slot_minutes: int = 20,
    **fields: Any,
) -> ConsultationSession:
    """An open half-day of `agenda`, 8:30 to 12:00 unless told otherwise."""
    establishment = agenda.establishment
    return ConsultationSession.objects.create(
        establishment=establishment,
        agenda=agenda,
        starts_at=local(establishment, day, start, start_minute),
        ends_at=local(establishment, day, end),
        slot_minutes=slot_minutes,
        **fields,
    )


def shared_session(
    agenda: Agenda, day: date, *, mode: SessionMode = SessionMode.FLEXIBLE, capacity: int = 5, **fields: Any
) -> ConsultationSession:
    """An afternoon of `agenda`, 14:00 to 17:00, whose people share the time: a flexible half-day unless told so."""
    return open_session(agenda, day, 14, 17, start_minute=0, mode=mode, capacity=capacity, **fields)


def pattern_of(agenda: Agenda, **fields: Any) -> SessionPattern:
    """A weekly pattern of `agenda`, Monday mornings from today on, without its sessions."""
    values = {"rule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO", "first": workday(0), "start": time(9), "end": time(12)}
    return SessionPattern.objects.create(establishment=agenda.establishment, agenda=agenda, **values | fields)


def away(agenda: Agenda, start: datetime, end: datetime) -> Absence:
    """A leave of whoever keeps `agenda`."""
    return Absence.objects.create(
        establishment=agenda.establishment, agenda=agenda, starts_at=start, ends_at=end, reason=AbsenceReason.LEAVE
    )


def closed(establishment: Establishment, start: datetime, end: datetime) -> Closure:
    """A closure of the unit."""
    return Closure.objects.create(
        establishment=establishment,
        unit=unit_of(establishment),
        starts_at=start,
        ends_at=end,
        reason=ClosureReason.TEAM,
    )


def appointment(
    detainee: Detainee,
    session: ConsultationSession,
    kind: Kind,
    starts_at: datetime,
    *,
    minutes: int = 20,
    **fields: Any,
) -> Appointment:
    """A booked appointment with its movement, written without the booking rules."""
    fields.setdefault("shares_time", session.is_shared)
    row = Appointment(
        establishment=session.establishment,
        agenda=session.agenda,
        session=session,
        detainee=detainee,
        kind=kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        status=Status.BOOKED,
        **fields,
    )
    call(row, at=expected_at(starts_at, session.establishment))
    row.save(force_insert=True)
    return row


def escort(detainee: Detainee, expected_at: datetime, **fields: Any) -> Escort:
    """A planned hospital escort, written without its rules."""
    values = {"hospital": "CHU Nord", "department": "Cardiology", **fields}
    return Escort.objects.create(
        establishment=detainee.establishment, detainee=detainee, expected_at=expected_at, **values
    )


class RequestFactory(DjangoModelFactory):
    """A request in the queue, for general medicine, received today and to be seen within a fortnight."""

    class Meta:
        model = Request

    detainee = factory.SubFactory(DetaineeFactory)
    establishment = factory.LazyAttribute(lambda o: o.detainee.establishment)
    unit = factory.LazyAttribute(lambda o: unit_of(o.establishment))
    discipline = factory.LazyAttribute(lambda o: "" if getattr(o, "kind", None) else Discipline.GENERAL)
    source = Source.LETTER
    received_on = factory.LazyFunction(paris_day)
    last_asked_on = factory.LazyAttribute(lambda o: o.received_on)
    due_on = factory.LazyAttribute(lambda o: o.received_on + timedelta(days=14))

"""Books, moves and cancels appointments and records their outcome: the only writer of Appointment.

Knows no request, no form and no HTML. Each verb checks first, locks the person and then the agenda (always in
that order, so that nobody waits in a circle), and leaves the last word to the database's constraints.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments import projection
from appointments.enums import CancelReason, NotComeReason, Status
from appointments.models import Agenda, Appointment, ConsultationSession, Detainee, Kind
from appointments.policies import agendas_bookable_by
from appointments.timegrid import NoArrivalTime


class BookingRefused(Exception):
    """A booking rule says no. `code` names the rule, `sentence` tells a person why and what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class ChangedMeanwhile(BookingRefused):
    """Somebody else changed the appointment after it was read."""

    def __init__(self) -> None:
        super().__init__(
            "changed",
            _("Somebody else changed this appointment meanwhile. Look at it again before you change it."),
        )


def book(
    *,
    by: User,
    detainee: Detainee,
    agenda: Agenda,
    kind: Kind,
    starts_at: datetime,
    length: timedelta | None = None,
) -> Appointment:
    """Book `detainee` into `agenda` at `starts_at` for `length` (default: the kind's usual duration).

    Writes the movement in the same transaction. Raises BookingRefused.
    """
    ends_at = starts_at + (length or kind.length)
    require_bookable(by, agenda)
    require_future(ends_at)
    with transaction.atomic(), sentences_for_constraints():
        projection.hold_arrival_times(agenda.establishment)
        person = lock_person(detainee)
        lock_agendas(agenda)
        appointment = Appointment(
            establishment_id=agenda.establishment_id,
            agenda=agenda,
            session=open_session(agenda, starts_at, ends_at),
            detainee=person,
            kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            booked_by=by,
        )
        projection.call(appointment, at=arrival(appointment))
        appointment.save(force_insert=True)
        record(by=by, verb=Verb.BOOK, target=appointment, establishment=agenda.establishment_id)
    return appointment


def move(
    *,
    by: User,
    appointment: Appointment,
    revision: int,
    agenda: Agenda,
    starts_at: datetime,
    length: timedelta | None = None,
) -> Appointment:
    """Move `appointment` to `agenda` at `starts_at`, keeping its duration unless `length` says otherwise.

    `revision` is the one that the user saw. Raises ChangedMeanwhile, BookingRefused.
    """
    ends_at = starts_at + (length or appointment.ends_at - appointment.starts_at)
    require_bookable(by, appointment.agenda, agenda)
    require_future(ends_at)
    with transaction.atomic(), sentences_for_constraints():
        projection.hold_arrival_times(agenda.establishment)
        moved = lock_appointment(appointment, revision=revision, agendas=(agenda,))
        require_status(moved, Status.BOOKED)
        require_present(moved.detainee)
        before = moved.movement_id
        moved.agenda, moved.starts_at, moved.ends_at = agenda, starts_at, ends_at
        moved.session = open_session(agenda, starts_at, ends_at)
        projection.call(moved, at=arrival(moved))
        save_change(moved)
        if before != moved.movement_id:
            projection.withdraw_if_unused(before)
        record(by=by, verb=Verb.MOVE, target=moved, establishment=moved.establishment_id)
    return moved


def cancel(*, by: User, appointment: Appointment, revision: int, reason: CancelReason) -> Appointment:
    """Cancel `appointment` for a care-side `reason`, which the prison side is never told.

    Raises ChangedMeanwhile, BookingRefused.
    """
    require_bookable(by, appointment.agenda)
    with transaction.atomic():
        cancelled = lock_appointment(appointment, revision=revision)
        require_status(cancelled, Status.BOOKED)
        before, cancelled.movement = cancelled.movement_id, None
        cancelled.status, cancelled.cancel_reason = Status.CANCELLED, reason
        save_change(cancelled)
        projection.withdraw_if_unused(before)
        record(by=by, verb=Verb.CANCEL, target=cancelled, establishment=cancelled.establishment_id)
    return cancelled


def record_seen(*, by: User, appointment: Appointment, revision: int) -> Appointment:
    """Record that the person came and was seen. Raises ChangedMeanwhile, BookingRefused."""
    return _record_outcome(by=by, appointment=appointment, revision=revision, status=Status.SEEN, reason="")


def record_not_come(*, by: User, appointment: Appointment, revision: int, reason: NotComeReason) -> Appointment:
    """Record that the person did not come, and why as far as care knows. Raises ChangedMeanwhile, BookingRefused."""
    return _record_outcome(by=by, appointment=appointment, revision=revision, status=Status.NOT_COME, reason=reason)


def _record_outcome(*, by: User, appointment: Appointment, revision: int, status: Status, reason: str) -> Appointment:
    require_bookable(by, appointment.agenda)
    with transaction.atomic(), sentences_for_constraints():
        done = lock_appointment(appointment, revision=revision)
        if done.status == Status.CANCELLED:
            raise BookingRefused("status", _("This appointment was cancelled: it has no outcome to record."))
        if done.session is None or done.session.starts_at > timezone.now():
            raise BookingRefused("future", _("This session has not begun: its outcome cannot be recorded yet."))
        done.status, done.not_come_reason = status, reason
        save_change(done)
        record(by=by, verb=Verb.RECORD_OUTCOME, target=done, establishment=done.establishment_id)
    return done


# --- Guards and locks -------------------------------------------------------------------------------


def require_bookable(by: User, *agendas: Agenda) -> None:
    """Refuse somebody who may not book in every one of `agendas`."""
    for agenda in agendas:
        if not agendas_bookable_by(by, agenda.establishment).filter(pk=agenda.pk).exists():
            raise BookingRefused("right", _("You may not book in the agenda “%(agenda)s”.") % {"agenda": agenda.name})


def require_future(ends_at: datetime) -> None:
    """Refuse a time that is over; one that has just begun may still be taken by somebody at the door."""
    if ends_at <= timezone.now():
        raise BookingRefused("past", _("This time is past. Choose a later one."))


def require_status(appointment: Appointment, status: Status) -> None:
    """Refuse to change an appointment that was already cancelled or closed."""
    if appointment.status != status:
        raise BookingRefused(
            "status",
            _("This appointment is no longer open: %(status)s.") % {"status": appointment.get_status_display().lower()},
        )


def lock_person(detainee: Detainee) -> Detainee:
    """Lock the person against a second booking at the same moment, and refuse somebody who has left."""
    person = (
        Detainee.objects.select_for_update(of=("self",), no_key=True).select_related("building").get(pk=detainee.pk)
    )
    require_present(person)
    return person


def require_present(person: Detainee) -> None:
    """Refuse to call somebody who has left the establishment."""
    if not person.is_present:
        raise BookingRefused("left", _("%(name)s has left the establishment.") % {"name": person.display_name})


def lock_agendas(*agendas: Agenda) -> None:
    """Lock the agendas in the order of their keys, so that crossing moves never wait for each other."""
    keys = sorted({agenda.pk for agenda in agendas})
    list(
        Agenda.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk")
    )


def lock_appointment(appointment: Appointment, *, revision: int, agendas: tuple[Agenda, ...] = ()) -> Appointment:
    """Lock the person, the agendas and the appointment, and refuse a revision that is no longer the present one."""
    Detainee.objects.select_for_update(of=("self",), no_key=True).get(pk=appointment.detainee_id)
    lock_agendas(appointment.agenda, *agendas)
    locked = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("detainee", "detainee__building", "agenda", "agenda__establishment", "session", "kind")
        .get(pk=appointment.pk)
    )
    if locked.revision != revision:
        raise ChangedMeanwhile
    return locked


def save_change(appointment: Appointment) -> None:
    """Save and count the change."""
    appointment.revision += 1
    appointment.save()


def open_session(agenda: Agenda, starts_at: datetime, ends_at: datetime) -> ConsultationSession:
    """Return the session of `agenda` that holds the whole time; refuse when there is none."""
    # The agenda is locked by now: one that was taken out of use a moment ago is seen to be.
    sessions = ConsultationSession.objects.filter(agenda=agenda, agenda__is_active=True)
    session = sessions.filter(starts_at__lte=starts_at, ends_at__gte=ends_at).first()
    if session is None:
        raise BookingRefused(
            "closed",
            _("The agenda “%(agenda)s” is not open for this whole time. Choose a free slot.") % {"agenda": agenda.name},
        )
    return session


def arrival(appointment: Appointment) -> datetime:
    """Return the arrival time under which the person is called; refuse when the day has none early enough."""
    try:
        return projection.expected_at(appointment.starts_at, appointment.agenda.establishment)
    except NoArrivalTime as error:
        raise BookingRefused(
            "arrival",
            _("Nobody can be called that early: there is no arrival time before it. Choose a later slot."),
        ) from error


@contextmanager
def sentences_for_constraints() -> Iterator[None]:
    """Turn the database's refusal into a sentence: it sees the colleague who was a moment quicker."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name == "agenda_overlap":
            raise BookingRefused("taken", _("This slot has just been taken. Choose another one.")) from error
        if name == "person_overlap":
            raise BookingRefused(
                "person", _("This person already has an appointment at that time. Choose another slot.")
            ) from error
        if name == "appointment_within_session":
            raise BookingRefused(
                "closed", _("The agenda is not open for this whole time. Choose a free slot.")
            ) from error
        raise

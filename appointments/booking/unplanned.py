"""Somebody is seen who was not expected: nobody is called for it (docs/adr/0045).

Written down when it happens, or afterwards from the paper of a day without CareHub (docs/adr/0066).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.in_words import date_format
from access.models import Establishment, User
from appointments.booking.guards import (
    BookingRefused,
    booking_refusals,
    lock_agendas,
    lock_appointment,
    lock_person,
    require_bookable,
    require_done,
    require_present,
)
from appointments.booking.history import save_with_history, write
from appointments.models import Absence, Agenda, Appointment, ConsultationSession, Detainee, Kind
from appointments.models.enums.appointment import CancelReason, ChangeKind, Status

# Paper is entered within a week; after that a day's figures are what they are. The database has the same week.
LATEST = timedelta(days=7)


def see_now(*, by: User, detainee: Detainee, agenda: Agenda, kind: Kind, at: datetime | None = None) -> Appointment:
    """Write down that `detainee` is seen now without an appointment: no movement, no place, no line on any list.

    `at` is the minute that the paper names, for whoever was seen earlier. Raises BookingRefused.
    """
    require_bookable(by, agenda)
    require_done(agenda, kind)
    with transaction.atomic(), booking_refusals():
        person = lock_person(detainee.pk)
        require_present(person)
        lock_agendas(agenda)
        starts_at = minute_of(agenda.establishment, at)
        away_from = require_there(agenda, starts_at)
        session = open_session_of(agenda, starts_at)
        visits = Appointment.objects.holding().filter(detainee=person, ends_at__gt=starts_at)
        require_not_expected(visits.filter(starts_at__lte=starts_at).select_related("agenda").first())
        following = visits.filter(starts_at__gt=starts_at).order_by("starts_at", "id")
        until = following.values_list("starts_at", flat=True).first()
        closes = None if session is None else session.ends_at
        ends_at = min(each for each in (starts_at + kind.length, closes, away_from, until) if each is not None)
        made = Appointment(
            establishment_id=agenda.establishment_id,
            agenda=agenda,
            session=session,
            detainee=person,
            kind=kind,
            called_at=starts_at,
            starts_at=starts_at,
            ends_at=ends_at,
            shares_time=True,
            is_unplanned=True,
            status=Status.SEEN,
            booked_by=by,
        )
        made.save(force_insert=True)
        write(made, by=by, what=ChangeKind.UNPLANNED)
        record(by=by, verb=Verb.RECORD_OUTCOME, target=made, establishment=agenda.establishment_id)
    return made


def take_back(*, by: User, appointment: Appointment, revision: int) -> Appointment:
    """Cancel, as a mistake, what was written down today of somebody seen. Raises ChangedMeanwhile, BookingRefused."""
    require_bookable(by, appointment.agenda)
    with transaction.atomic(), booking_refusals():
        row = lock_appointment(appointment, revision=revision)
        row.status, row.cancel_reason = Status.CANCELLED, CancelReason.MISTAKE
        save_with_history(row, by=by, what=ChangeKind.CANCELLED)
        record(by=by, verb=Verb.CANCEL, target=row, establishment=row.establishment_id)
    return row


def this_minute() -> datetime:
    """Return the minute in which the transaction began; whatever is later, the database takes for still to come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('minute', now())")
        minute: datetime = cursor.fetchone()[0]
    return minute


def minute_of(establishment: Establishment, at: datetime | None) -> datetime:
    """Return the minute of the visit: this one, or an earlier one within a week."""
    now = this_minute()
    if at is None:
        return now
    if at > now:
        raise BookingRefused("to_come", _("This time is still to come: write down whom you have seen."))
    first = establishment.day_of(now) - LATEST
    if establishment.day_of(at) < first:
        raise BookingRefused(
            "too_late",
            _("What stands on paper is entered within a week: %(first)s is the earliest day.")
            % {"first": date_format(first, "d/m/Y")},
        )
    return at.replace(second=0, microsecond=0)


def open_session_of(agenda: Agenda, at: datetime) -> ConsultationSession | None:
    """Return the session of `agenda` that is open, None at any other hour: people come then too."""
    return ConsultationSession.objects.filter(agenda=agenda, starts_at__lte=at, ends_at__gt=at).first()


def require_there(agenda: Agenda, at: datetime) -> datetime | None:
    """Refuse an agenda out of use and a practitioner who is away; return from when they will be away next."""
    if not agenda.is_active:
        raise BookingRefused("closed", _("The agenda “%(agenda)s” is no longer in use.") % {"agenda": agenda.name})
    absence = Absence.objects.filter(agenda=agenda, ends_at__gt=at).order_by("starts_at").first()
    if absence is None:
        return None
    if absence.starts_at <= at:
        raise BookingRefused(
            "away",
            _("“%(agenda)s” is away then. Choose the agenda in which the person is seen.") % {"agenda": agenda.name},
        )
    return absence.starts_at


def require_not_expected(expected: Appointment | None) -> None:
    if expected is not None:
        raise BookingRefused("person", _("This person has an appointment then: record there that they were seen."))

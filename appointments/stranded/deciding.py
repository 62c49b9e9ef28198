"""Decides about stranded appointments: what was reviewed, all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments import booking, projection
from appointments.booking import BookingRefused, Withdrawal
from appointments.booking.group_withdrawal import lock_group, require_same_arrival, require_some
from appointments.booking.guards import require_bookable, require_done, require_status
from appointments.models import Absence, Agenda, Appointment, KeptAppointment, Kind
from appointments.models.enums.appointment import CancelReason, Status
from appointments.requests.sending_back import wait_again
from appointments.stranded.choices import MOVES, How
from appointments.stranded.reading import agendas_left, to_decide


@dataclass(frozen=True)
class ReviewedLine:
    """One appointment in the state that was seen, and what the review said would become of it."""

    appointment: Appointment
    revision: int
    how: How
    agenda: Agenda | None = None
    starts_at: datetime | None = None
    # For what a nurse receives the person.
    kind: Kind | None = None


def decide(*, by: User, lines: Sequence[ReviewedLine], only_stranded: bool = True) -> None:
    """Do what was reviewed. `only_stranded` refuses what nobody need decide about any longer.

    Lines that leave the officers' list go with different publications, as far as there are any. Raises
    booking.ChangedMeanwhile, booking.BookingRefused, whose `person` is the one about whom it is; then nothing is done.
    """
    require_some(lines)
    targets = tuple(line.agenda for line in lines if line.agenda is not None)
    require_bookable(by, *{line.appointment.agenda for line in lines}, *targets)
    with transaction.atomic(), booking.in_one_step(), projection.settled_together(in_batches=True):
        locked = lock_group([Withdrawal(line.appointment, line.revision) for line in lines], agendas=targets)
        if only_stranded:
            require_undecided(list(locked.values()))
        for line in lines:
            try:
                carry_out(line, by=by)
            except BookingRefused as refusal:
                refusal.person = line.appointment.detainee
                raise
        keep_all([locked[line.appointment.pk] for line in lines if line.how == How.KEEP], by=by)


def require_undecided(appointments: Sequence[Appointment]) -> None:
    """Refuse what a colleague has decided about, and what is no longer in question. One query."""
    mine = Appointment.objects.filter(pk__in=[one.pk for one in appointments])
    still = set(to_decide(mine, appointments[0].agenda.establishment).values_list("pk", flat=True))
    for one in appointments:
        if one.pk not in still:
            refusal = BookingRefused("decided", _("There is nothing to decide about this appointment any longer."))
            refusal.person = one.detainee
            raise refusal


def carry_out(line: ReviewedLine, *, by: User) -> None:
    one = line.appointment
    if line.how in MOVES:
        move_there(line, by=by)
    elif line.how == How.QUEUE:
        wait_again(one, by=by, since=first_asked(one))
        booking.cancel(by=by, appointment=one, revision=line.revision, reason=CancelReason.UNIT_ABSENT)
    elif line.how == How.NURSE:
        receive(line, by=by)


def move_there(line: ReviewedLine, *, by: User) -> None:
    agenda, starts_at = where(line)
    if agenda.pk != line.appointment.agenda_id:
        require_done(agenda, line.appointment.kind)
    moved = booking.move(
        by=by, appointment=line.appointment, revision=line.revision, agenda=agenda, starts_at=starts_at
    )
    require_reviewed(moved, starts_at)


def receive(line: ReviewedLine, *, by: User) -> None:
    """Let a nurse receive the person at the same arrival time; what they came for is to be sorted again."""
    one, (agenda, starts_at) = line.appointment, where(line)
    assert line.kind is not None  # noqa: S101 a nurse always receives for something
    wait_again(one, by=by, since=first_asked(one), is_sorted=False)
    cancelled = booking.cancel(by=by, appointment=one, revision=line.revision, reason=CancelReason.UNIT_ABSENT)
    booked = booking.book(by=by, detainee=one.detainee, agenda=agenda, kind=line.kind, starts_at=starts_at)
    require_same_arrival(cancelled, booked)
    require_reviewed(booked, starts_at)


def where(line: ReviewedLine) -> tuple[Agenda, datetime]:
    assert line.agenda is not None  # noqa: S101 whoever is moved or received has a place
    assert line.starts_at is not None  # noqa: S101 as above
    return line.agenda, line.starts_at


def require_reviewed(appointment: Appointment, starts_at: datetime) -> None:
    """Refuse another time than the one that was shown: a shared session gives its own."""
    if appointment.starts_at != starts_at:
        raise BookingRefused("places", _("The places have changed meanwhile: look at them again."))


def first_asked(appointment: Appointment) -> date:
    """Return since when the person has been waiting, when no request says so: the day of the booking."""
    return appointment.agenda.establishment.day_of(appointment.booked_at)


def keep_all(appointments: Sequence[Appointment], *, by: User) -> None:
    """Write down that these appointments of one agenda stay, for every cause there is. People and agenda are held."""
    if not appointments:
        return
    agenda = appointments[0].agenda
    has_left = agendas_left(agenda.establishment).filter(pk=agenda.pk).exists()
    absences = list(Absence.objects.filter(agenda=agenda, ends_at__gt=min(one.starts_at for one in appointments)))
    words = []
    for one in appointments:
        require_status(one, Status.BOOKED)
        causes: list[dict[str, object]] = [
            {"absence": each} for each in absences if each.starts_at < one.ends_at and each.ends_at > one.starts_at
        ]
        causes += [{"owner_id": agenda.owner_id}] if has_left else []
        with booking.in_one_step() as at:
            words += [kept(one, by=by, at=at, **cause) for cause in causes]
        record(by=by, verb=Verb.DECIDE, target=one, establishment=one.establishment_id)
    KeptAppointment.objects.bulk_create(words, ignore_conflicts=True)


def kept(one: Appointment, *, by: User, at: datetime, **cause: object) -> KeptAppointment:
    return KeptAppointment(
        establishment_id=one.establishment_id,
        appointment=one,
        agenda_id=one.agenda_id,
        starts_at=one.starts_at,
        kept_by=by,
        kept_at=at,
        **cause,
    )

"""Notes an absence and decides at once about everybody who is booked under it."""

from __future__ import annotations

from django.db import transaction

from access.models import User
from appointments import booking, planning
from appointments.arithmetic.timegrid import Interval
from appointments.booking.group_withdrawal import lock_group
from appointments.models import Absence, Agenda, Kind
from appointments.models.enums.planning import AbsenceReason
from appointments.planning import BookedDecision, PlanningRefused
from appointments.planning.absences import booked_under
from appointments.planning.asking import fingerprint_of
from appointments.rights import Rights
from appointments.stranded.choices import Choice, How
from appointments.stranded.deciding import ReviewedLine, decide, keep_all
from appointments.stranded.places import plan_lines


def declare_kept_absence(
    agenda: Agenda, *, by: User, hours: Interval, reason: AbsenceReason, answer: BookedDecision
) -> Absence:
    """Note that the practitioner is away and that everybody stays: somebody else sees them. Raises as planning does."""
    with transaction.atomic():
        absence = planning.declare_absence(agenda, by=by, hours=hours, reason=reason, answer=answer)
        keep_all(booked_under([absence.agenda], hours), by=by)
    return absence


def declare_received_absence(
    agenda: Agenda, *, by: User, hours: Interval, reason: AbsenceReason, answer: BookedDecision, kind: Kind
) -> tuple[Absence, int]:
    """Note that the practitioner is away and let nurses receive the people, for `kind`, at the same arrival times.

    No line leaves the officers' list. Return the absence and how many are received; whoever finds no place is still to
    be decided about. Raises Asked when others are booked than `answer` was given about, PlanningRefused.
    """
    planning.require_head(by, agenda.establishment, unit=agenda.unit_id)
    with transaction.atomic():
        before = booked_under([agenda], hours)
        lines: list[ReviewedLine] = []
        if before and fingerprint_of(before) == answer.digest:
            bookable = Rights(by, agenda.establishment).bookable
            planned = plan_lines(before, Choice(How.NURSE, kind=kind), bookable)
            lines = [
                ReviewedLine(one, one.revision, How.NURSE, place.agenda, place.starts_at, kind)
                for one, place in ((line.appointment, line.place) for line in planned)
                if place is not None
            ]
        try:
            if lines:
                # People before agendas, and these in their order, as every booking takes them.
                lock_group(
                    [booking.Withdrawal(line.appointment, line.revision) for line in lines],
                    agendas=(agenda, *(line.agenda for line in lines if line.agenda is not None)),
                )
            absence = planning.declare_absence(agenda, by=by, hours=hours, reason=reason, answer=answer)
            if lines:
                decide(by=by, lines=lines)
        except booking.BookingRefused as refusal:
            raise PlanningRefused(refusal.sentence) from refusal
    return absence, len(lines)

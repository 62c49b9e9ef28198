"""Absences of a practitioner: nothing is offered or booked then. Who is booked already is listed first."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments import booking
from appointments.arithmetic.timegrid import Interval
from appointments.models import Absence, Agenda, Appointment, Closure
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.planning import AbsenceReason
from appointments.planning.asking import BookedDecision, Settled, settle_booked
from appointments.planning.refusals import PlanningRefused, lock_agenda, planning_refusals, require_head


def declare_absence(
    agenda: Agenda, *, by: User, hours: Interval, reason: AbsenceReason, answer: BookedDecision | None = None
) -> Absence:
    """Note that the practitioner is away. Raises Asked while people are booked and nobody has decided about them.

    Those who are kept stay booked and wait for a decision (appointments.stranded). Raises PlanningRefused.
    """
    require_head(by, agenda.establishment, unit=agenda.unit_id)
    require_to_come(hours)
    with planning_refusals(), transaction.atomic():
        settled = settle_absence(agenda, by=by, hours=hours, answer=answer)
        locked = lock_agenda(agenda)
        absence = Absence(
            establishment=locked.establishment,
            agenda=locked,
            starts_at=hours[0],
            ends_at=hours[1],
            reason=reason,
            noted_by=by,
        )
        absence.save(force_insert=True)
        booking.record_cancelled(by=by, appointments=settled.cancelled)
        record(by=by, verb=Verb.CHANGE_PLANNING, target=absence, establishment=locked.establishment)
    return absence


def settle_absence(agenda: Agenda, *, by: User, hours: Interval, answer: BookedDecision | None) -> Settled:
    """Ask about the appointments under an absence, or do what was answered.

    Withdrawing the lines of one practitioner together tells the floors whose they were (docs/neutrality.md): this is
    the one place in which it happens, for whatever guards it.
    """

    def in_the_way() -> list[Appointment]:
        return booked_under([agenda], hours)

    return settle_booked(in_the_way, by=by, agendas=[agenda], answer=answer, sentence=who_is_booked, can_keep=True)


def cancel_under(absence: Absence, *, by: User, digest: str) -> int:
    """Cancel, as absent, the appointments that still stand under `absence`; return how many. Raises Asked."""
    require_head(by, absence.establishment, unit=absence.agenda.unit_id)
    hours = (absence.starts_at, absence.ends_at)
    with transaction.atomic():
        answer = BookedDecision(digest, CancelReason.UNIT_ABSENT)
        settled = settle_absence(absence.agenda, by=by, hours=hours, answer=answer)
        booking.record_cancelled(by=by, appointments=settled.cancelled)
        record(by=by, verb=Verb.CHANGE_PLANNING, target=absence, establishment=absence.establishment_id)
    return len(settled.cancelled)


def remove_absence(absence: Absence, *, by: User) -> None:
    """Forget an absence: its times are offered again."""
    require_head(by, absence.establishment, unit=absence.agenda.unit_id)
    with transaction.atomic():
        lock_agenda(absence.agenda)
        Absence.objects.filter(pk=absence.pk).delete()
        record(by=by, verb=Verb.CHANGE_PLANNING, target=absence.agenda, establishment=absence.establishment_id)


def booked_under(agendas: Sequence[Agenda], hours: Interval) -> list[Appointment]:
    """Return the appointments still to be kept at these hours, earliest first. One query."""
    there = Appointment.objects.booked().filter(agenda__in=agendas, starts_at__lt=hours[1], ends_at__gt=hours[0])
    return list(there.filter(ends_at__gt=timezone.now()).with_names().order_by("starts_at", "id"))


def under(appointment: Appointment) -> Absence | Closure | None:
    """Return the absence or closure under which an appointment stands, if any. Two queries at most."""
    touching = {"starts_at__lt": appointment.ends_at, "ends_at__gt": appointment.starts_at}
    absence = Absence.objects.filter(agenda=appointment.agenda_id, **touching).first()
    return absence or Closure.objects.filter(unit=appointment.agenda.unit_id, **touching).first()


def require_to_come(hours: Interval) -> None:
    """Refuse times in the wrong order and the past."""
    if hours[1] <= hours[0]:
        raise PlanningRefused(_("It ends before it begins. Check the days and the hours."), field="last")
    if hours[1] <= timezone.now():
        raise PlanningRefused(_("That time is over. Choose a later one."), field="last")


def who_is_booked(number: int) -> str:
    return ngettext(
        "%(count)d appointment is booked at that time.", "%(count)d appointments are booked at that time.", number
    ) % {"count": number}

"""The verbs of single sessions: other hours, another day, deletion. Who is booked is listed first, and care decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments import booking
from appointments.arithmetic.timegrid import at_local
from appointments.models import Agenda, Appointment, ConsultationSession
from appointments.planning.asking import BookedDecision, settle_booked
from appointments.planning.fitting import Shape, misfits, reshape
from appointments.planning.hours import check_hours
from appointments.planning.patterns import except_days
from appointments.planning.refusals import PlanningRefused, lock_agenda, planning_refusals, require_head


def change_session(
    session: ConsultationSession,
    *,
    by: User,
    day: date,
    start: time,
    end: time,
    shape: Shape,
    answer: BookedDecision | None = None,
) -> ConsultationSession:
    """Give a session that is not over another local day, other hours or another shape. Its pattern lets go of it.

    Raises Asked with the appointments that would not fit, until `answer` says that they are cancelled, and
    PlanningRefused.
    """
    establishment = session.establishment
    require_head(by, establishment, unit=session.agenda.unit_id)
    check_hours(establishment, start=start, end=end, slot_minutes=shape.slot_minutes)
    hours = at_local(day, start, establishment.zone), at_local(day, end, establishment.zone)
    if hours[1] <= timezone.now():
        raise PlanningRefused(_("That time is over. Choose a later one."), field="day")
    try:
        with planning_refusals(), transaction.atomic():

            def in_the_way() -> list[Appointment]:
                there = ConsultationSession.objects.get(pk=session.pk)
                return misfits(there, _held_in([there]), hours=hours, shape=shape)

            settled = settle_booked(
                in_the_way, by=by, agendas=[session.agenda], answer=answer, sentence=_who_would_not_fit
            )
            changed = ConsultationSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
            require_not_over(changed)
            changed.by_hand = True
            reshape(changed, hours=hours, shape=shape)
            booking.record_cancelled(by=by, appointments=settled.cancelled)
            record(by=by, verb=Verb.CHANGE_PLANNING, target=changed, establishment=establishment)
    except ConsultationSession.DoesNotExist as error:
        raise PlanningRefused(_("This session has been deleted meanwhile.")) from error
    return changed


def delete_sessions(agenda: Agenda, *, by: User, keys: Collection[int], answer: BookedDecision | None = None) -> int:
    """Delete sessions of `agenda` that have not begun; return how many. All or none.

    Raises Asked with the appointments that stand in them, until `answer` says that they are cancelled. Cancelled ones
    are no obstacle: they keep their own times and forget the session. A pattern does not write the day again.
    """
    require_head(by, agenda.establishment, unit=agenda.unit_id)
    with transaction.atomic():

        def in_the_way() -> list[Appointment]:
            return _held_in(ConsultationSession.objects.filter(agenda=agenda, pk__in=keys), also_past=True)

        settled = settle_booked(in_the_way, by=by, agendas=[agenda], answer=answer, sentence=_who_stands_in_them)
        locked = lock_agenda(agenda)
        sessions = list(
            ConsultationSession.objects.select_for_update(of=("self",))
            .filter(agenda=locked, pk__in=keys)
            .order_by("pk")
        )
        if not sessions:
            raise PlanningRefused(_("Choose the sessions to delete first."))
        if any(session.starts_at <= timezone.now() for session in sessions):
            raise PlanningRefused(_("A session that has begun is not deleted. Change its hours instead."))
        Appointment.objects.filter(session__in=sessions).update(session=None)
        except_days(sessions)
        ConsultationSession.objects.filter(pk__in=[session.pk for session in sessions]).delete()
        booking.record_cancelled(by=by, appointments=settled.cancelled)
        record(by=by, verb=Verb.CHANGE_PLANNING, target=locked, establishment=locked.establishment)
    return len(sessions)


def require_not_over(session: ConsultationSession) -> None:
    if session.ends_at <= timezone.now():
        raise PlanningRefused(_("This session is over: its hours stay as they were."))


def _held_in(sessions: Iterable[ConsultationSession], *, also_past: bool = False) -> list[Appointment]:
    there = Appointment.objects.filter(session__in=sessions).exclude(status="cancelled")
    return list((there if also_past else there.holding()).with_names().order_by("starts_at", "id"))


def _who_would_not_fit(number: int) -> str:
    return ngettext(
        "%(count)d appointment would not fit the session any longer.",
        "%(count)d appointments would not fit the session any longer.",
        number,
    ) % {"count": number}


def _who_stands_in_them(number: int) -> str:
    return ngettext(
        "%(count)d appointment stands in these sessions.",
        "%(count)d appointments stand in these sessions.",
        number,
    ) % {"count": number}
